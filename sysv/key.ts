/**
 * Under what name, and for whom, System V objects are made.
 */
import { requirePath } from "../io/waiting.ts";
import {
  check,
  describe,
  ftok as cFtok,
  integer,
  type OptionNames,
  platform,
} from "../libc/basic.ts";

/** Who may use a new object. */
export interface ModeOption {
  /**
   * The permission bits, from 0 to 0o777: read and write for owner, group and others. The umask
   * does not touch them. Default 0o600.
   */
  mode?: number;
}

/** What {@linkcode ModeOption} is called. */
export const modeNames: OptionNames<ModeOption> = { mode: true };

/** The key as C has it: a signed 32-bit integer. */
export function keyNumber(key: number): number {
  if (key === platform.IPC_PRIVATE) {
    throw new RangeError('Key must not be 0: for an object without a key say "private"');
  }
  return integer("Key", key, -0x8000_0000, 0xffff_ffff) | 0;
}

/** The same, or C's number for an object that has no key. */
export function keyOrPrivate(key: number | "private"): number {
  if (key === "private") return platform.IPC_PRIVATE;
  if (typeof key === "number") return keyNumber(key);
  throw new TypeError(`Key must be a number or "private", got ${describe(key)}`);
}

/** The permission bits, checked. */
export function modeBits(mode = 0o600): number {
  return integer("Mode", mode, 0, 0o777);
}

/**
 * Makes a key out of a file that exists and a project number, so that programs which agree on both
 * meet at the same object. Equal to the C library's and so to Perl's and Python's `ftok`. The key
 * comes from the file's inode and device: it changes when the file is replaced, and two files can
 * share a key.
 *
 * @param path The path of an existing file or directory that all the programs know.
 * @param id The project number, of which C uses the low 8 bits and POSIX wants them not to be 0; a character's
 * code in many old programs.
 * @returns The key, a signed 32-bit integer.
 * @throws {SyscallError} ENOENT, EACCES or ENOTDIR if there is no such file or it cannot be reached.
 * @throws {Deno.errors.NotCapable} Without `--allow-read` for the path.
 * @tags allow-ffi, allow-read
 *
 * @example
 * ```ts
 * import { ftok, MessageQueue } from "@deno-ipc/ipc/sysv";
 *
 * const key = ftok("/tmp", "J".charCodeAt(0));
 * using queue = MessageQueue.openOrCreate(key);
 * queue.remove();
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/ftok.3.html
 */
export function ftok(path: string, id = 1): number {
  integer("Project number", id, -0x8000_0000, 0x7fff_ffff);
  requirePath("read", path);
  return check("ftok", cFtok(path, id), { path });
}
