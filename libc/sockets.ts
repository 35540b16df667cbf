/**
 * Sockets as C has them.
 */
import { check } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { type Endpoint, readAddress } from "./socket_address.ts";
import { allocate, readStruct } from "./struct.ts";

type Buffer = Uint8Array<ArrayBuffer>;

const FLAGS = platform.SOCK_CLOEXEC | platform.SOCK_NONBLOCK;

/**
 * A new socket, close-on-exec and non-blocking.
 *
 * @see https://man7.org/linux/man-pages/man2/socket.2.html
 */
export function socket(family: number, type: number, protocol: number): number {
  return libc("sockets").socket(family, type | FLAGS, protocol);
}

/**
 * Two sockets that are connected with each other, close-on-exec and non-blocking.
 *
 * @see https://man7.org/linux/man-pages/man2/socketpair.2.html
 */
export function socketpair(type: number, ends: Int32Array<ArrayBuffer>): number {
  const bytes = new Uint8Array(ends.buffer);
  return libc("sockets").socketpair(platform.AF_UNIX, type | FLAGS, 0, bytes);
}

/**
 * Sets the mode that a Unix socket's file will have when it is bound, less the umask.
 *
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export function fchmod(fd: number, mode: number): number {
  return libc("sockets").fchmod(fd, mode);
}

/** @see https://man7.org/linux/man-pages/man2/bind.2.html */
export function bind(fd: number, address: Buffer): number {
  return libc("sockets").bind(fd, address, address.length);
}

/** @see https://man7.org/linux/man-pages/man2/listen.2.html */
export function listen(fd: number, backlog: number): number {
  return libc("sockets").listen(fd, backlog);
}

/** @see https://man7.org/linux/man-pages/man2/connect.2.html */
export function connect(fd: number, address: Buffer): number {
  return libc("sockets").connect(fd, address, address.length);
}

/** `connect` on another thread, which blocks, if the socket does, until there is room in the listener's queue. */
export function connectParked(fd: number, address: Buffer): Promise<number> {
  return libc("sockets").connectParked(fd, address, address.length);
}

/**
 * A connection that waits at a listening socket, close-on-exec and non-blocking.
 *
 * @see https://man7.org/linux/man-pages/man2/accept.2.html
 */
export function accept4(fd: number): number {
  return libc("sockets").accept4(fd, null, null, FLAGS);
}

/** @see https://man7.org/linux/man-pages/man2/shutdown.2.html */
export function shutdown(fd: number, how: number): number {
  return libc("sockets").shutdown(fd, how);
}

// What C writes an address into, and how long that is.
const address = allocate(structs.sockaddr_storage);
const length = new Uint32Array(new ArrayBuffer(8));
const lengthBytes = new Uint8Array(length.buffer);

/**
 * Where the socket is.
 *
 * @see https://man7.org/linux/man-pages/man2/getsockname.2.html
 */
export function getsockname(fd: number): Endpoint {
  length[0] = address.length;
  check("getsockname", libc("sockets").getsockname(fd, address, lengthBytes), { fd });
  return readAddress(address, length[0]);
}

/**
 * Where the socket is that this one is connected to.
 *
 * @see https://man7.org/linux/man-pages/man2/getpeername.2.html
 */
export function getpeername(fd: number): Endpoint {
  length[0] = address.length;
  check("getpeername", libc("sockets").getpeername(fd, address, lengthBytes), { fd });
  return readAddress(address, length[0]);
}

const number = new Int32Array(new ArrayBuffer(8));
const numberBytes = new Uint8Array(number.buffer);

/**
 * An option that is a number.
 *
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 */
export function readSocketOption(fd: number, level: number, option: number): number {
  length[0] = 4;
  const result = libc("sockets").getsockopt(fd, level, option, numberBytes, lengthBytes);
  check("getsockopt", result, { fd });
  return number[0];
}

/** Whether a descriptor is a socket that listens. */
export function acceptsConnections(fd: number): boolean {
  length[0] = 4;
  const { SOL_SOCKET, SO_ACCEPTCONN } = platform;
  const result = libc("sockets").getsockopt(
    fd,
    SOL_SOCKET,
    SO_ACCEPTCONN,
    numberBytes,
    lengthBytes,
  );
  return result === 0 && number[0] !== 0;
}

/** Sets an option that is a number. */
export function writeSocketOption(fd: number, level: number, option: number, value: number): void {
  number[0] = value;
  check("setsockopt", libc("sockets").setsockopt(fd, level, option, numberBytes, 4), { fd });
}

/** Sets an option that is a structure. */
export function setOptionBytes(fd: number, level: number, option: number, value: Buffer): void {
  const result = libc("sockets").setsockopt(fd, level, option, value, value.length);
  check("setsockopt", result, { fd });
}

/** Who is at the other end of a Unix socket: as it was when that connected, or was paired. */
export function peerCredentials(fd: number): { pid: number; uid: number; gid: number } {
  const { SOL_SOCKET, SO_PEERCRED } = platform;
  const credentials = allocate(structs.ucred);
  length[0] = credentials.length;
  const result = libc("sockets").getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, lengthBytes);
  check("getsockopt", result, { fd });
  return readStruct(structs.ucred, credentials);
}

/**
 * Sends a message without waiting. A peer that is gone is an error and no signal.
 *
 * @see https://man7.org/linux/man-pages/man2/send.2.html
 */
export function sendto(fd: number, data: Uint8Array, to: Buffer | null): number {
  const flags = platform.MSG_NOSIGNAL | platform.MSG_DONTWAIT;
  const size = BigInt(data.length);
  return libc("sockets").sendto(fd, data as Buffer, size, flags, to, to?.length ?? 0);
}

/**
 * Receives a message without waiting: its length, which, if `whole`, may be more than `data` has room for; or −1. If it is
 * not from the only one who can send any, {@linkcode lastSender} tells who sent it.
 *
 * @see https://man7.org/linux/man-pages/man2/recv.2.html
 */
export function recvfrom(
  fd: number,
  data: Uint8Array,
  whole: boolean,
  connected: boolean,
): number {
  // Where there are no messages, the flag that asks for their length throws data away.
  const flags = platform.MSG_DONTWAIT | (whole ? platform.MSG_TRUNC : 0);
  const room = BigInt(data.length);
  length[0] = connected ? 0 : address.length;
  const from = connected ? null : address;
  return libc("sockets").recvfrom(fd, data as Buffer, room, flags, from, from && lengthBytes);
}

/** Where the last message came from; `undefined` if that is not known, or has no address. */
export function lastSender(): Endpoint | undefined {
  return length[0] <= 2 ? undefined : readAddress(address, length[0]);
}
