/**
 * Messages: datagrams, and packets in order.
 */
import {
  describe,
  errorCode,
  isInterruption,
  lastSender,
  type OptionNames,
  recvfrom,
  sendto,
  SyscallError,
  type SyscallTarget,
} from "../libc/mod.ts";
import { denoAddress, type SocketType } from "./kinds.ts";

/** A message that was received. */
export interface Message {
  /** What it says. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Where it came from; `undefined` if the sender has no address, or the socket is connected. */
  readonly from: Deno.Addr | undefined;
  /** Whether it was longer than there was room for: the rest is lost. */
  readonly truncated: boolean;
}

/** How a message is received. */
export interface ReceiveOptions {
  /** Where it is put; `data` is then a part of it. By default it gets memory of its own, of up to 64 KiB. */
  buffer?: Uint8Array<ArrayBuffer>;
}

/** What {@linkcode ReceiveOptions} are called. */
export const receiveNames: OptionNames<ReceiveOptions> = { buffer: true };

// As large as a message over IP can be.
const usual = new Uint8Array(new ArrayBuffer(64 * 1024));

/** Receives a message if there is one; `undefined` if there is none yet, `null` if none will come any more. */
export function tryReceive(
  fd: number,
  type: SocketType,
  connected: boolean,
  { buffer }: ReceiveOptions,
): Message | null | undefined {
  const room = buffer ?? usual;
  if (!(room instanceof Uint8Array)) {
    throw new TypeError(`Buffer must be a Uint8Array, got ${describe(buffer)}`);
  }
  let length: number;
  while ((length = recvfrom(fd, room, type !== "stream", connected)) === -1) {
    const code = errorCode();
    if (code === "EAGAIN") return undefined;
    if (!isInterruption(code)) throw new SyscallError("recvfrom", code, { fd });
  }
  // An empty datagram is a message; and whoever has no room for a byte hears of no end.
  if (length === 0 && type !== "datagram" && (type !== "stream" || room.length > 0)) return null;
  const data = room.subarray(0, length);
  return {
    data: buffer ? data : data.slice(),
    from: sender(type),
    truncated: length > room.length,
  };
}

function sender(type: SocketType): Deno.Addr | undefined {
  const from = lastSender();
  return from && denoAddress(type, from);
}

/** Sends a message if there is room for it; `undefined` if there is none yet. */
export function trySend(
  fd: number,
  data: Uint8Array,
  address: Uint8Array<ArrayBuffer> | null,
  to: SyscallTarget | undefined,
): true | undefined {
  while (sendto(fd, data, address) === -1) {
    const code = errorCode();
    if (code === "EAGAIN") return undefined;
    if (!isInterruption(code)) throw new SyscallError("sendto", code, { fd, ...to });
  }
  return true;
}
