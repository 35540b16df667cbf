/**
 * Whether descriptors are ready, asked synchronously.
 */
import { allocate, errorCode, poll, structs, SyscallError, writeStruct } from "../libc/mod.ts";

const one = allocate(structs.pollfd);

/**
 * Waits `timeout` milliseconds, or without end if that is −1, until one of `events` is true of `fd`; blocks
 * the whole program. An error or a hang-up counts as ready, since the next call will tell.
 */
export function pollOne(fd: number, events: number, timeout: number): boolean {
  writeStruct(structs.pollfd, one, { fd, events, revents: 0 });
  const deadline = timeout < 0 ? Infinity : performance.now() + timeout;
  for (;;) {
    const left = Math.max(deadline - performance.now(), 0);
    // C counts whole milliseconds up to 2³¹; and a signal interrupts, which must not begin the wait anew.
    const count = poll(one, 1, left === Infinity ? -1 : Math.min(Math.ceil(left), 0x7fff_ffff));
    if (count > 0) return true;
    if (count === 0 && performance.now() >= deadline) return false;
    if (count === 0) continue;
    const code = errorCode();
    if (code !== "EINTR") throw new SyscallError("poll", code, { fd });
  }
}
