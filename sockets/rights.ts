/**
 * Passing open descriptors to another program, and who that is.
 */
import {
  atOnce,
  Fd,
  pollOne,
  requirePatience,
  waitNames,
  type WaitOptions,
  whenReady,
} from "../io/mod.ts";
import {
  bytes,
  checked,
  close,
  describe,
  endless,
  errorCode,
  integer,
  isInterruption,
  MOST_DESCRIPTORS,
  type OptionNames,
  peerCredentials as credentials,
  platform,
  type ReceivedRights,
  receiveRights,
  sendRights,
  SyscallError,
} from "../libc/mod.ts";
import { Connection } from "./connection.ts";
import { Socket } from "./socket.ts";

const NUL = new Uint8Array(1);

/** What goes along with descriptors. */
export interface SendFdsOptions {
  /** The data that they come with, from 1 byte to 64 KiB. Default a NUL byte, since some there must be. */
  data?: string | Uint8Array;
}

const sendNames: OptionNames<SendFdsOptions> = { data: true };
const sendWaitNames = { ...sendNames, ...waitNames };
const sendSyncNames = { ...sendNames, ...endless };

/**
 * Sends open descriptors over a Unix socket: the other program gets its own for the same open files. Ours stay open,
 * and may be closed as soon as they are sent. To a connection they go once what is under way is written.
 *
 * @param socket A Unix socket that is connected, or a connection that `listenUnix` has brought.
 * @param fds What is sent: up to 253, the first of which arrives as the first.
 * @throws {SyscallError} EPIPE if nobody is there; ETOOMANYREFS if too many that we have sent are under way; EMSGSIZE.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing was sent, or all descriptors and
 * part of the data.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { receiveFds, sendFds, socketPair } from "@deno-ipc/ipc/sockets";
 * import { Fd } from "@deno-ipc/ipc/pipes";
 *
 * using pair = socketPair();
 * using file = Fd.open("/etc/passwd");
 * await sendFds(pair.ours, [file], { data: "passwd" });
 * const { fds: [received] } = await receiveFds(pair.theirs);
 * for await (const line of received.lines()) {
 *   console.log(line);
 *   break;
 * }
 * received.close();
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export async function sendFds(
  socket: Socket | Connection,
  fds: readonly Fd[],
  options: SendFdsOptions & WaitOptions = {},
): Promise<void> {
  const { data = NUL, signal, timeout } = checked(options, sendWaitNames);
  const patience = { signal, timeout };
  requirePatience(patience);
  const own = socketOf(socket);
  const sending = new Sending(own, fds, data);
  const send = async (left: WaitOptions) => {
    if (sending.attempt()) return atOnce(undefined);
    await whenReady(own.fd.number, "write", () => sending.attempt(), left);
  };
  await (socket instanceof Connection ? socket.writeItself(patience, send) : send(patience));
}

/**
 * Sends as {@linkcode sendFds} does, but blocks the whole program until there is room.
 *
 * @throws {Deno.errors.Busy} If a write to the connection is under way, which could not go on meanwhile.
 */
export function sendFdsSync(
  socket: Socket | Connection,
  fds: readonly Fd[],
  options: SendFdsOptions = {},
): void {
  const { data = NUL } = checked(options, sendSyncNames);
  const own = socketOf(socket);
  if (socket instanceof Connection && socket.writing) {
    throw new Deno.errors.Busy("A write to the connection is under way");
  }
  const sending = new Sending(own, fds, data);
  while (!sending.attempt()) pollOne(own.fd.number, platform.POLLOUT, -1);
}

/** Descriptors and data that are being sent. */
class Sending {
  readonly #socket: Socket;
  #fds: readonly Fd[];
  #rest: Uint8Array;

