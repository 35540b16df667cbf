/**
 * Messages that carry descriptors: `sendmsg` and `recvmsg` with SCM_RIGHTS.
 */
import { addressOf } from "./address.ts";
import { close } from "./descriptors.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { type Field, fieldOf, writeStruct } from "./struct.ts";

/** How many descriptors the kernel passes with one message. */
export const MOST_DESCRIPTORS = 253;

// Data travels through here, since the address of a small array may change.
const SIZE = 64 * 1024;
const data = new Uint8Array(new ArrayBuffer(SIZE));

const { cmsghdr, iovec, msghdr } = structs;
// A multiple of 8: the descriptors, and what comes beside them where a socket was told so: credentials, a pidfd, a time,
// the label of a security module.
const CONTROL = cmsghdr.size + 4 * MOST_DESCRIPTORS + 4 + 512;

/** A message's header, its only piece of data, and its control message: one block, so that what points into it holds. */
class Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly size: Field;
  readonly controlSize: Field;
  readonly flags: Field;
  /** Of the first control message. */
  readonly header: Record<"cmsg_len" | "cmsg_level" | "cmsg_type", Field>;
  /** What is in the control messages. */
  readonly numbers: Int32Array<ArrayBuffer>;

  constructor() {
    const at = { iovec: msghdr.size, control: msghdr.size + iovec.size };
    const block = this.bytes = new Uint8Array(new ArrayBuffer(at.control + CONTROL));
    const control = block.subarray(at.control);
    this.numbers = new Int32Array(block.buffer, at.control);
    this.size = fieldOf(iovec, "iov_len", block.subarray(at.iovec));
    this.controlSize = fieldOf(msghdr, "msg_controllen", block);
    this.flags = fieldOf(msghdr, "msg_flags", block);
    this.header = {
      cmsg_len: fieldOf(cmsghdr, "cmsg_len", control),
      cmsg_level: fieldOf(cmsghdr, "cmsg_level", control),
      cmsg_type: fieldOf(cmsghdr, "cmsg_type", control),
    };
    const base = Number(addressOf(block)); // below 2⁵³ in user space
    writeStruct(iovec, block.subarray(at.iovec), { iov_base: Number(addressOf(data)) });
    writeStruct(msghdr, block, {
      msg_iov: base + at.iovec,
      msg_iovlen: 1,
      msg_control: base + at.control,
    });
    writeStruct(cmsghdr, control, {
      cmsg_level: platform.SOL_SOCKET,
      cmsg_type: platform.SCM_RIGHTS,
    });
  }
}

// Made when they are first used. What is received overwrites what they begin with, so there are two.
let outgoing: Block | undefined;
let incoming: Block | undefined;

/**
 * Sends data, up to 64 KiB of it, and descriptors with its first byte; returns how many bytes were sent, or −1.
 *
 * @see https://man7.org/linux/man-pages/man2/sendmsg.2.html
 */
export function sendRights(fd: number, bytes: Uint8Array, numbers: readonly number[]): number {
  const block = outgoing ??= new Block();
  const size = Math.min(bytes.length, SIZE);
  data.set(size < bytes.length ? bytes.subarray(0, size) : bytes);
  const length = cmsghdr.size + 4 * numbers.length;
  block.size.set(size);
  block.controlSize.set(numbers.length === 0 ? 0 : Math.ceil(length / 8) * 8);
  block.header.cmsg_len.set(length);
  block.numbers.set(numbers, cmsghdr.size / 4);
  return libc("sockets").sendmsg(fd, block.bytes, platform.MSG_NOSIGNAL | platform.MSG_DONTWAIT);
}

/** What came in one message. */
export interface ReceivedRights {
  /** The data, in memory that is used again. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The descriptors, close-on-exec. */
  readonly descriptors: number[];
  /** Whether there was more data than was asked for, which is lost. */
  readonly truncated: boolean;
  /** Whether descriptors were lost, since this process may not have so many. */
  readonly descriptorsLost: boolean;
}

/**
 * Receives data, up to `room` bytes of it, and the descriptors that come with it; `undefined` with errno if it fails.
 *
 * @see https://man7.org/linux/man-pages/man2/recvmsg.2.html
 */
export function receiveRights(fd: number, room: number): ReceivedRights | undefined {
  const block = incoming ??= new Block();
  block.size.set(Math.min(room, SIZE));
  block.controlSize.set(CONTROL);
  const flags = platform.MSG_CMSG_CLOEXEC | platform.MSG_DONTWAIT;
  const size = libc("sockets").recvmsg(fd, block.bytes, flags);
  if (size === -1) return undefined;
  const found = block.flags.get();
  return {
    bytes: data.subarray(0, size),
    descriptors: controlDescriptors(block),
    truncated: (found & platform.MSG_TRUNC) !== 0,
    descriptorsLost: (found & platform.MSG_CTRUNC) !== 0,
  };
}

/** The descriptors in the control messages: of another kind there may be some before and behind. */
function controlDescriptors({ controlSize, header, numbers }: Block): number[] {
  const end = controlSize.get();
  const found = [];
  for (let at = 0, size; at + cmsghdr.size <= end; at += Math.ceil(size / 8) * 8) {
    size = header.cmsg_len.get(at);
    if (size < cmsghdr.size) break;
    if (header.cmsg_level.get(at) !== platform.SOL_SOCKET) continue;
    const type = header.cmsg_type.get(at);
    const rights = type === platform.SCM_RIGHTS;
    if (!rights && type !== platform.SCM_PIDFD) continue;
    for (let i = at + cmsghdr.size; i + 4 <= at + size; i += 4) {
      const number = numbers[i / 4];
      if (rights) found.push(number);
      else if (number >= 0) close(number); // the sender's pidfd, of SO_PASSPIDFD, that nobody could ask us for
    }
  }
  return found;
}
