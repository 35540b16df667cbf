/**
 * What was read of a connection and not yet asked for.
 */
import type { WaitOptions } from "../io/mod.ts";

/** Reads at least one byte into a buffer: how many, or null at the end. */
export type Read = (buffer: Uint8Array, options: WaitOptions) => Promise<number | null>;

/** Bytes of a connection, taken in pieces of any size, and lines. */
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
  async read(buffer: Uint8Array, options: WaitOptions): Promise<number | null> {
    if (this.#start === this.#end) return await this.#read(buffer, options);
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
   * The next line without its end, in memory that is used again; what is left at the end is a line as well; null if
   * nothing is. A line of more than `maxLength` bytes is a RangeError.
   */
  async line(maxLength: number, options: WaitOptions): Promise<Uint8Array | null> {
    for (let looked = 0;;) {
      const there = this.#memory.subarray(this.#start, this.#end);
      const at = there.indexOf(LF, looked);
      if (at >= 0) {
        this.#start += at + 1;
        return within(maxLength, there.subarray(0, there[at - 1] === CR ? at - 1 : at));
      }
      // One more may be the CR of the end.
      if (there.length > maxLength + 1) within(maxLength, there);
      looked = there.length;
      if (await this.#fill(options)) continue;
      if (there.length === 0) return null;
      this.#start = this.#end;
      return within(maxLength, there);
    }
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

function within(maxLength: number, line: Uint8Array): Uint8Array {
  if (line.length <= maxLength) return line;
  throw new RangeError(`Line is longer than ${maxLength} bytes`);
}
