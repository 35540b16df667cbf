/**
 * Connections: bytes both ways, and lines.
 */
import {
  forks,
  type LineOptions,
  lineWaitNames,
  readableOf,
  requirePatience,
  waitNames,
  type WaitOptions,
  withPatience,
} from "../io/mod.ts";
import { bytes, checked, describe, integer, type OptionNames, requireArray } from "../libc/mod.ts";
import { endOfLine, endOfMessage, LineBuffer } from "./line_buffer.ts";
import { Socket } from "./socket.ts";
import { Turns } from "./turns.ts";

/** How lines are written. */
export interface WriteLineOptions {
  /** What ends a line. Default "\r\n", as the Internet has it; between programs on one machine "\n" is usual. */
  end?: string;
}

const writeLineNames: OptionNames<WriteLineOptions & WaitOptions> = { end: true, ...waitNames };

/**
 * A connection with another program, over Deno's own API or over a {@linkcode Socket}: it has what `Deno.Conn` has,
 * waits that end, and lines. A line ends with "\n" or "\r\n" when it is read, and with "\r\n" when it is written.
 *
 * Reading in different ways may be mixed: nothing that one way has taken is missing for another.
 *
 * @example
 * ```ts
 * import { Connection, socketPair } from "@deno-ipc/ipc/sockets";
 *
 * using pair = socketPair();
 * using client = new Connection(pair.ours);
 * using server = new Connection(pair.theirs);
 * await client.writeLine("hello");
 * console.log(await server.readLine({ timeout: 10_000 })); // hello
 * ```
 */
export class Connection implements Disposable {
  /** What it goes over. */
  readonly conn: Deno.Conn | Socket;
  readonly #buffered: LineBuffer;
  readonly #readers = new Turns();
  #reading: Promise<Uint8Array | null> | undefined;
  readonly #writers = new Turns();
  readonly #madeAt = forks();

  /** Takes over a connection: it is closed with this one. */
  constructor(conn: Deno.Conn | Socket) {
    this.conn = conn;
    this.#buffered = new LineBuffer((buffer, options) => this.#read(buffer, options));
  }

  /** Where we are. */
  get localAddr(): Deno.Addr {
    return this.conn.localAddr;
  }

  /** Where the other end is. */
  get remoteAddr(): Deno.Addr {
    return this.conn.remoteAddr;
  }

  /**
   * Reads at least one byte into `buffer`; waits until there is one.
   *
   * @returns How many bytes were read, or null at the end.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing was read, and nothing is lost.
   */
  async read(buffer: Uint8Array, options: WaitOptions = {}): Promise<number | null> {
    const patience = checked(options, waitNames);
    return await this.#take(patience, (patience) => this.#buffered.read(buffer, patience));
  }

  /** Reads one byte: its value from 0 to 255, or null at the end. */
  async readByte(options: WaitOptions = {}): Promise<number | null> {
    const patience = checked(options, waitNames);
    return await this.#take(patience, (patience) => this.#buffered.byte(patience));
  }

