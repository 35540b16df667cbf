/**
 * Pseudo-terminals.
 */
import {
  atOnce,
  Fd,
  keepFromForks,
  pollAll,
  pollOne,
  readableOf,
  requirePatience,
  waitNames,
  type WaitOptions,
  whenReady,
} from "../io/mod.ts";
import {
  bytes as toBytes,
  check,
  checked,
  endOfFileByte,
  hasCode,
  open,
  openMaster,
  type OptionNames,
  platform,
  ptsname,
  rawSettings,
  silentSettings,
  SyscallError,
  tcgetattr,
  tcsetattr,
} from "../libc/mod.ts";
import {
  foregroundOf,
  setTerminalSize,
  type TerminalModes,
  terminalModes,
  type TerminalSize,
  terminalSize,
} from "./settings.ts";

/** What a pseudo-terminal is like at first. */
export interface PtyOptions extends Partial<TerminalSize> {
  /** Whether it shows what is typed. Default true. */
  echo?: boolean;
  /** Whether every byte passes as it is, in both directions, and none has a meaning. Default false. */
  raw?: boolean;
}

/** What {@linkcode PtyOptions} are called. */
export const ptyNames: OptionNames<PtyOptions> = {
  columns: true,
  rows: true,
  echo: true,
  raw: true,
};

/**
 * The side of a pseudo-terminal at which a person sits: what is written is typed, what is read is shown. Programs have
 * the other side, the terminal at `path`. Disposing closes it: the programs there get SIGHUP, as when a line drops.
 *
 * It holds back a program that prints while nobody reads, so memory stays as it is. When no program has the terminal
 * open any more, reading gives an end of file once all is read, and writing fails with EPIPE.
 */
export class Pty implements Disposable {
  /** The descriptor. Reading it directly fails with EIO at the end. */
  readonly fd: Fd;
  /** The path of the terminal, such as `/dev/pts/3`. */
  readonly path: string;

  /** Makes one. */
  constructor(options: PtyOptions = {}) {
    const { columns = 80, rows = 24, echo = true, raw = false } = checked(options, ptyNames);
    this.fd = Fd.made(openMaster());
    keepFromForks(this.fd.number);
    try {
      this.path = ptsname(this.fd.number);
      this.resize({ columns, rows });
      if (raw) this.#set(rawSettings);
      else if (!echo) this.#set(silentSettings);
    } catch (error) {
      this.fd.close();
      throw error;
    }
  }

  #set(change: (settings: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): void {
    tcsetattr(this.fd.number, change(tcgetattr(this.fd.number)));
  }

  /**
   * Opens the terminal: the side for programs. As long as it is open the terminal has no end.
   *
   * @throws {SyscallError} EIO once the terminal has been hung up.
   */
  openTerminal(): Fd {
    const flags = platform.O_RDWR | platform.O_NOCTTY | platform.O_CLOEXEC;
    return Fd.from(check("open", open(this.path, flags), { path: this.path }));
  }

  /** The size in characters. */
  get size(): TerminalSize {
    return terminalSize(this.fd);
  }

  /** Changes the size; the program in the foreground gets SIGWINCH if it is another one. */
  resize(size: TerminalSize): void {
    setTerminalSize(this.fd, size);
  }

  /** How what is typed is treated now, which programs change. */
  get modes(): TerminalModes {
    return terminalModes(this.fd);
  }

  /** The byte that ends the input when it is typed at the beginning of a line: usually 4, which is ^D. */
  get endOfFileByte(): number {
    return endOfFileByte(tcgetattr(this.fd.number));
  }

  /** The process group in the foreground, which ^C reaches; 0 if there is none. */
  get foregroundProcessGroup(): number {
    return foregroundOf(this.fd);
  }

  /** Whether no program has the terminal open any more; false also if none has had it yet. */
  get hungUp(): boolean {
    const [events] = pollAll([{ fd: this.fd.number, events: 0 }], 0);
    return (events & platform.POLLHUP) !== 0;
  }

  /** Reads what is shown: at least one byte; null when the terminal has ended. See {@linkcode Fd.read}. */
  async read(buffer: Uint8Array, options: WaitOptions = {}): Promise<number | null> {
    requirePatience(checked(options, waitNames));
    const size = this.tryRead(buffer);
    if (size !== undefined) return atOnce(size);
    return await whenReady(this.fd.number, "read", () => this.tryRead(buffer), options);
  }

  /** Reads as `read` does, but blocks the whole program until there is something. */
  readSync(buffer: Uint8Array): number | null {
    return endInsteadOfError(() => this.fd.readSync(buffer));
  }

  /** Reads what is there now; `undefined` if that is nothing yet. */
  tryRead(buffer: Uint8Array): number | null | undefined {
    return endInsteadOfError(() => this.fd.tryRead(buffer));
  }

  /**
   * Types all of `data`; waits until there is room, which is when the program has read what was typed before.
   *
   * @throws {SyscallError} EPIPE if no program has the terminal open any more.
   */
  async write(data: string | Uint8Array, options: WaitOptions = {}): Promise<void> {
    requirePatience(checked(options, waitNames));
    let rest = toBytes("Data", data);
    const written = () => {
      this.#requireThere(); // also while waiting: nobody will make room any more
      while (rest.length > 0) {
        const size = this.fd.tryWrite(rest);
        if (size === undefined) return undefined;
        rest = rest.subarray(size);
      }
      return true;
    };
    await (written() ? atOnce(true) : whenReady(this.fd.number, "write", written, options));
  }

  /** Types as `write` does, but blocks the whole program until all is typed. */
  writeSync(data: string | Uint8Array): void {
    let rest = toBytes("Data", data);
    do {
      this.#requireThere();
      const size = this.fd.tryWrite(rest);
      if (size === undefined) pollOne(this.fd.number, platform.POLLOUT, -1);
      else rest = rest.subarray(size);
    } while (rest.length > 0);
  }

  // The kernel takes what is typed into a terminal that nobody has, and nobody would ever know.
  #requireThere(): void {
    if (this.hungUp) throw new SyscallError("write", "EPIPE", { path: this.path });
  }

  /** What is shown, as a stream. Cancelling it closes this side. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return readableOf(this);
  }

  /** Closes this side: the programs at the other one get SIGHUP. Twice is harmless. */
  close(): void {
    this.fd.close();
  }

  /** Closes this side. */
  [Symbol.dispose](): void {
    this.close();
  }
}

// Linux says EIO when nobody has the other side open any more, once all is read that was written there.
function endInsteadOfError<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, "EIO")) return null;
    throw error;
  }
}

/**
 * Makes a pseudo-terminal. To start a program in it take {@linkcode spawnTerminal}, which does all of this.
 *
 * @param options Its size, by default 80 × 24, and how it treats what is typed.
 * @throws {SyscallError} ENOSPC if the system has no more, EMFILE if this process may not open any more.
 * @throws {RangeError} For a size that no terminal can have.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { openPty } from "@deno-ipc/ipc/pty";
 * import { spawn } from "@deno-ipc/ipc/process";
 *
 * using pty = openPty({ columns: 132, rows: 43 });
 * using terminal = pty.openTerminal();
 * await using _child = spawn("stty", ["size"], { terminal });
 * const buffer = new Uint8Array(100);
 * const size = await pty.read(buffer);
 * console.log(new TextDecoder().decode(buffer.subarray(0, size!))); // "43 132\r\n"
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/pty.7.html
 */
export function openPty(options: PtyOptions = {}): Pty {
  return new Pty(options);
}
