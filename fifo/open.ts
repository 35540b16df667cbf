/**
 * Opening FIFOs.
 */
import {
  Fd,
  parked,
  pollOne,
  refer,
  requirePath,
  requirePatience,
  waitNames,
  type WaitOptions,
  whenReady,
} from "../io/mod.ts";
import {
  absolutePath,
  check,
  checked,
  describe,
  endless,
  errorCode,
  fileStatus,
  isInterruption,
  open,
  openParked,
  type OptionNames,
  platform,
  SyscallError,
} from "../libc/mod.ts";

/** What a FIFO is opened for: reading, writing, or both, which waits for nobody. */
export type FifoAccess = "r" | "w" | "rw";

/** How a FIFO is opened. */
export interface OpenFifoOptions {
  /**
   * Whether a reader stays when the last writer goes, and reads what the next one writes: there is no end of file.
   * The FIFO must be writable as well. Default false.
   */
  keepOpen?: boolean;
}

const openNames: OptionNames<OpenFifoOptions> = { keepOpen: true };
const openWaitNames = { ...openNames, ...waitNames };
const openSyncNames = { ...openNames, ...endless };

/**
 * Opens a FIFO, and waits for its other end: for a writer that has written something, or has come and gone; or for a
 * reader. What is written while nobody reads would be lost, and who is alone would read an end of file.
 *
 * A writer that has only opened it lets nobody in yet, unlike with open(2). So where two programs open two FIFOs, each
 * one to read and one to write, open the one for reading by {@linkcode openFifoSync}, which returns then.
 *
 * Each write of at most {@linkcode PIPE_BUF} bytes arrives in one piece, whoever else writes; `write` with `atomic`
 * refuses larger ones. When nobody reads any more, writing fails with EPIPE.
 *
 * @param path Where the FIFO is. A symbolic link is not followed.
 * @throws {SyscallError} With the path: ENOENT, EACCES; ENXIO if it is a socket, EISDIR if it is a directory, ELOOP if
 * it is a symbolic link, and EINVAL if it is any other file but a FIFO.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing is open. A writer that has been
 * let in by us meanwhile finds nobody.
 * @throws {Deno.errors.NotCapable} Without `--allow-read` or `--allow-write` for the path.
 * @tags allow-ffi, allow-read, allow-write
 *
 * @example
 * ```ts
 * import { mkfifo, openFifo } from "@deno-ipc/ipc/fifo";
 * import { spawn } from "@deno-ipc/ipc/process";
 *
 * const directory = Deno.makeTempDirSync();
 * const path = `${directory}/news`;
 * mkfifo(path);
 * await using shell = spawn("sh", ["-c", `echo hello > ${path}`]);
 * using news = await openFifo(path, "r", { timeout: 10_000 });
 * for await (const line of news.lines()) console.log(line); // hello
 * Deno.removeSync(directory, { recursive: true });
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/fifo.7.html
 */
export async function openFifo(
  path: string,
  access: FifoAccess,
  options: OpenFifoOptions & WaitOptions = {},
): Promise<Fd> {
  // By name: an AbortController inherits its signal.
  const { keepOpen = false, signal, timeout } = checked(options, openWaitNames);
  const patience = { signal, timeout };
  requirePatience(patience);
  requireAccess(path, access, keepOpen);
  if (access === "w") return await openWriter(path, patience);
  const fd = openAtOnce(path, access === "rw" || keepOpen ? platform.O_RDWR : platform.O_RDONLY);
  if (access === "rw") return fd;
  try {
    // Reading from a FIFO that nobody has opened for writing yet gives an end of file, but does not make it ready.
    const now = pollOne(fd.number, platform.POLLIN, 0);
    if (!now) await whenReady(fd.number, "read", () => true, patience);
    return fd;
  } catch (error) {
    fd.close();
    throw error;
  }
}

/**
 * Opens a FIFO as {@linkcode openFifo} does, but blocks the whole program until somebody has opened its other end.
 *
 * @throws {SyscallError} As {@linkcode openFifo}.
 * @tags allow-ffi, allow-read, allow-write
 */
