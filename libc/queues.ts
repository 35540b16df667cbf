/**
 * Message queues as C has them.
 */
import { libc } from "./library.ts";
import { structs } from "./platform.ts";

/** Bytes before the text of a message: its type, a `long`. */
export const headerSize: number = structs.msgbuf.fields.mtext[1];

/** @see https://man7.org/linux/man-pages/man2/msgget.2.html */
export function msgget(key: number, flags: number): number {
  return libc("queues").msgget(key, flags);
}

/** @see https://man7.org/linux/man-pages/man2/msgsnd.2.html */
export function msgsnd(id: number, message: Buffer, size: number, flags: number): number {
  return libc("queues").msgsnd(id, message, BigInt(size), flags);
}

/** @see https://man7.org/linux/man-pages/man2/msgrcv.2.html */
export function msgrcv(
  id: number,
  message: Buffer,
  size: number,
  type: bigint,
  flags: number,
): number {
  return libc("queues").msgrcv(id, message, BigInt(size), type, flags);
}

/** `msgsnd` on another thread, which blocks until there is room. */
export function msgsndParked(id: number, message: Buffer, size: number): Promise<number> {
  return libc("queuesParked").msgsndParked(id, message, BigInt(size), 0);
}

/** `msgrcv` on another thread, which blocks until there is a message. */
export function msgrcvParked(
  id: number,
  message: Buffer,
  size: number,
  type: bigint,
  flags: number,
): Promise<number> {
  return libc("queuesParked").msgrcvParked(id, message, BigInt(size), type, flags);
}

/** @see https://man7.org/linux/man-pages/man2/msgctl.2.html */
export function msgctl(id: number, command: number, buffer: Buffer | null): number {
  return libc("queues").msgctl(id, command, buffer);
}

type Buffer = Uint8Array<ArrayBuffer>;
