/**
 * FIFOs as C has them, and how to hear of what happens to one.
 */
import { check } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { allocate, readStruct } from "./struct.ts";
import { cString } from "./text.ts";

/** @see https://man7.org/linux/man-pages/man3/mkfifo.3.html */
export function mkfifo(path: string, mode: number): number {
  return libc("fifos").mkfifo(cString(path, "Path"), mode);
}

/** The user by whose rights we act. @see https://man7.org/linux/man-pages/man2/geteuid.2.html */
export function geteuid(): number {
  return libc("fifos").geteuid();
}

/** What a file is. */
export interface FileStatus {
  /** Its type: S_IFIFO and its like. */
  readonly type: number;
  /** Its permission bits. */
  readonly mode: number;
  /** The user that it belongs to. */
  readonly uid: number;
  /** What tells it from every other file. */
  readonly identity: string;
}

/** What the open file `fd` is. */
export function fileStatus(fd: number): FileStatus {
  const status = allocate(structs.statx);
  const wanted = platform.STATX_TYPE | platform.STATX_MODE | platform.STATX_UID |
    platform.STATX_INO;
  const empty = cString("", "Path");
  check("statx", libc("paths").statx(fd, empty, platform.AT_EMPTY_PATH, wanted, status), { fd });
  const { stx_mode, stx_uid, stx_ino, stx_dev_major, stx_dev_minor } = readStruct(
    structs.statx,
    status,
  );
  return {
    type: stx_mode & platform.S_IFMT,
    mode: stx_mode & 0o7777,
    uid: stx_uid,
    identity: `${stx_dev_major}:${stx_dev_minor}:${stx_ino}`,
  };
}

/**
 * Sets the mode of the file that `fd` was opened for with O_PATH, which refers to it without opening it: `fchmod`
 * refuses such a one, and `chmod` by name could meet another file.
 */
export function chmodReferred(fd: number, mode: number): number {
  return libc("fifos").chmod(cString(`/proc/self/fd/${fd}`, "Path"), mode);
}

/**
 * Opens a FIFO on another thread, which blocks until somebody has it open at its other end. `path` must be absolute:
 * then the kernel ignores the directory, and any number there tells which thread it is.
 *
 * @see https://man7.org/linux/man-pages/man2/open.2.html
 */
export async function openParked(tag: number, path: string, flags: number): Promise<number> {
  const text = cString(path, "Path");
  // Off V8's heap, so that its address holds. One that is too long is the kernel's to refuse.
  const name = new Uint8Array(new ArrayBuffer(Math.max(text.length, 4096)));
  name.set(text);
  const result = await libc("fifos").openatParked(tag, name, flags);
  name.fill(0); // and in use until now
  return result;
}

/**
 * How many bytes are in a pipe or FIFO, waiting to be read.
 *
 * @see https://man7.org/linux/man-pages/man2/ioctl.2.html
 */
export function unreadBytes(fd: number): number {
  const count = new Int32Array(new ArrayBuffer(8));
  const bytes = new Uint8Array(count.buffer);
  check("ioctl", libc("control").ioctl(fd, BigInt(platform.FIONREAD), bytes), { fd });
  return count[0];
}

/** @see https://man7.org/linux/man-pages/man2/inotify_init.2.html */
export function inotify_init1(flags: number): number {
  return libc("fifos").inotify_init1(flags);
}

/** @see https://man7.org/linux/man-pages/man2/inotify_add_watch.2.html */
export function inotify_add_watch(fd: number, path: string, mask: number): number {
  return libc("fifos").inotify_add_watch(fd, cString(path, "Path"), mask);
}

/** The masks of the events in what was read from an inotify descriptor. */
export function inotifyMasks(bytes: Uint8Array): number[] {
  const masks = [];
  for (let at = 0; at < bytes.length;) {
    const { mask, len } = readStruct(structs.inotify_event, bytes.subarray(at));
    masks.push(mask);
    at += structs.inotify_event.size + len;
  }
  return masks;
}
