/**
 * Bytes of unknown number in one piece.
 */
import { checked } from "../libc/mod.ts";
import { concatenate } from "./concatenate.ts";
import type { Fd } from "./fd.ts";
import {
  countdown,
  inTotal,
  requirePatience,
  timedOut,
  waitNames,
  type WaitOptions,
} from "./wait.ts";

// Most programs print little or nothing, and memory costs time to be cleared.
const FIRST = 4 * 1024;
const SECOND = 64 * 1024;
const LARGEST = 1024 * 1024;

/** Collects bytes in pieces of growing size, and puts them together once, in the end. */
export class Collector {
  #full: Uint8Array<ArrayBuffer>[] = [];
  #memory = new Uint8Array(new ArrayBuffer(FIRST));
  #used = 0;
  #size = 0;

  /** How many bytes there are. */
  get size(): number {
    return this.#size;
  }

  /** All that there are. */
  bytes(): Uint8Array<ArrayBuffer> {
    return concatenate([...this.#full, this.#memory.subarray(0, this.#used)]);
  }

  /**
   * Adds what can be read from `fd`, until its end.
   *
   * @param added Called after each piece; what it throws ends the reading.
   * @param options The time is for all of it.
   */
  async collect(fd: Fd, added: () => void, options: WaitOptions = {}): Promise<void> {
    const { signal, timeout } = checked(options, waitNames);
    const patience = { signal, timeout };
    requirePatience(patience);
    const left = countdown(timeout);
    const read = async () => {
      try {
        return await fd.read(this.#room(), { signal, timeout: left() });
      } catch (error) {
        throw inTotal(error, patience);
      }
    };
    for (let size; (size = await read()) !== null;) {
      this.#used += size;
      this.#size += size;
      added();
      if (timeout && left() === 0) throw timedOut(timeout); // what is there at once comes without waiting
    }
  }

  #room(): Uint8Array<ArrayBuffer> {
    if (this.#used === this.#memory.length) {
      this.#full.push(this.#memory);
      const size = Math.min(Math.max(2 * this.#used, SECOND), LARGEST);
      this.#memory = new Uint8Array(new ArrayBuffer(size));
      this.#used = 0;
    }
    return this.#memory.subarray(this.#used);
  }
}

/** All that can be read from `fd`, until its end. */
export async function readAll(fd: Fd, options: WaitOptions): Promise<Uint8Array<ArrayBuffer>> {
  const collector = new Collector();
  await collector.collect(fd, () => {}, options);
  return collector.bytes();
}
