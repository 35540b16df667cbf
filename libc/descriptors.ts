/**
 * Descriptors as C has them.
 */
import { check } from "./error.ts";
import { libc } from "./library.ts";
import { platform } from "./platform.ts";
import { cString } from "./text.ts";

/** @see https://man7.org/linux/man-pages/man2/open.2.html */
export function open(path: string, flags: number, mode = 0): number {
  return libc("descriptors").open(cString(path, "Path"), flags, mode);
}

/** @see https://man7.org/linux/man-pages/man2/read.2.html */
export function read(fd: number, buffer: Uint8Array): number {
  return libc("descriptors").read(fd, buffer as Buffer, BigInt(buffer.length));
}

/** @see https://man7.org/linux/man-pages/man2/write.2.html */
export function write(fd: number, buffer: Uint8Array): number {
  return libc("descriptors").write(fd, buffer as Buffer, BigInt(buffer.length));
}

/** @see https://man7.org/linux/man-pages/man2/close.2.html */
export function close(fd: number): number {
  return libc("descriptors").close(fd);
}

/** @see https://man7.org/linux/man-pages/man2/dup.2.html */
export function dup2(from: number, to: number): number {
  return libc("descriptors").dup2(from, to);
}

/** @see https://man7.org/linux/man-pages/man2/pipe.2.html */
export function pipe2(ends: Int32Array<ArrayBuffer>, flags: number): number {
  return libc("descriptors").pipe2(ends, flags);
}

/** @see https://man7.org/linux/man-pages/man2/fcntl.2.html */
export function fcntl(fd: number, command: number, argument = 0): number {
  return libc("descriptors").fcntl(fd, command, argument);
}

/** A copy of a descriptor, close-on-exec: the lowest number from `lowest` on that is free. */
export function copyDescriptor(fd: number, lowest = 0): number {
  return check("fcntl", fcntl(fd, platform.F_DUPFD_CLOEXEC, lowest), { fd });
}

/** Makes an open file block, or not. */
export function setBlocking(fd: number, blocking: boolean): void {
  const flags = check("fcntl", fcntl(fd, platform.F_GETFL), { fd });
  const wanted = blocking ? flags & ~platform.O_NONBLOCK : flags | platform.O_NONBLOCK;
  check("fcntl", fcntl(fd, platform.F_SETFL, wanted), { fd });
}

/** @see https://man7.org/linux/man-pages/man2/poll.2.html */
export function poll(fds: Buffer, count: number, timeout: number): number {
  return libc("descriptors").poll(fds, BigInt(count), timeout);
}

/** @see https://man7.org/linux/man-pages/man2/ppoll.2.html */
export function ppoll(fds: Buffer, count: number, timeout: Buffer): number {
  return libc("descriptors").ppoll(fds, BigInt(count), timeout, null);
}

// Memory shared with workers is taken by Deno as well, but not declared.
type Buffer = Uint8Array<ArrayBuffer>;