  /**
   * Reads a line of text without its end; what is left at the end of the connection is a line as well.
   *
   * @returns The line, or null at the end.
   * @throws {RangeError} If it is longer than `maxLength` bytes: the connection is closed.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing was read, and nothing is lost.
   */
  async readLine(options: LineOptions & WaitOptions = {}): Promise<string | null> {
    return await this.#takeText(options, async (maxLength, options) => {
      const line = await this.#buffered.until(endOfLine, maxLength, options) ??
        this.#buffered.rest(maxLength);
      return line && decoder.decode(line);
    });
  }

  /** The lines of text until the end, as {@linkcode readLine} has them. */
  async *lines(options: LineOptions & WaitOptions = {}): AsyncGenerator<string, void, undefined> {
    for (let line; (line = await this.readLine(options)) !== null;) yield line;
  }

  /**
   * Reads a message of several lines that ends with a line of a dot alone, as in SMTP. A dot that was doubled at the
   * beginning of a line is one dot.
   *
   * @param options `maxLength` is for the whole message. Default 1 MiB.
   * @returns The lines, or null at the end. A message that has no end when the connection ends is an error.
   * @throws {RangeError} If it is longer than `maxLength` bytes: the connection is closed.
   * @throws {Deno.errors.UnexpectedEof} If the connection ends in the middle: what there is of it can be read as lines.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing was read, and nothing is lost.
   */
  async readMessage(options: LineOptions & WaitOptions = {}): Promise<string[] | null> {
    return await this.#takeText(options, async (maxLength, options) => {
      const message = await this.#buffered.until(endOfMessage, maxLength, options);
      if (message) return unstuffed(decoder.decode(message));
      if (this.#buffered.empty) return null;
      throw new Deno.errors.UnexpectedEof("The connection ended in the middle of a message");
    });
  }

  /**
   * Writes all of `data`; waits until there is room. Writes that overlap come one after the other.
   *
   * @param data Bytes, or text that is written as UTF-8.
   * @returns How many bytes were written: all.
   * @throws An error with the `code` EPIPE or ECONNRESET if nobody is at the other end any more.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError. A write that still waited for those before it
   * is never sent then. Of one under way part may be written; over Deno's own API, which cannot end it, the rest may
   * follow.
   */
  async write(data: string | Uint8Array, options: WaitOptions = {}): Promise<number> {
    const patience = checked(options, waitNames);
    const all = bytes("Data", data);
    const { conn } = this;
    if (conn instanceof Socket) {
      await this.writeItself(patience, (left) => conn.write(all, left));
    } else {
      await withPatience(patience, (signal) => {
        return this.#writers.take({ signal }, () => this.#writeDeno(conn, all, signal));
      });
    }
    return all.length;
  }

  /** Writes a line of text and its end. Throws a TypeError if there is the end of a line within it. */
  async writeLine(line: string, options: WriteLineOptions & WaitOptions = {}): Promise<void> {
    const { end, signal, timeout } = checked(options, writeLineNames);
    await this.write(ended([line], end), { signal, timeout });
  }

  /** Writes lines, and a line of a dot alone, as {@linkcode readMessage} reads them. */
  async writeMessage(
    lines: readonly string[],
    options: WriteLineOptions & WaitOptions = {},
  ): Promise<void> {
    requireArray("Lines", lines);
    const { end, signal, timeout } = checked(options, writeLineNames);
    const stuffed = lines.map((line) => line.startsWith(".") ? `.${line}` : line);
    await this.write(ended([...stuffed, "."], end), { signal, timeout });
  }

  /** What can be read, as a stream. To cancel it closes the connection. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return readableOf(this);
  }

  /** A stream that writes. To close it ends the writing, as `closeWrite` does; to abort it closes the connection. */
  get writable(): WritableStream<Uint8Array> {
    return new WritableStream({
      write: async (chunk, { signal }) => void await this.write(chunk, { signal }),
      close: () => this.closeWrite(),
      abort: () => this.close(),
    });
  }

  /** Ends the writing, once what is under way is written: the other end reads an end of file. */
  async closeWrite(): Promise<void> {
    await this.writeItself({}, () => this.conn.closeWrite());
  }

  /** @ignore Calls `write`, which writes into `conn` itself, once what is under way is written. */
  writeItself<T>(options: WaitOptions, write: (left: WaitOptions) => Promise<T>): Promise<T> {
    return this.#writers.take(options, (left) => {
      this.#requireOpen();
      return write(left);
    });
  }

  /** @ignore Whether a write is under way. */
  get writing(): boolean {
    return this.#writers.taken;
  }

  /** Closes the connection. Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // In a forked child Deno's closing would end the writing for the parent as well, and take the descriptor out of an
    // epoll that both share, so that the parent would read nothing more. The child's copy is closed when it ends.
    if (this.conn instanceof Socket || forks() === this.#madeAt) this.conn.close();
  }

  #closed = false;

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.close();
  }

  #requireOpen(): void {
    if (this.#closed) throw new TypeError("Connection is closed");
  }

  /** Takes of what is read, when those who have asked before are done. */
  #take<T>(options: WaitOptions, take: (options: WaitOptions) => T | Promise<T>): Promise<T> {
    requirePatience(options);
    return this.#readers.take(options, (options) => {
      this.#requireOpen();
      return take(options);
    });
  }

  /** Takes text; the connection is of no use any more when it is too long. */
  async #takeText<T>(
    options: LineOptions & WaitOptions,
    take: (maxLength: number, options: WaitOptions) => Promise<T>,
  ): Promise<T> {
    const { maxLength = 1 << 20, signal, timeout } = checked(options, lineWaitNames);
    integer("maxLength", maxLength, 1, Number.MAX_SAFE_INTEGER);
    return await this.#take({ signal, timeout }, async (options) => {
      try {
        return await take(maxLength, options);
      } catch (error) {
        if (error instanceof RangeError) this.close();
        throw error;
      }
    });
  }

  #read(buffer: Uint8Array, options: WaitOptions): Promise<number | null> {
    const { conn } = this;
    return conn instanceof Socket
      ? conn.read(buffer, options)
      : this.#readDeno(conn, buffer, options);
  }

  async #readDeno(
    conn: Deno.Conn,
    buffer: Uint8Array,
    options: WaitOptions,
  ): Promise<number | null> {
    const endless = options.signal === undefined && options.timeout === undefined;
    try {
      if (endless && this.#reading === undefined) return await conn.read(buffer);
      return await this.#readPiece(conn, buffer, options);
    } catch (error) {
      if (!options.signal?.aborted) this.#requireOpen(); // else it was we who ended the wait
      throw error;
    }
  }

  async #readPiece(
    conn: Deno.Conn,
    buffer: Uint8Array,
    options: WaitOptions,
  ): Promise<number | null> {
    // Deno's reading cannot be given up, so it goes on, into memory of its own, for whoever reads next.
    this.#reading ??= readPiece(conn);
    const piece = await withPatience(options, () => this.#reading!);
    const rest = piece?.subarray(buffer.length);
    this.#reading = rest?.length ? Promise.resolve(rest) : undefined;
    if (piece === null) return null;
    buffer.set(piece.subarray(0, buffer.length));
    return Math.min(piece.length, buffer.length);
  }

  /** Writes to its end, since Deno's writing cannot be given up. */
  async #writeDeno(conn: Deno.Conn, data: Uint8Array, signal: AbortSignal): Promise<void> {
    this.#requireOpen();
    signal.throwIfAborted(); // it was given up in the moment in which its turn came
    try {
      for (let rest = data; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
    } catch (error) {
      this.#requireOpen();
      throw error;
    }
  }
}

const CHUNK = 64 * 1024;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function readPiece(conn: Deno.Conn): Promise<Uint8Array | null> {
  const memory = new Uint8Array(CHUNK);
  const reading = conn.read(memory).then((size) => size === null ? null : memory.subarray(0, size));
  reading.catch(() => {}); // whoever reads next is told
  return reading;
}

/** The lines of a message, without the dots that were doubled. */
function unstuffed(text: string): string[] {
  const lines = text.split(/\r?\n/);
  lines.pop(); // what comes after the last end
  return lines.map((line) => line.startsWith(".") ? line.slice(1) : line);
}

/** Lines with their ends, as one text. */
function ended(lines: readonly string[], end = "\r\n"): string {
  if (typeof end !== "string") throw new TypeError(`end must be a string, got ${describe(end)}`);
  for (const line of lines) {
    if (typeof line === "string" && !/[\r\n]/.test(line)) continue;
    throw new TypeError(`Line must be text without the end of a line, got ${describe(line)}`);
  }
  return lines.map((line) => line + end).join("");
}
