/**
 * How a failed system call becomes an exception: errno is read in one place, right after the call.
 */
import { errno } from "./library.ts";
import { errors } from "./platform.ts";

/** What a failed system call was acting on: whichever of these it had. */
export interface SyscallTarget {
  /** The System V key. */
  key?: number;
  /** The identifier of a System V object. */
  id?: number;
  /** The path, or the abstract name, of a socket also. */
  path?: string;
  /** The address and port, such as `127.0.0.1:80`. */
  address?: string;
  /** The process. */
  pid?: number;
  /** The descriptor. */
  fd?: number;
  /** The size in bytes that was asked for. */
  size?: number;
}

/**
 * A system call failed. `code` is the name that the manual page of the call uses, so
 * `error.code === "EEXIST"` is how to tell one failure from another; Deno's own errors carry the
 * same property.
 *
 * @example
 * ```ts
 * import { MessageQueue, SyscallError } from "@deno-ipc/ipc/sysv";
 *
 * try {
 *   MessageQueue.open(0x6e6f6e65);
 * } catch (error) {
 *   if (!(error instanceof SyscallError)) throw error;
 *   console.log(error.code, error.syscall, error.key); // ENOENT msgget 1852796517
 * }
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/errno.3.html
 */
export class SyscallError extends Error implements SyscallTarget {
  /** The system call that failed, such as `msgrcv`. */
  readonly syscall: string;
  /** The error number, such as 42. */
  readonly errno: number;
  /** The name of the error number, such as `ENOMSG`. */
  readonly code: string;
  /** The System V key that was acted on, if there was one. */
  declare readonly key?: number;
  /** The identifier of the System V object that was acted on, if there was one. */
  declare readonly id?: number;
  /** The path that was acted on, if there was one. */
  declare readonly path?: string;
  /** The address and port that was acted on, if there was one. */
  declare readonly address?: string;
  /** The process that was acted on, if there was one. */
  declare readonly pid?: number;
  /** The descriptor that was acted on, if there was one. */
  declare readonly fd?: number;
  /** The size in bytes that was asked for, if there was one. */
  declare readonly size?: number;

  /**
   * Describes the failure of `syscall` with the error named `code`, acting on `target`; `reason` is what the name of the
   * error alone does not tell.
   */
  constructor(syscall: string, code: string, target: SyscallTarget = {}, reason?: string) {
    const [number, text] = errors[code] ?? [Number(code.slice(1)), "Unknown error"];
    const { path, address, pid, key, id, fd } = target;
    const about = path ?? address ?? pid ?? keyText(key) ?? named("id", id) ??
      named("descriptor", fd);
    const more = [about, reason].filter((part) => part !== undefined).map((part) => `: ${part}`);
    super(`${syscall} failed: ${text} (${code})${more.join("")}`);
    this.name = "SyscallError";
    this.syscall = syscall;
    this.errno = number;
    this.code = code;
    Object.assign(this, target);
  }
}

function named(what: string, number: number | undefined): string | undefined {
  return number === undefined ? undefined : `${what} ${number}`;
}

// As `ipcs` shows it.
function keyText(key: number | undefined): string | undefined {
  return key === undefined ? undefined : `key 0x${(key >>> 0).toString(16).padStart(8, "0")}`;
}

/** Whether `error` carries the code `code`: true for our own errors, Deno's and Node's alike. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === code;
}

/** Returns what a C function returned, or throws what errno says when that is −1. */
export function check(syscall: string, result: number, target?: SyscallTarget): number {
  if (result !== -1) return result;
  throw new SyscallError(syscall, errorCode(), target);
}

/** The name of errno. Valid only as the next thing after the synchronous call that failed. */
export function errorCode(): string {
  const code = nameOfError(errno());
  if (code !== "ENOENT") doubted = false;
  return code;
}

// Whether the call that errno speaks of is repeated already, because it said ENOENT.
let doubted = false;

/**
 * Whether to repeat a call that cannot mean EAGAIN, as one that blocks and whose time is not over: a signal has
 * interrupted it, or errno is that of something else which the runtime did before we could read it. That is EAGAIN
 * where it waited for one of its threads or handled a signal, and ENOENT once in the life of a program, when it has
 * looked for a file that not every system has. So ENOENT is believed only when it is said again.
 */
export function isInterruption(code: string): boolean {
  if (code === "ENOENT") return doubted = !doubted;
  return code === "EINTR" || code === "EAGAIN";
}

/** The name of an error number. */
export function nameOfError(number: number): string {
  return names()[number] ?? `E${number}`;
}

let byNumber: string[] | undefined;

function names(): string[] {
  if (byNumber === undefined) {
    byNumber = [];
    for (const [name, [number]] of Object.entries(errors)) byNumber[number] = name;
  }
  return byNumber;
}
