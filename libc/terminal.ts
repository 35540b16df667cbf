/**
 * Terminals and pseudo-terminals as C has them.
 */
import { check, nameOfError, SyscallError } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { allocate, readStruct, writeStruct } from "./struct.ts";
import { fromCString } from "./text.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/**
 * Makes a pseudo-terminal: the descriptor of its master side, close-on-exec and non-blocking. Its other side can be
 * opened.
 *
 * @see https://man7.org/linux/man-pages/man3/posix_openpt.3.html
 */
export function openMaster(): number {
  const { posix_openpt, grantpt, unlockpt } = libc("terminals");
  const flags = platform.O_RDWR | platform.O_NOCTTY | platform.O_CLOEXEC | platform.O_NONBLOCK;
  const fd = check("posix_openpt", posix_openpt(flags));
  try {
    check("grantpt", grantpt(fd), { fd });
    check("unlockpt", unlockpt(fd), { fd });
  } catch (error) {
    libc("descriptors").close(fd);
    throw error;
  }
  return fd;
}

/** @see https://man7.org/linux/man-pages/man3/ptsname.3.html */
export function ptsname(master: number): string {
  return named("ptsname_r", master);
}

/**
 * The path of the terminal that `fd` is; fails with ENOTTY if it is none.
 *
 * @see https://man7.org/linux/man-pages/man3/ttyname.3.html
 */
export function ttyname(fd: number): string {
  return named("ttyname_r", fd);
}

/**
 * What tells the terminal that `fd` is from all others, however it was opened: /dev/tty is a second path for one that
 * has its own, so it is the device's number, or the path where that cannot be asked for, as under an emulator.
 *
 * @see https://man7.org/linux/man-pages/man2/ioctl_tty.2.html
 */
export function terminalIdentity(fd: number): string {
  const number = new Uint32Array(new ArrayBuffer(8));
  const bytes = new Uint8Array(number.buffer);
  const told = libc("control").ioctl(fd, BigInt(platform.TIOCGDEV), bytes) === 0;
  return told ? `${number[0]}` : ttyname(fd);
}

/**
 * The path at which a child can open the terminal that `fd` is. The side of a pseudo-terminal at which a person sits is
 * none.
 */
export function terminalPath(fd: number): string {
  const isMaster = libc("terminals").ptsname_r(fd, scratch, BigInt(scratch.length)) === 0;
  if (isMaster) throw new SyscallError("ttyname_r", "ENOTTY", { fd });
  return ttyname(fd);
}

const scratch = new Uint8Array(new ArrayBuffer(256));

/** Gives the terminal to another user, and leaves its group. */
export function fchown(fd: number, uid: number): number {
  return libc("terminals").fchown(fd, uid, 0xffff_ffff); // (gid_t) -1
}

// These return the number of the error.
function named(call: "ptsname_r" | "ttyname_r", fd: number): string {
  const code = libc("terminals")[call](fd, scratch, BigInt(scratch.length));
  if (code !== 0) throw new SyscallError(call, nameOfError(code), { fd });
  return fromCString(scratch);
}

/**
 * The settings of the terminal `fd`: a `struct termios`.
 *
 * @see https://man7.org/linux/man-pages/man3/termios.3.html
 */
export function tcgetattr(fd: number): Buffer {
  const settings = allocate(structs.termios);
  check("tcgetattr", libc("terminals").tcgetattr(fd, settings), { fd });
  return settings;
}

/** Gives the terminal these settings at once. */
export function tcsetattr(fd: number, settings: Buffer): void {
  check("tcsetattr", libc("terminals").tcsetattr(fd, platform.TCSANOW, settings), { fd });
}

/** The same settings, but raw: every byte passes in both directions as it is, and none has a meaning. */
export function rawSettings(settings: Buffer): Buffer {
  const raw = settings.slice();
  libc("terminals").cfmakeraw(raw);
  return raw;
}

/** The same settings, but what is typed is not shown. */
export function silentSettings(settings: Buffer): Buffer {
  const silent = settings.slice();
  const { c_lflag } = readStruct(structs.termios, settings);
  writeStruct(structs.termios, silent, { c_lflag: c_lflag & ~platform.ECHO });
  return silent;
}

/** Whether what is typed is shown by the terminal, and whether it is handed over by the line. */
export function modesOf(settings: Buffer): { echo: boolean; lines: boolean } {
  const { c_lflag } = readStruct(structs.termios, settings);
  return { echo: (c_lflag & platform.ECHO) !== 0, lines: (c_lflag & platform.ICANON) !== 0 };
}

/**
 * Whether what is typed after this byte begins a line: it is a line feed that does not become the Enter key's, or that
 * where it becomes a line feed and is not ignored.
 */
export function endsLine(settings: Buffer, byte: number): boolean {
  const { c_iflag } = readStruct(structs.termios, settings);
  if (byte === LINE_FEED) return (c_iflag & platform.INLCR) === 0;
  return byte === ENTER && (c_iflag & (platform.ICRNL | platform.IGNCR)) === platform.ICRNL;
}

const LINE_FEED = 10;
const ENTER = 13;

/** The byte that means the end of the input. */
export function endOfFileByte(settings: Buffer): number {
  return settings[structs.termios.fields.c_cc[1] + platform.VEOF];
}

/** @see https://man7.org/linux/man-pages/man3/tcgetpgrp.3.html */
export function tcgetpgrp(fd: number): number {
  return libc("terminals").tcgetpgrp(fd);
}

/** The terminal's size in characters. */
export function windowSize(fd: number): { columns: number; rows: number } {
  const size = allocate(structs.winsize);
  check("ioctl", libc("control").ioctl(fd, BigInt(platform.TIOCGWINSZ), size), { fd });
  const { ws_col, ws_row } = readStruct(structs.winsize, size);
  return { columns: ws_col, rows: ws_row };
}

/** Sets it, which sends SIGWINCH to the programs in the foreground if it changes. */
export function setWindowSize(fd: number, columns: number, rows: number): void {
  const size = allocate(structs.winsize);
  writeStruct(structs.winsize, size, { ws_col: columns, ws_row: rows });
  check("ioctl", libc("control").ioctl(fd, BigInt(platform.TIOCSWINSZ), size), { fd });
}
