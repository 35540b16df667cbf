/**
 * What can be asked of a terminal, be it ours or a pseudo-terminal, and how it treats what is typed.
 */
import { Fd } from "../io/mod.ts";
import {
  check,
  hasCode,
  integer,
  modesOf,
  rawSettings,
  requireRecord,
  setWindowSize,
  silentSettings,
  tcgetattr,
  tcgetpgrp,
  ttyname,
  windowSize,
} from "../libc/mod.ts";
import { change } from "./changes.ts";

/** A terminal's size in characters. */
export interface TerminalSize {
  /** Its width, from 1 to 65,535. */
  columns: number;
  /** Its height, from 1 to 65,535. */
  rows: number;
}

/** A descriptor: its owner, or its number, such as 0 for standard input. */
export type TerminalDescriptor = Fd | number;

function numberOf(fd: TerminalDescriptor): number {
  return fd instanceof Fd ? fd.number : integer("Descriptor", fd, 0, 0x7fff_ffff);
}

/**
 * Whether the descriptor is a terminal.
 *
 * @throws {SyscallError} EBADF if it is not open.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { isTerminal } from "@deno-ipc/ipc/pty";
 *
 * if (isTerminal(1)) console.log("\x1b[1mbold\x1b[m");
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/isatty.3.html
 */
export function isTerminal(fd: TerminalDescriptor): boolean {
  return ttyName(fd) !== undefined;
}

/**
 * The path of the terminal that the descriptor is, such as `/dev/pts/3`; `undefined` if it is none.
 *
 * @throws {SyscallError} EBADF if it is not open; ENODEV for a terminal of another mount namespace, which has no path here.
 * @tags allow-ffi
 * @see https://man7.org/linux/man-pages/man3/ttyname.3.html
 */
export function ttyName(fd: TerminalDescriptor): string | undefined {
  try {
    return ttyname(numberOf(fd));
  } catch (error) {
    if (hasCode(error, "ENOTTY")) return undefined;
    throw error;
  }
}

/**
 * The size of the terminal that the descriptor is.
 *
 * @throws {SyscallError} ENOTTY if it is none.
 * @tags allow-ffi
 * @see https://man7.org/linux/man-pages/man2/TIOCSWINSZ.2const.html
 */
export function terminalSize(fd: TerminalDescriptor): TerminalSize {
  return windowSize(numberOf(fd));
}

/** Sets the size of the terminal, if it is one that a terminal can have. */
export function setTerminalSize(fd: Fd, size: TerminalSize): void {
  requireRecord("Size", size);
  const { columns, rows } = size;
  integer("columns", columns, 1, 0xffff);
  integer("rows", rows, 1, 0xffff);
  setWindowSize(fd.number, columns, rows);
}

/** The process group in the terminal's foreground, which its ^C reaches. */
export function foregroundOf(fd: Fd): number {
  return check("tcgetpgrp", tcgetpgrp(fd.number), { fd: fd.number });
}

/** How a terminal treats what is typed. */
export interface TerminalModes {
  /** Whether it shows what is typed. */
  readonly echo: boolean;
  /** Whether it hands over whole lines, which can be edited until then, or each byte as it comes. */
  readonly lines: boolean;
}

/** How the terminal treats what is typed now. */
export function terminalModes(fd: Fd): TerminalModes {
  return modesOf(tcgetattr(fd.number));
}

/**
 * Makes our own terminal raw until the result is disposed: every key is handed over at once and as it is, also ^C, and
 * nothing is shown by itself. Then it is as it was before; also if this program ends without disposing, by an error, a
 * signal or even SIGKILL: a shell that was started for this alone puts it in order then. Where there is no `sh` or `stty`,
 * or no `--allow-run` for /bin/sh or the `sh` in PATH, there is no such shell. Several of these may be in force at once,
 * and end in any order. If the terminal is hung up meanwhile, disposing does nothing.
 *
 * @param fd The terminal. Default standard input.
 * @throws {SyscallError} ENOTTY if it is none.
 * @tags allow-ffi
 *
 * @example
 * ```ts ignore
 * import { raw } from "@deno-ipc/ipc/pty";
 *
 * using _ = raw();
 * const key = new Uint8Array(8);
 * await Deno.stdin.read(key); // one key, without Enter
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/termios.3.html
 */
export function raw(fd: TerminalDescriptor = 0): Disposable {
  return change(numberOf(fd), rawSettings);
}

/**
 * Has our own terminal not show what is typed until the result is disposed, as for a password. It is put in order like
 * by {@linkcode raw}. Not for `prompt`, which has settings of its own and shows what is typed.
 *
 * @param fd The terminal. Default standard input.
 * @throws {SyscallError} ENOTTY if it is none.
 * @tags allow-ffi
 *
 * @example
 * ```ts ignore
 * import { Fd, noEcho } from "@deno-ipc/ipc/pty";
 *
 * await Deno.stdout.write(new TextEncoder().encode("Password: "));
 * using keyboard = Fd.copyOf(0);
 * using _ = noEcho();
 * const { value: password } = await keyboard.lines().next();
 * ```
 */
export function noEcho(fd: TerminalDescriptor = 0): Disposable {
  return change(numberOf(fd), silentSettings);
}
