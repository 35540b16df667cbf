/**
 * A message, and the memory in which messages pass between us and C: a `long` with the type, then
 * the bytes, as every other language has it.
 */
import { describe, headerSize } from "../libc/basic.ts";
import { carve } from "./carve.ts";

const decoder = new TextDecoder();

/** A message received from a {@linkcode MessageQueue}. */
export class Message {
  /**
   * The type the sender gave it, from 1 on. Beyond `Number.MAX_SAFE_INTEGER`, which only other
   * languages reach by accident, this is the nearest number and `exactType` is the type.
   */
  readonly type: number;
  /** What was sent. Small messages share a larger buffer, so `bytes.buffer` is not theirs alone. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #exactType: bigint | undefined;

  /** A message of `type` with these bytes; `exactType` if a number cannot hold the type. */
  constructor(type: number, bytes: Uint8Array<ArrayBuffer>, exactType?: bigint) {
    this.type = type;
    this.bytes = bytes;
    this.#exactType = exactType;
  }

  /** The type as the 64-bit integer that was sent. */
  get exactType(): bigint {
    return this.#exactType ?? BigInt(this.type);
  }

  /** The bytes as UTF-8 text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    return decoder.decode(this.bytes);
  }
}

const LARGEST_TYPE = 0x7fff_ffff_ffff_ffffn;
const WORD = 0x1_0000_0000;

/** Returns `type` as C has it, checked: from 1 to 2⁶³ − 1. */
export function messageType(type: number | bigint, what = "Type"): bigint {
  if (typeof type === "bigint") {
    if (type >= 1n && type <= LARGEST_TYPE) return type;
  } else if (Number.isSafeInteger(type) && type >= 1) {
    return BigInt(type);
  } else if (typeof type !== "number") {
    throw new TypeError(`${what} must be a number or a bigint, got ${describe(type)}`);
  }
  throw new RangeError(`${what} must be an integer from 1 to ${LARGEST_TYPE}, got ${type}`);
}

/** Memory for one message of up to `capacity` bytes, as `msgsnd` and `msgrcv` want it. */
export class MessageBuffer {
  /** The memory, to be handed to C. */
  readonly memory: Uint8Array<ArrayBuffer>;
  /** How many bytes of text it can hold. */
  readonly capacity: number;
  readonly #words: Uint32Array;

  /** Allocates it. */
  constructor(capacity: number) {
    this.memory = new Uint8Array(new ArrayBuffer(headerSize + capacity));
    this.capacity = capacity;
    this.#words = new Uint32Array(this.memory.buffer, 0, 2);
  }

  /** Writes a message. */
  pack(type: number | bigint, text: Uint8Array): void {
    if (typeof type === "number" && Number.isSafeInteger(type) && type >= 1) {
      this.#words[0] = type;
      this.#words[1] = type / WORD;
    } else {
      const exact = messageType(type);
      this.#words[0] = Number(exact & 0xffff_ffffn);
      this.#words[1] = Number(exact >> 32n);
    }
    this.memory.set(text, headerSize);
  }

  /** The message of `size` bytes that was received, copied into `target` or bytes of its own. */
  unpack(size: number, target?: Uint8Array<ArrayBuffer>): Message {
    const bytes = target === undefined || target.length < size // shrunk or detached while we waited
      ? carve(size)
      : target.length === size
      ? target
      : target.subarray(0, size);
    bytes.set(this.memory.subarray(headerSize, headerSize + size));
    const low = this.#words[0], high = this.#words[1]; // destructuring would iterate, which is slow
    const type = high * WORD + low;
    if (type <= Number.MAX_SAFE_INTEGER) return new Message(type, bytes);
    return new Message(type, bytes, BigInt(high) << 32n | BigInt(low));
  }
}
