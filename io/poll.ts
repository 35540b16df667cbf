/**
 * Whether descriptors are ready, asked synchronously.
 */
import { allocate, errorCode, poll, structs, SyscallError, writeStruct } from "../libc/mod.ts";

const one = allocate(structs.pollfd);

/**
 * Waits `timeout` milliseconds, or for ever if that is −1, until one of `events` is true of `fd`; blocks
 * the whole program. An error or a hang-up counts as ready, since the next call will tell.
 */
export function pollOne(fd: number, events: number, timeout: number): boolean {
  writeStruct(structs.pollfd, one, { fd, events, revents: 0 });
  for (;;) {
    const count = poll(one, 1, timeout);
    if (count !== -1) return count > 0;
    const code = errorCode();
    if (code !== "EINTR") throw new SyscallError("poll", code, { fd });
  }
}
