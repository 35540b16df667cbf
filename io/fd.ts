/**
 * A descriptor and its owner.
 */
import {
  bytes as toBytes,
  check,
  checked,
  close,
  copyDescriptor,
  describe,
  dup2,
  endless,
  errorCode,
  fcntl,
  integer,
  isInterruption,
  open,
  type OptionNames,
  platform,
  read,
  setBlocking,
  SyscallError,
  write,
} from "../libc/mod.ts";
import { atOnce } from "./fairness.ts";
import { openFile, openNames, type OpenOptions } from "./file.ts";
import { forks, isClosedByFork, releaseToForks } from "./forked.ts";
import { type LineOptions, lines, lineWaitNames } from "./lines.ts";
import { type FileLock, lock, lockNames, type LockOptions, lockSync, tryLock } from "./lock.ts";
import { pollOne } from "./poll.ts";
import { forget, whenReady } from "./reactor.ts";
import { passingChunks, readableOf, writableOf } from "./streams.ts";
import { requirePatience, waitNames, type WaitOptions } from "./wait.ts";

/** How a descriptor is taken over. */
export interface FdOptions {
  /**
   * Whether nobody else, no other process either, has the same open file: then it is made non-blocking.
   * Default false.
   */
  ours?: boolean;
}

/** How something is written. */
export interface WriteOptions {
  /**
   * Whether it must arrive at a pipe or FIFO in one piece, whoever else writes there: then it may have no more than
   * {@linkcode PIPE_BUF} bytes. A wait that is ended early has written nothing. Default false.
   */
  atomic?: boolean;
}

const fdNames: OptionNames<FdOptions> = { ours: true };
const writeNames: OptionNames<WriteOptions> = { atomic: true };
const writeWaitNames = { ...writeNames, ...waitNames };
const writeSyncNames = { ...writeNames, ...endless };
const lockWaitNames = { ...lockNames, ...waitNames };
const lockSyncNames = { ...lockNames, ...endless };

/** How many bytes a pipe takes in one piece, never mixed with what others write: 4096 on Linux. */
export const PIPE_BUF: number = platform.PIPE_BUF;

/**
 * Owns a file descriptor, and closes it when disposed. Reading and writing are tried at once and wait in
 * the event loop only where they must.
 *
 * A descriptor of ours alone, such as an end of a pipe that we made, is non-blocking. One that others
 * share, such as standard input, never is: it would become so for them too. There `poll` is asked first;
 * if somebody else reads the same bytes in between, the program blocks until there are more.
 *
 * Methods throw {@linkcode SyscallError} with the descriptor as `fd`, and a TypeError once it is closed.
 *
 * @example
 * ```ts
 * import { pipe } from "@deno-ipc/ipc/pipes";
 *
 * using ends = pipe();
 * await ends.writer.write("hello\n");
 * ends.writer.close();
 * const buffer = new Uint8Array(100);
 * console.log(await ends.reader.read(buffer), await ends.reader.read(buffer)); // 6 null
 * ```
 */
export class Fd implements Disposable {
  #number: number;
  readonly #mode: Mode;
  readonly #openedAt = forks();

  private constructor(number: number, mode: Mode) {
    this.#number = number;
    this.#mode = mode;
    if (mode.ours) forgotten.register(this, number, this);
  }

  /**
   * Takes over a descriptor: from now on it is closed when the result is.
   *
   * @param number The descriptor, which must be open.
   * @throws {SyscallError} EBADF if it is not open.
   */
  static from(number: number, options: FdOptions = {}): Fd {
    const { ours = false } = checked(options, fdNames);
    integer("Descriptor", number, 0, 0x7fff_ffff);
    const flags = check("fcntl", fcntl(number, platform.F_GETFL), { fd: number });
    if (ours) {
      check("fcntl", fcntl(number, platform.F_SETFL, flags | platform.O_NONBLOCK), { fd: number });
    }
    // One that is non-blocking already, whoever made it so, cannot block us.
    const blocking = !ours && (flags & platform.O_NONBLOCK) === 0;
    return new Fd(number, { blocking, ours });
  }

  /**
   * Another descriptor for the open file that `number` is, close-on-exec: what somebody else owns, such as standard
   * input, stays open when this one is closed.
   *
   * @throws {SyscallError} EBADF if it is not open, EMFILE if this process may not open any more.
   */
  static copyOf(number: number): Fd {
    integer("Descriptor", number, 0, 0x7fff_ffff);
    return Fd.from(copyDescriptor(number));
  }

  /** @ignore What this library has made itself, close-on-exec and non-blocking. */
  static made(number: number): Fd {
    return new Fd(number, { blocking: false, ours: true });
  }

  /**
   * Opens a file.
   *
   * @throws {SyscallError} With the path: ENOENT, EACCES, EEXIST and their like.
   * @throws {Deno.errors.NotCapable} Without `--allow-read` or `--allow-write` for the path, as `Deno.open`; below /dev,
   * /proc and /sys, but for /dev/null and its like, without `--allow-all`; with ".." behind the name of a directory,
   * where a list of paths is allowed.
   * @see https://man7.org/linux/man-pages/man2/open.2.html
   */
  static open(path: string, options: OpenOptions = {}): Fd {
    return new Fd(openFile(path, checked(options, openNames)), { blocking: true, ours: false });
  }

