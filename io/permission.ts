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
