/**
 * What was read of a connection and not yet asked for.
 */
import { countdown, inTotal, type WaitOptions } from "../io/mod.ts";

/** Reads at least one byte into a buffer: how many, or null at the end. */
export type Read = (buffer: Uint8Array, options: WaitOptions) => Promise<number | null>;

/** Bytes of a connection, taken in pieces of any size, and up to an end. */
export class LineBuffer {
  readonly #read: Read;
  #memory = new Uint8Array(new ArrayBuffer(4096));
  #start = 0;
  #end = 0;

  /** A buffer that is filled by `read`. */
  constructor(read: Read) {
    this.#read = read;
  }

  /** Reads at least one byte into `buffer`: what is there already, else from the connection itself. */
  read(buffer: Uint8Array, options: WaitOptions): number | Promise<number | null> {
    if (this.#start === this.#end) return this.#read(buffer, options);
    const piece = this.#memory.subarray(
      this.#start,
      Math.min(this.#end, this.#start + buffer.length),
    );
    buffer.set(piece);
    this.#start += piece.length;
    return piece.length;
  }

  /** The next byte, or null at the end. */
  async byte(options: WaitOptions): Promise<number | null> {
    if (this.#start === this.#end && !await this.#fill(options)) return null;
    return this.#memory[this.#start++];
  }

  /**
   * Takes what comes before the end that `find` finds, and that end: what comes before, in memory that is used again.
   * Nothing is taken before the end is there. More than `maxLength` bytes are a RangeError.
   *
   * @returns `undefined` if the connection ends first: what there is of it is left.
   */
  async until(
    find: FindEnd,
    maxLength: number,
    options: WaitOptions,
  ): Promise<Uint8Array | undefined> {
    const left = countdown(options.timeout); // whoever sends it byte by byte gets no more time
    for (let looked = 0;;) {
      const there = this.#memory.subarray(this.#start, this.#end);
      const found = find(there, looked);
      if ((found?.length ?? there.length - ALMOST_END) > maxLength) throw tooLong(maxLength);
      if (found) {
        this.#start += found.size;
        return there.subarray(0, found.length);
      }
      looked = there.length;
      try {
        if (!await this.#fill({ signal: options.signal, timeout: left() })) return undefined;
      } catch (error) {
        throw inTotal(error, options);
      }
    }
  }

  /** Takes what is left, in memory that is used again; null if nothing is. */
  rest(maxLength: number): Uint8Array | null {
    const there = this.#memory.subarray(this.#start, this.#end);
    if (there.length > maxLength) throw tooLong(maxLength);
    this.#start = this.#end;
    return there.length === 0 ? null : there;
  }

  /** Whether nothing is left that was read already. */
  get empty(): boolean {
    return this.#start === this.#end;
  }

  /** Reads more: whether there was any. */
  async #fill(options: WaitOptions): Promise<boolean> {
    if (this.#start > 0) {
      this.#memory.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    if (this.#end === this.#memory.length) {
      const larger = new Uint8Array(new ArrayBuffer(2 * this.#memory.length));
      larger.set(this.#memory);
      this.#memory = larger;
    }
    const size = await this.#read(this.#memory.subarray(this.#end), options);
    this.#end += size ?? 0;
    return size !== null;
  }
}

const LF = 10;
const CR = 13;
const DOT = 46;

// So many bytes may be those of an end that is not complete yet: ".\r".
const ALMOST_END = 2;

/** Finds an end in what is there, which was looked through up to `looked`: how much comes before it, and with it. */
export type FindEnd = (
  there: Uint8Array,
  looked: number,
) => { length: number; size: number } | undefined;

/** The end of a line. */
export const endOfLine: FindEnd = (there, looked) => {
  const at = there.indexOf(LF, looked);
  return at < 0 ? undefined : { length: there[at - 1] === CR ? at - 1 : at, size: at + 1 };
};

/** A line of a dot alone. */
export const endOfMessage: FindEnd = (there, looked) => {
  for (let at = looked; (at = there.indexOf(LF, at)) >= 0; at++) {
    const dot = there[at - 1] === CR ? at - 2 : at - 1;
    if (there[dot] === DOT && (dot === 0 || there[dot - 1] === LF)) {
      return { length: dot, size: at + 1 };
    }
  }
};

function tooLong(maxLength: number): RangeError {
  return new RangeError(`It is longer than ${maxLength} bytes`);
}
