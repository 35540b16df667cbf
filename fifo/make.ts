/**
 * Making FIFOs, and telling them from other files.
 */
import { refer, requirePath, statusOf } from "../io/mod.ts";
import {
  check,
  checked,
  chmodReferred,
  fileStatus,
  integer,
  mkfifo as cMkfifo,
  type OptionNames,
  platform,
  SyscallError,
} from "../libc/mod.ts";

/** What a FIFO is to be. */
export interface MkfifoOptions {
  /** Its permission bits, exactly, whatever the umask is. Default 0o600: only our user may open it. */
  mode?: number;
}

/** What {@linkcode MkfifoOptions} are called. */
export const mkfifoNames: OptionNames<MkfifoOptions> = { mode: true };

/**
 * Makes a FIFO. Nothing that is there is replaced, and a symbolic link is not followed.
 *
 * @param path Where it is made.
 * @throws {SyscallError} With the path: EEXIST if there is anything, ENOENT if there is no such directory, EACCES.
 * @throws {Deno.errors.NotCapable} Without `--allow-write` for the path.
 * @tags allow-ffi, allow-write
 *
 * @example
 * ```ts
 * import { isFifo, mkfifo } from "@deno-ipc/ipc/fifo";
 *
 * const directory = Deno.makeTempDirSync();
 * mkfifo(`${directory}/jobs`, { mode: 0o622 }); // anybody may write into it
 * console.log(isFifo(`${directory}/jobs`)); // true
 * Deno.removeSync(directory, { recursive: true });
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/mkfifo.3.html
 */
export function mkfifo(path: string, options: MkfifoOptions = {}): void {
  const { mode = 0o600 } = checked(options, mkfifoNames);
  integer("Mode", mode, 0, 0o777);
  requirePath("write", path);
  check("mkfifo", cMkfifo(path, mode), { path });
  withoutUmask(path, mode);
}

// The umask is the whole process's: to change it for a moment would give other threads' files wrong modes. So what it
// has taken away is added afterwards; nobody ever sees more than `mode`.
function withoutUmask(path: string, mode: number): void {
  using file = refer(path);
  const { type, mode: actual } = fileStatus(file.number);
  if (type !== platform.S_IFIFO) throw new SyscallError("mkfifo", "EEXIST", { path }); // somebody was here meanwhile
  if (actual !== mode) check("chmod", chmodReferred(file.number, mode), { path });
}

/**
 * Whether there is a FIFO at `path`: Perl's `-p`. A symbolic link to one is none.
 *
 * @throws {Deno.errors.PermissionDenied} If we may not look there.
 * @throws {Deno.errors.NotCapable} Without `--allow-read` for the path.
 * @tags allow-read
 *
 * @example
 * ```ts
 * import { isFifo } from "@deno-ipc/ipc/fifo";
 *
 * console.log(isFifo("/dev/null"), isFifo("/nowhere")); // false false
 * ```
 */
export function isFifo(path: string): boolean {
  return statusOf(path)?.isFifo ?? false;
}
