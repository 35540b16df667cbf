/**
 * Keys from paths.
 */
import { libc } from "./library.ts";
import { cString } from "./text.ts";

/** @see https://man7.org/linux/man-pages/man3/ftok.3.html */
export function ftok(path: string, id: number): number {
  return libc("files").ftok(cString(path, "Path"), id);
}
