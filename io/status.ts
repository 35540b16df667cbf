/**
 * What is at a path.
 */
import { hasCode } from "../libc/mod.ts";

/**
 * What is at `path`, if anything; a symbolic link itself.
 *
 * @throws {Deno.errors.NotCapable} Without `--allow-read` for the path.
 */
export function statusOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw error;
  }
}
