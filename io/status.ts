/**
 * What is at a path.
 */
import { check, describe, fileStatus, hasCode, open, platform } from "../libc/mod.ts";
import { Fd } from "./fd.ts";

/**
 * What is at `path`, if anything; a symbolic link itself.
 *
 * @throws {Deno.errors.NotCapable} Without `--allow-read` for the path.
 */
export function statusOf(path: string): Deno.FileInfo | undefined {
  if (typeof path !== "string") throw new TypeError(`Path must be a string, got ${describe(path)}`);
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

/** A descriptor that refers to what is at `path` without opening it; a symbolic link itself. */
export function refer(path: string): Fd {
  const flags = platform.O_PATH | platform.O_NOFOLLOW | platform.O_CLOEXEC;
  return Fd.made(check("open", open(path, flags), { path }));
}

/** What tells the file that is at `path` from all others, if there is one. */
export function identityAt(path: string): string | undefined {
  try {
    using file = refer(path);
    return fileStatus(file.number).identity;
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw error;
  }
}
