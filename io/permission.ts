/**
 * What Deno's own API would ask for, asked before we call C.
 */
import { textualPath } from "../libc/basic.ts";

/** Throws unless this program may read, or write, the file at `path`. */
export function requirePath(name: "read" | "write", path: string): void {
  requireOrdinary(textualPath(path), path);
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
  if (isUnlimited(name)) return;
  throw new Deno.errors.NotCapable(
    `Requires ${name} access to all files for ${
      JSON.stringify(path)
    }, since a link before ".." may lead anywhere`,
  );
}

const everything = ["read", "write", "run", "net", "env", "sys", "ffi"] as const;
const harmless = new Set(["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]);

/**
 * Throws if `actual` is one of the kernel's own interfaces, through which a program can do anything, and this program may
 * not: what lies in these places is no files. `Deno.open` knows the same exceptions.
 */
export function requireOrdinary(actual: string, path: string): void {
  if (!/^\/(dev|proc|sys)(\/|$)/.test(actual) || harmless.has(actual)) return;
  if (everything.every(isUnlimited)) return;
  throw new Deno.errors.NotCapable(
    `Requires all access to ${JSON.stringify(path)}, run again with --allow-all`,
  );
}

/** Whether all is granted, and nothing of it denied. */
function isUnlimited(name: (typeof everything)[number]): boolean {
  const { state, partial } = Deno.permissions.querySync({ name });
  return state === "granted" && !partial;
}

/** Throws unless this program may run the program at this absolute path. */
export function requireRun(path: string): void {
  if (Deno.permissions.querySync({ name: "run", command: path }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `Requires run access to ${JSON.stringify(path)}, run again with --allow-run=${path}`,
  );
}

/** Whether this program may run any program, and none is denied. */
export function mayRunAll(): boolean {
  return isUnlimited("run");
}

/** Throws unless this program may run any program, and none is denied. `what` is what could make one run another. */
export function requireRunAll(what: string): void {
  if (!mayRunAll()) refuseRunning(what);
}

/** Throws unless this program may run any program. `what` is what needs that. */
export function requireRunAny(what: string): void {
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") refuseRunning(what);
}

function refuseRunning(what: string): never {
  throw new Deno.errors.NotCapable(`${what} requires run access, run again with --allow-run`);
}
