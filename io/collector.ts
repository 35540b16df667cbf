/**
 * Bytes of unknown number in one piece.
 */
import type { Fd } from "./fd.ts";
import type { WaitOptions } from "./wait.ts";

const FIRST = 64 * 1024;

/** Collects bytes in memory that doubles when it is full. */
export class Collector {
  #memory = new Uint8Array(new ArrayBuffer(FIRST));
  #size = 0;

  /** How many bytes there are. */
  get size(): number {
    return this.#size;
  }

  /** All that there are. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.#size);
  }

  /**
   * Adds what can be read from `fd`, until its end.
   *
   * @param added Called after each piece; what it throws ends the reading.
   */
  async collect(fd: Fd, added: () => void, options: WaitOptions = {}): Promise<void> {
    for (let size; (size = await fd.read(this.#room(), options)) !== null;) {
      this.#size += size;
      added();
    }
  }

  #room(): Uint8Array<ArrayBuffer> {
    if (this.#size === this.#memory.length) {
      const larger = new Uint8Array(new ArrayBuffer(2 * this.#size));
      larger.set(this.#memory);
      this.#memory = larger;
    }
    return this.#memory.subarray(this.#size);
  }
}
