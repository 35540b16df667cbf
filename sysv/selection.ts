/**
 * Which message a receiver wants, said in words above and in C's number and flags below.
 */
import { integer, type OptionNames, platform } from "../libc/basic.ts";
import { messageType } from "./message.ts";

/** Which message is received, and how. At most one of `type`, `upTo` and `except` may be given. */
export interface ReceiveOptions {
  /** Only the first message of this type. */
  type?: number | bigint;
  /** The first message of the lowest type that is not above this one: a priority queue. */
  upTo?: number | bigint;
  /** The first message of any type but this one. */
  except?: number | bigint;
  /**
   * Refuses a message of more bytes with E2BIG, and leaves it in the queue. By default a message of
   * any size is received.
   */
  maxSize?: number;
  /** Cuts a message of more than `maxSize` bytes instead; what is cut off is lost. */
  truncate?: boolean;
  /** Receives into this array, whose length then is the limit. */
  into?: Uint8Array<ArrayBuffer>;
}

/** What {@linkcode ReceiveOptions} are called. */
export const receiveNames: OptionNames<ReceiveOptions> = {
  type: true,
  upTo: true,
  except: true,
  maxSize: true,
  truncate: true,
  into: true,
};

/** C's `msgtyp`: 0 for any, a type, or minus the highest one that is wanted. */
export function typeWanted({ type, upTo, except }: ReceiveOptions): bigint {
  if (type === undefined && upTo === undefined && except === undefined) return 0n;
  if (+(type !== undefined) + +(upTo !== undefined) + +(except !== undefined) > 1) {
    throw new TypeError("Only one of type, upTo and except can be given");
  }
  if (type !== undefined) return messageType(type);
  if (upTo !== undefined) return -messageType(upTo, "upTo");
  return messageType(except!, "except");
}

/** Any size: more bytes than a message can have. */
export const ANY_SIZE = 0x7fff_ffff;

/** The most bytes a message may have. */
export function sizeWanted({ maxSize, into }: ReceiveOptions): number {
  if (into !== undefined) {
    if (!(into instanceof Uint8Array)) throw new TypeError("into must be a Uint8Array");
    if (maxSize !== undefined) throw new TypeError("Only one of maxSize and into can be given");
    return into.length;
  }
  return maxSize === undefined ? ANY_SIZE : integer("maxSize", maxSize, 0, ANY_SIZE);
}

/**
 * C's `msgflg` for a buffer of `capacity` bytes. Cutting is asked of C only where the buffer is as large
 * as wanted: else it would cut what fits once the buffer has grown.
 */
export function flagsWanted(options: ReceiveOptions, capacity: number, wanted: number): number {
  const cut = options.truncate === true && capacity === wanted;
  return (cut ? platform.MSG_NOERROR : 0) |
    (options.except === undefined ? 0 : platform.MSG_EXCEPT);
}
