/**
 * What is at a path.
 */
import { describe, hasCode } from "../libc/mod.ts";

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