  constructor(socket: Socket, fds: readonly Fd[], data: string | Uint8Array) {
    this.#socket = socket;
    if (!Array.isArray(fds) || !fds.every((fd) => fd instanceof Fd)) {
      throw new TypeError("Descriptors must be a list of Fds (see Fd.from for a number)");
    }
    this.#fds = [...fds];
    this.#rest = bytes("Data", data);
    integer("Number of descriptors", fds.length, 0, MOST_DESCRIPTORS);
    integer("Length of the data", this.#rest.length, 1, 64 * 1024);
  }

  /** Sends as much as there is room for: whether that was the rest. */
  attempt(): true | undefined {
    const fd = this.#socket.fd.number;
    while (this.#rest.length > 0) {
      // Looked up each time: one that was closed while we waited must not be whatever has its number now.
      const numbers = this.#fds.map((one) => one.number);
      const size = sendRights(fd, this.#rest, numbers);
      if (size === -1) {
        const code = errorCode();
        if (code === "EAGAIN") return undefined;
        if (isInterruption(code)) continue;
        throw new SyscallError("sendmsg", code, { fd });
      }
      this.#rest = this.#rest.subarray(size);
      this.#fds = []; // they went with the first byte
    }
    return true;
  }
}

/** What was received with descriptors. */
export interface ReceivedFds {
  /** The descriptors, close-on-exec, which are the receiver's to close. */
  readonly fds: Fd[];
  /** The data that came with them. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** How many descriptors came that were not expected: they are closed already. */
  readonly closed: number;
  /** Whether there was more data in the message than there was room for: the rest is lost. A stream loses nothing. */
  readonly truncated: boolean;
}

/** What is expected. */
export interface ReceiveFdsOptions {
  /** How many descriptors are expected at most. Default 253, the most that come at once. */
  max?: number;
  /** How many bytes of data there is room for, up to 64 KiB. Default 64 KiB. */
  maxBytes?: number;
}

const receiveNames: OptionNames<ReceiveFdsOptions> = { max: true, maxBytes: true };
const receiveWaitNames = { ...receiveNames, ...waitNames };
const receiveSyncNames = { ...receiveNames, ...endless };

/**
 * Receives descriptors over a Unix socket, and the data that they come with. What comes without descriptors is received
 * as well; at the end there is neither.
 *
 * @param socket A Unix socket that is connected, or bound to a path; or a connection that `listenUnix` has brought, as
 * long as nothing else was read of it.
 * @throws {SyscallError} EMFILE if descriptors came that this process may not have any more: all that came with them are
 * closed.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing was received.
 * @tags allow-ffi
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export async function receiveFds(
  socket: Socket | Connection,
  options: ReceiveFdsOptions & WaitOptions = {},
): Promise<ReceivedFds> {
  const { max, maxBytes, signal, timeout } = checked(options, receiveWaitNames);
  const patience = { signal, timeout };
  requirePatience(patience);
  const own = socketOf(socket);
  const attempt = () => tryReceiveFds(own, { max, maxBytes });
  const now = attempt();
  if (now !== undefined) return atOnce(now);
  return await whenReady(own.fd.number, "read", attempt, patience);
}

/** Receives as {@linkcode receiveFds} does, but blocks the whole program. */
export function receiveFdsSync(
  socket: Socket | Connection,
  options: ReceiveFdsOptions = {},
): ReceivedFds {
  checked(options, receiveSyncNames);
  const own = socketOf(socket);
  for (;;) {
    const received = tryReceiveFds(own, options);
    if (received) return received;
    pollOne(own.fd.number, platform.POLLIN, -1);
  }
}

function tryReceiveFds(
  socket: Socket,
  { max = MOST_DESCRIPTORS, maxBytes = 64 * 1024 }: ReceiveFdsOptions,
): ReceivedFds | undefined {
  integer("max", max, 0, MOST_DESCRIPTORS);
  integer("maxBytes", maxBytes, 1, 64 * 1024);
  const fd = socket.fd.number;
  let message: ReceivedRights | undefined;
  while ((message = receiveRights(fd, maxBytes)) === undefined) {
    const code = errorCode();
    if (code === "EAGAIN") return undefined;
    if (!isInterruption(code)) throw new SyscallError("recvmsg", code, { fd });
  }
  const { descriptors, descriptorsLost, bytes, truncated } = message;
  const expected = descriptorsLost ? 0 : Math.min(max, descriptors.length);
  for (let i = expected; i < descriptors.length; i++) close(descriptors[i]);
  // There was room for as many as the kernel sends, so it is the table of descriptors that was full.
  if (descriptorsLost) throw new SyscallError("recvmsg", "EMFILE", { fd });
  return {
    fds: descriptors.slice(0, expected).map((one) => Fd.from(one)),
    data: bytes.slice(),
    closed: descriptors.length - expected,
    truncated,
  };
}

/** Who is at the other end of a Unix socket. */
export interface PeerCredentials {
  /** The process; 0 if it cannot be seen from here. */
  readonly pid: number;
  /** Its user. */
  readonly uid: number;
  /** Its group. */
  readonly gid: number;
}

/**
 * Who is at the other end of a Unix socket that is connected: as the kernel knows it, when it connected, or called
 * `listen`, or made the pair. It can be trusted, but the process can have given the socket to another one since.
 *
 * @param socket Such a socket, or a connection that {@linkcode listenUnix} has brought.
 * @throws {SyscallError} ENOTCONN if nobody is there.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { peerCredentials, socketPair } from "@deno-ipc/ipc/sockets";
 *
 * using pair = socketPair();
 * console.log(peerCredentials(pair.ours).pid === Deno.pid); // true
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export function peerCredentials(socket: Socket | Connection): PeerCredentials {
  const { number } = socketOf(socket).fd;
  const found = credentials(number);
  if (found.pid === 0 && found.uid === NOBODY) {
    throw new SyscallError("getsockopt", "ENOTCONN", { fd: number });
  }
  return found;
}

const NOBODY = 0xffff_ffff; // (uid_t) -1

/** What a connection goes over, if that is ours. */
function socketOf(socket: Socket | Connection): Socket {
  const own = socket instanceof Connection ? socket.conn : socket;
  if (own instanceof Socket) return own;
  throw new TypeError(
    socket instanceof Connection
      ? "A connection over Deno's own API has no descriptor to ask: connect a Socket of the family unix"
      : `Socket must be a Socket or a Connection, got ${describe(socket)}`,
  );
}
