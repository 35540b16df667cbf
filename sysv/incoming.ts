/**
 * Where messages are received. Allocating costs more than receiving, so the bytes of small messages are
 * carved out of one shared block, right behind the place where C puts a message, as Node's `Buffer` does.
 */
import { headerSize } from "../libc/mod.ts";
import { type Message, MessageBuffer } from "./message.ts";

const SHARED = 56 * 1024;
const SMALL = 8192;

/** A place to receive into, kept for the next message. */
export class Incoming {
  #buffer: MessageBuffer;
  #next: number;

  /** Room for messages of up to `capacity` bytes. */
  constructor(capacity: number) {
    this.#buffer = new MessageBuffer(capacity, SHARED);
    this.#next = firstFree(capacity);
  }

  /** How large a message can be received. */
  get capacity(): number {
    return this.#buffer.capacity;
  }

  /** The memory for C. */
  get memory(): Uint8Array<ArrayBuffer> {
    // A user who transfers the buffer of a message to another thread takes the whole block along.
    if (this.#buffer.memory.length === 0) this.grow(this.capacity);
    return this.#buffer.memory;
  }

  /** Begins a new block, with room for messages of `capacity` bytes. */
  grow(capacity: number): void {
    this.#buffer = new MessageBuffer(Math.max(capacity, this.capacity), SHARED);
    this.#next = firstFree(this.capacity);
  }

  /** The message of `size` bytes that C has just put there, in bytes of its own or in `target`. */
  take(size: number, target?: Uint8Array<ArrayBuffer>): Message {
    const buffer = this.#buffer;
    if (target !== undefined || size > SMALL) return buffer.take(size, target);
    if (this.#next + size > buffer.memory.length) {
      this.grow(this.capacity);
      return buffer.take(size);
    }
    const bytes = new Uint8Array(buffer.memory.buffer, this.#next, size);
    buffer.memory.copyWithin(this.#next, headerSize, headerSize + size);
    this.#next = aligned(this.#next + size);
    return buffer.unpack(bytes);
  }
}

function firstFree(capacity: number): number {
  return aligned(headerSize + capacity);
}

/** The next offset at which any typed array may begin. */
function aligned(offset: number): number {
  return (offset + 7) & ~7;
}
