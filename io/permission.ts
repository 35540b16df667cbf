/**
 * What Deno's own API would ask for, asked before we call C.
 */

/** Throws unless this program may read, or write, the file at `path`. */
export function requirePath(name: "read" | "write", path: string): void {
  if (Deno.permissions.querySync({ name, path }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `Requires ${name} access to ${JSON.stringify(path)}, run again with --allow-${name}`,
  );
}

/** Throws unless this program may run the program at this absolute path. */
export function requireRun(path: string): void {
  if (Deno.permissions.querySync({ name: "run", command: path }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `Requires run access to ${JSON.stringify(path)}, run again with --allow-run=${path}`,
  );
}

/** Whether this program may run any program. */
export function mayRunAny(): boolean {
  return Deno.permissions.querySync({ name: "run" }).state === "granted";
}

/** Throws unless this program may run any program. `what` is what needs that. */
export function requireRunAny(what: string): void {
  if (mayRunAny()) return;
  throw new Deno.errors.NotCapable(`${what} requires run access, run again with --allow-run`);
}
