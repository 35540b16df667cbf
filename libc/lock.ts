/**
 * Locks on files as C has them.
 */
import { libc } from "./library.ts";

/** @see https://man7.org/linux/man-pages/man2/flock.2.html */
export function flock(fd: number, operation: number): number {
  return libc("locks").flock(fd, operation);
}

/** `flock` on another thread, which blocks until nobody else has the lock. */
export function flockParked(fd: number, operation: number): Promise<number> {
  return libc("locks").flockParked(fd, operation);
}
