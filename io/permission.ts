/**
 * What Deno's own API would ask for, asked before we call C.
 */
import { describe } from "../libc/basic.ts";

/** Throws unless this program may read, or write, the file at `path`. */
export function requirePath(name: "read" | "write", path: string): void {
  if (typeof path !== "string") throw new TypeError(`Path must be a string, got ${describe(path)}`);
  if (climbs(path)) return requireAnyPath(name, path);
  if (Deno.permissions.querySync({ name, path }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `Requires ${name} access to ${JSON.stringify(path)}, run again with --allow-${name}`,
  );
}

// Deno takes ".." out of a path as text, but the kernel goes up from wherever a link has led: that is another file.
function climbs(path: string): boolean {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return parts.some((part, i) => part === ".." && i > 0 && parts[i - 1] !== "..");
}

function requireAnyPath(name: "read" | "write", path: string): void {
  if (Deno.permissions.querySync({ name }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `Requires ${name} access to all files for ${
      JSON.stringify(path)
    }, since a link before ".." may lead anywhere`,
  );
}

const everything = ["read", "write", "run", "net", "env", "sys", "ffi"] as const;

/** Throws unless this program may do all that a program can: what files need that are none. */
export function requireEverything(path: string): void {
  if (everything.every((name) => Deno.permissions.querySync({ name }).state === "granted")) return;
  throw new Deno.errors.NotCapable(
    `Requires all access to ${JSON.stringify(path)}, run again with --allow-all`,
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
