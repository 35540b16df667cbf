/**
 * Messages that carry descriptors: `sendmsg` and `recvmsg` with SCM_RIGHTS.
 */
import { addressOf } from "./address.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { readStruct, writeStruct } from "./struct.ts";

/** How many descriptors the kernel passes with one message. */
export const MOST_DESCRIPTORS = 253;

// One block for the message's header, its only piece of data, and its control message: what points into it stays valid.
const { cmsghdr, iovec, msghdr } = structs;
const CONTROL = cmsghdr.size + 4 * MOST_DESCRIPTORS + 4; // a multiple of 8
const AT = { iovec: msghdr.size, control: msghdr.size + iovec.size };
const block = new Uint8Array(new ArrayBuffer(AT.control + CONTROL));
const descriptors = new Int32Array(
  block.buffer,
  AT.control + cmsghdr.size,
  MOST_DESCRIPTORS,
);

// Data travels through here, since the address of a small array may change.
const SIZE = 64 * 1024;
const data = new Uint8Array(new ArrayBuffer(SIZE));

/**
 * Sends data, up to 64 KiB of it, and descriptors with its first byte; returns how many bytes were sent, or −1.
 *
 * @see https://man7.org/linux/man-pages/man2/sendmsg.2.html
 */
export function sendRights(fd: number, bytes: Uint8Array, numbers: readonly number[]): number {
  const size = Math.min(bytes.length, SIZE);
  data.set(bytes.subarray(0, size));
  const length = cmsghdr.size + 4 * numbers.length;
  prepare(size, numbers.length === 0 ? 0 : Math.ceil(length / 8) * 8);
  writeStruct(cmsghdr, block.subarray(AT.control), {
    cmsg_len: length,
    cmsg_level: platform.SOL_SOCKET,
    cmsg_type: platform.SCM_RIGHTS,
  });
  descriptors.set(numbers);
  return libc("sockets").sendmsg(fd, block, platform.MSG_NOSIGNAL | platform.MSG_DONTWAIT);
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
  prepare(Math.min(room, SIZE), CONTROL);
  const size = libc("sockets").recvmsg(
    fd,
    block,
    platform.MSG_CMSG_CLOEXEC | platform.MSG_DONTWAIT,
  );
  if (size === -1) return undefined;
  const { msg_controllen, msg_flags } = readStruct(msghdr, block);
  return {
    bytes: data.subarray(0, size),
    descriptors: controlDescriptors(msg_controllen),
    truncated: (msg_flags & platform.MSG_TRUNC) !== 0,
    descriptorsLost: (msg_flags & platform.MSG_CTRUNC) !== 0,
  };
}

/** The descriptors in the control messages: of another kind there may be some before. */
function controlDescriptors(length: number): number[] {
  const found = [];
  for (let at = AT.control; at + cmsghdr.size <= AT.control + length;) {
    const header = readStruct(cmsghdr, block.subarray(at));
    if (header.cmsg_len < cmsghdr.size) break;
    if (header.cmsg_level === platform.SOL_SOCKET && header.cmsg_type === platform.SCM_RIGHTS) {
      const count = Math.floor((header.cmsg_len - cmsghdr.size) / 4);
      found.push(...new Int32Array(block.buffer, at + cmsghdr.size, count));
    }
    at += Math.ceil(header.cmsg_len / 8) * 8;
  }
  return found;
}

function prepare(size: number, control: number): void {
  const base = Number(addressOf(block)); // below 2⁵³ in user space
  writeStruct(iovec, block.subarray(AT.iovec), {
    iov_base: Number(addressOf(data)),
    iov_len: size,
  });
  writeStruct(msghdr, block, {
    msg_name: 0,
    msg_namelen: 0,
    msg_iov: base + AT.iovec,
    msg_iovlen: 1,
    msg_control: control === 0 ? 0 : base + AT.control,
    msg_controllen: control,
    msg_flags: 0,
  });
}