  /** The descriptor's number. */
  get number(): number {
    if (this.closed) throw new TypeError("Fd is closed");
    return this.#number;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#number < 0 || isClosedByFork(this.#number, this.#openedAt);
  }

  /**
   * Reads at least one byte into `buffer`; waits until there is one.
   *
   * @returns How many bytes were read, or null at the end of file.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing was read.
   * @see https://man7.org/linux/man-pages/man2/read.2.html
   */
  async read(buffer: Uint8Array, options: WaitOptions = {}): Promise<number | null> {
    requirePatience(checked(options, waitNames));
    const size = this.tryRead(buffer);
    if (size !== undefined) return atOnce(size);
    return await whenReady(this.number, "read", () => this.tryRead(buffer), options);
  }

  /** Reads as `read` does, but blocks the whole program until there is something. */
  readSync(buffer: Uint8Array): number | null {
    requireBytes(buffer);
    for (;;) {
      const size = this.#read(buffer);
      if (size !== undefined) return size;
      pollOne(this.number, platform.POLLIN, -1);
    }
  }

  /** Reads what is there now; `undefined` if that is nothing yet. */
  tryRead(buffer: Uint8Array): number | null | undefined {
    requireBytes(buffer);
    if (this.#mode.blocking && !pollOne(this.number, platform.POLLIN, 0)) return undefined;
    return this.#read(buffer);
  }

  #read(buffer: Uint8Array): number | null | undefined {
    const { number } = this;
    let size: number;
    while ((size = read(number, buffer)) === -1) {
      const code = errorCode();
      if (code === "EAGAIN") return undefined;
      if (!isInterruption(code)) throw new SyscallError("read", code, { fd: number });
    }
    if (size === USUAL_PIPE && !this.#mode.enlarged) this.#enlarge();
    return size === 0 && buffer.length > 0 ? null : size;
  }

  // A pipe of ours that was found full has more to bring: with more room its two ends meet less often. It is
  // no error where the system has no more, or where this is no pipe.
  #enlarge(): void {
    this.#mode.enlarged = true;
    if (this.#mode.ours) fcntl(this.#number, platform.F_SETPIPE_SZ, LARGER_PIPE);
  }

  /**
   * Writes all of `data`; waits until there is room.
   *
   * @param data Bytes, or text that is written as UTF-8.
   * @throws {SyscallError} EPIPE if nobody reads any more.
   * @throws {RangeError} If `data` is to be written in one piece and is too long for that.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then part may be written.
   * @see https://man7.org/linux/man-pages/man2/write.2.html
   */
  async write(data: string | Uint8Array, options: WriteOptions & WaitOptions = {}): Promise<void> {
    requirePatience(checked(options, writeWaitNames));
    let rest = writable(data, options);
    const written = () => {
      while (rest.length > 0) {
        const size = this.tryWrite(rest);
        if (size === undefined) return undefined;
        rest = rest.subarray(size);
      }
      return true;
    };
    void this.number; // throws once closed, also where there is nothing to write
    await (written() ? atOnce(true) : whenReady(this.number, "write", written, options));
  }

  /** Writes as `write` does, but blocks the whole program until all is written. */
  writeSync(data: string | Uint8Array, options: WriteOptions = {}): void {
    let rest = writable(data, checked(options, writeSyncNames));
    while (rest.length > 0) {
      const size = this.#write(rest);
      if (size === undefined) pollOne(this.number, platform.POLLOUT, -1);
      else rest = rest.subarray(size);
    }
  }

  /** Writes as much as there is room for now, and returns how much; `undefined` if there is none. */
  tryWrite(data: Uint8Array): number | undefined {
    requireBytes(data);
    if (!this.#mode.blocking) return this.#write(data);
    // poll promises room for PIPE_BUF bytes, no more.
    if (!pollOne(this.number, platform.POLLOUT, 0)) return undefined;
    return this.#write(data.subarray(0, platform.PIPE_BUF));
  }

  #write(data: Uint8Array): number | undefined {
    const { number } = this;
    let size: number;
    while ((size = write(number, data)) === -1) {
      const code = errorCode();
      if (code === "EAGAIN") return undefined;
      if (!isInterruption(code)) throw new SyscallError("write", code, { fd: number });
    }
    return size;
  }

  /**
   * Another descriptor for the same open file, close-on-exec like every one of ours. The two share one
   * position and mode.
   *
   * @throws {SyscallError} EMFILE if this process may not open any more.
   */
  dup(): Fd {
    return new Fd(copyDescriptor(this.number), this.#mode);
  }

  /** Whether the descriptor is closed when this process executes another program. */
  get closeOnExec(): boolean {
    const { number } = this;
    const flags = check("fcntl", fcntl(number, platform.F_GETFD), { fd: number });
    return (flags & platform.FD_CLOEXEC) !== 0;
  }

  set closeOnExec(value: boolean) {
    const { number } = this;
    check("fcntl", fcntl(number, platform.F_SETFD, value ? platform.FD_CLOEXEC : 0), {
      fd: number,
    });
  }

  /**
   * Makes the open file block, for us and everybody who shares it: what a program expects of the
   * descriptors that it is given.
   */
  setBlocking(): void {
    const { number } = this;
    setBlocking(number, true);
    this.#mode.blocking = true;
  }

  /** Whether the open file is ours alone: made by us, and given to nobody yet. */
  get ours(): boolean {
    return this.#mode.ours;
  }

  /**
   * Locks the file against other programs that lock it as well; waits until it is free. The lock belongs to the open
   * file: it ends when that is closed, be it by the end of the program, and whoever has the same open file, as after
   * `dup` or `fork`, has the same lock.
   *
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then it is not locked.
   *
   * @example
   * ```ts
   * import { Fd } from "@deno-ipc/ipc/pipes";
   *
   * using file = Fd.open("/tmp/deno_ipc_example.lock", { write: true, create: true });
   * {
   *   using _ = await file.lock({ timeout: 10_000 });
   *   console.log("nobody else is here");
   * }
   * Deno.removeSync("/tmp/deno_ipc_example.lock");
   * ```
   *
   * @see https://man7.org/linux/man-pages/man2/flock.2.html
   */
  async lock(options: LockOptions & WaitOptions = {}): Promise<FileLock> {
    return await lock(this, checked(options, lockWaitNames));
  }

  /** Locks as `lock` does, but blocks the whole program until the file is free. */
  lockSync(options: LockOptions = {}): FileLock {
    return lockSync(this, checked(options, lockSyncNames));
  }

  /** Locks the file if it is free now; else `undefined`. */
  tryLock(options: LockOptions = {}): FileLock | undefined {
    return tryLock(this, checked(options, lockNames));
  }

  /** @ignore Aborted when it is closed. */
  get closing(): AbortSignal {
    return (this.#closing ??= new AbortController()).signal;
  }

  #closing: AbortController | undefined;

  /** What can be read, as lines of text, until the end of file; see {@linkcode lines}. */
  lines(options: LineOptions & WaitOptions = {}): AsyncGenerator<string, void, undefined> {
    const { maxLength, signal, timeout } = checked(options, lineWaitNames);
    return lines(passingChunks(this, { signal, timeout }), { maxLength });
  }

  /** What can be read, as a stream. It closes the descriptor at its end and when it is cancelled. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return readableOf(this, () => this.close());
  }

  /** A stream that writes. Closing or aborting it closes the descriptor. */
  get writable(): WritableStream<Uint8Array> {
    return writableOf(this);
  }

  /** Gives the descriptor away: returns its number, which is the caller's to close. */
  release(): number {
    const { number } = this;
    forget(number, () => new TypeError("Fd is closed"));
    forgotten.unregister(this);
    releaseToForks(number);
    this.#number = -1;
    this.#closing?.abort();
    return number;
  }

  /** Closes the descriptor; waits on it end with a TypeError. Twice is harmless. */
  close(): void {
    if (this.closed) return;
    const number = this.release();
    if (number <= 2 && replaceByNull(number)) return;
    // EINTR says that it is closed; only EIO and the like tell of data that was not written.
    if (close(number) === -1) {
      const code = errorCode();
      if (code !== "EINTR") throw new SyscallError("close", code, { fd: number });
    }
  }

  /** Closes the descriptor. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** What all descriptors of one open file have in common. */
interface Mode {
  /** Whether reading and writing block. */
  blocking: boolean;
  /** Whether it is ours alone. */
  readonly ours: boolean;
  /** Whether it is larger than usual, or cannot be. */
  enlarged?: boolean;
}

/**
 * Puts /dev/null in the place of a standard descriptor that is closed: whether it did. What is opened next would get its
 * number, and be what every child inherits.
 */
function replaceByNull(number: number): boolean {
  const none = open("/dev/null", platform.O_RDWR | platform.O_CLOEXEC);
  if (none === -1) return false;
  const replaced = dup2(none, number) !== -1;
  close(none);
  return replaced;
}

const USUAL_PIPE = 64 * 1024;
const LARGER_PIPE = 256 * 1024;

// What nobody else has, and nobody holds any more, would be open for ever.
const forgotten = new FinalizationRegistry<number>((number) => {
  releaseToForks(number);
  close(number);
});

/** What is to be written, as bytes. */
function writable(data: string | Uint8Array, { atomic = false }: WriteOptions): Uint8Array {
  const all = toBytes("Data", data);
  if (!atomic || all.length <= PIPE_BUF) return all;
  throw new RangeError(`Data must have at most ${PIPE_BUF} bytes to be atomic, got ${all.length}`);
}

function requireBytes(buffer: unknown): void {
  if (buffer instanceof Uint8Array) return;
  throw new TypeError(`Buffer must be a Uint8Array, got ${describe(buffer)}`);
}
