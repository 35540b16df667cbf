/**
 * Semaphore sets as C has them.
 */
import { libc } from "./library.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/** @see https://man7.org/linux/man-pages/man2/semget.2.html */
export function semget(key: number, count: number, flags: number): number {
  return libc("semaphores").semget(key, count, flags);
}

/** @see https://man7.org/linux/man-pages/man2/semop.2.html */
export function semop(id: number, operations: Buffer, count: number): number {
  return libc("semaphores").semop(id, operations, BigInt(count));
}

/** @see https://man7.org/linux/man-pages/man2/semop.2.html */
export function semtimedop(id: number, operations: Buffer, count: number, time: Buffer): number {
  return libc("semaphores").semtimedop(id, operations, BigInt(count), time);
}

/** `semop` on another thread, which blocks until all operations can be done. */
export function semopParked(id: number, operations: Buffer, count: number): Promise<number> {
  return libc("semaphoresParked").semopParked(id, operations, BigInt(count));
}

/** @see https://man7.org/linux/man-pages/man2/semctl.2.html */
export function semctl(id: number, index: number, command: number, value: number): number {
  return libc("semaphores").semctl(id, index, command, value);
}

/** `semctl` with a buffer as its fourth argument. */
export function semctlBuffer(id: number, index: number, command: number, buffer: Buffer): number {
  return libc("semaphores").semctlBuffer(id, index, command, buffer);
}
