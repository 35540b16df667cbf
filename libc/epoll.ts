/**
 * epoll and eventfd as C has them.
 */
import { libc } from "./library.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/** @see https://man7.org/linux/man-pages/man2/epoll_create.2.html */
export function epoll_create1(flags: number): number {
  return libc("reactor").epoll_create1(flags);
}

/** @see https://man7.org/linux/man-pages/man2/epoll_ctl.2.html */
export function epoll_ctl(epoll: number, operation: number, fd: number, event: Buffer): number {
  return libc("reactor").epoll_ctl(epoll, operation, fd, event);
}

/** `epoll_wait` on another thread, which blocks until there is an event. */
export function epollWaitParked(epoll: number, events: Buffer, count: number): Promise<number> {
  return libc("reactor").epoll_waitParked(epoll, events, count, -1);
}

/** @see https://man7.org/linux/man-pages/man2/eventfd.2.html */
export function eventfd(initial: number, flags: number): number {
  return libc("reactor").eventfd(initial, flags);
}