export function openFifoSync(
  path: string,
  access: FifoAccess,
  options: OpenFifoOptions = {},
): Fd {
  const { keepOpen = false } = checked(options, openSyncNames);
  requireAccess(path, access, keepOpen);
  if (keepOpen || access === "rw") return openAtOnce(path, platform.O_RDWR);
  requireFifo(path);
  const flags = (access === "r" ? platform.O_RDONLY : platform.O_WRONLY) | FLAGS;
  for (;;) {
    const fd = open(path, flags);
    if (fd !== -1) return adopt(fd, path);
    const code = errorCode();
    if (!isInterruption(code)) throw new SyscallError("open", code, { path });
  }
}

const FLAGS = platform.O_CLOEXEC | platform.O_NOFOLLOW;

/** Opens a FIFO for writing as soon as somebody reads it. */
async function openWriter(path: string, patience: WaitOptions): Promise<Fd> {
  const now = openIfRead(path);
  if (now !== undefined) return now;
  const absolute = absolutePath(path); // our directory may change meanwhile
  const tag = nextTag();
  return await parked({
    attempt: () => openIfRead(absolute),
    park: () => openParked(tag, absolute, platform.O_WRONLY | FLAGS),
    complete: (fd) => adopt(fd, absolute),
    blocked: [tag],
  }, patience);
}

// Numbers that no descriptor has, by which the thread is known that opens a FIFO.
function nextTag(): number {
  tag = tag % 0x3fff_ffff + 1;
  return 0x4000_0000 + tag;
}

let tag = 0;

/** Opens a FIFO for writing if somebody reads it now. */
function openIfRead(path: string): Fd | undefined {
  requireFifo(path);
  const fd = open(path, platform.O_WRONLY | platform.O_NONBLOCK | FLAGS);
  if (fd !== -1) return adopt(fd, path);
  const code = errorCode();
  if (code !== "ENXIO") throw new SyscallError("open", code, { path });
  return undefined;
}

/** Opens a FIFO in a way that does not wait. */
function openAtOnce(path: string, access: number): Fd {
  requireFifo(path);
  const fd = open(path, access | platform.O_NONBLOCK | FLAGS);
  return adopt(check("open", fd, { path }), path);
}

// To open what is not a FIFO may do something: so it is looked at before, and afterwards in case it was replaced.
function requireFifo(path: string): void {
  using file = refer(path);
  refuseOthers(file.number, path);
}

/** Takes over a descriptor that was opened, if it is a FIFO's. */
function adopt(number: number, path: string): Fd {
  const fd = Fd.from(number, { ours: true });
  try {
    refuseOthers(number, path);
    return fd;
  } catch (error) {
    fd.close();
    throw error;
  }
}

function refuseOthers(fd: number, path: string): void {
  const { type } = fileStatus(fd);
  if (type === platform.S_IFIFO) return;
  const [code, what] = others.get(type) ?? ["EINVAL", "a device"];
  throw new SyscallError("open", code, { path }, `it is ${what}, not a FIFO`);
}

const others = new Map<number, readonly [code: string, what: string]>([
  [platform.S_IFREG, ["EINVAL", "a regular file"]],
  [platform.S_IFDIR, ["EISDIR", "a directory"]],
  [platform.S_IFSOCK, ["ENXIO", "a socket"]],
  [platform.S_IFLNK, ["ELOOP", "a symbolic link"]],
]);

function requireAccess(path: string, access: FifoAccess, keepOpen: boolean): void {
  if (!["r", "w", "rw"].includes(access)) {
    throw new TypeError(`A FIFO must be opened for "r", "w" or "rw", got ${describe(access)}`);
  }
  if (keepOpen && access === "w") throw new TypeError("Only a reader can be kept open");
  if (access !== "w") requirePath("read", path);
  if (access !== "r" || keepOpen) requirePath("write", path);
}
