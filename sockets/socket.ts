/**
 * Sockets as the system has them: the Berkeley calls.
 */
import {
  atOnce,
  Fd,
  pollOne,
  readableOf,
  requirePatience,
  waitNames,
  type WaitOptions,
  whenReady,
} from "../io/mod.ts";
import {
  accept4,
  acceptsConnections,
  bind,
  bytes,
  check,
  checked,
  describe,
  endless,
  type Endpoint,
  errorCode,
  getpeername,
  getsockname,
  integer,
  isInterruption,
  listen,
  type OptionNames,
  platform,
  readSocketOption,
  requireInstance,
  shutdown,
  socket,
  SyscallError,
} from "../libc/mod.ts";
import { Connecting } from "./connecting.ts";
import {
  denoAddress,
  encodeEndpoint,
  familyNumber,
  familyOf,
  type SocketFamily,
  type SocketType,
  target,
  typeNumber,
  typeOf,
} from "./kinds.ts";
import {
  type Message,
  receiveNames,
  type ReceiveOptions,
  tryReceive,
  trySend,
} from "./messages.ts";
import { type OptionValue, readOption, type SocketOption, writeOption } from "./options.ts";
import { requireEndpoint } from "./permission.ts";
import { Room } from "./room.ts";

/** How a message is sent. */
export interface SendOptions {
  /** Where it goes; not for a connected socket. */
  to?: Endpoint;
}

const sendNames: OptionNames<SendOptions> = { to: true };
const sendWaitNames = { ...sendNames, ...waitNames };
const sendSyncNames = { ...sendNames, ...endless };
const receiveWaitNames = { ...receiveNames, ...waitNames };
const receiveSyncNames = { ...receiveNames, ...endless };

/** A message that is being sent. */
interface Sending {
  /** Sends it if there is room. */
  attempt(): true | undefined;
  /** Where it goes, if that is told with it, and a path. */
  readonly path: Uint8Array<ArrayBuffer> | null;
}

/** Which ways of a connection are ended. */
export type ShutdownHow = "read" | "write" | "both";

/**
 * A socket of any family and type, with the calls that C has. Take this for what Deno has not: datagrams and packets
 * at paths, options, descriptors that were inherited, and synchronous forms; `connectTcp`, `listenTcp` and their like
 * are faster when awaited.
 *
 * Addresses are Deno's: `{ hostname, port }` with an address in numbers, or `{ path }`; an abstract name begins with
 * NUL. Methods throw {@linkcode SyscallError} with the `path` or `address`, and a TypeError once it is closed.
 *
 * @example
 * ```ts
 * import { Socket } from "@deno-ipc/ipc/sockets";
 *
 * using server = Socket.open("unix", "datagram");
 * server.bind({ path: `\0deno_ipc_${Deno.pid}` });
 * using client = Socket.open("unix", "datagram");
 * await client.connect({ path: `\0deno_ipc_${Deno.pid}` });
 * await client.send("hello");
 * const { data } = (await server.receive())!;
 * console.log(new TextDecoder().decode(data)); // hello
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 */
export class Socket implements Disposable {
  /** Its descriptor, which it owns. */
  readonly fd: Fd;
  /** What kind of addresses it has. */
  readonly family: SocketFamily;
  /** What goes through it. */
  readonly type: SocketType;

  /** Whether we know that all comes from one place. */
  #connected: boolean;

  private constructor(fd: Fd, family: SocketFamily, type: SocketType) {
    this.fd = fd;
    this.family = family;
    this.type = type;
    this.#connected = type !== "datagram";
  }

  /**
   * A new socket.
   *
   * @param protocol The protocol's number. Default 0, the usual one of the family and type.
   * @throws {SyscallError} EMFILE if no more descriptors may be opened, EPROTONOSUPPORT, EPROTOTYPE.
   * @tags allow-ffi
   * @see https://man7.org/linux/man-pages/man2/socket.2.html
   */
  static open(family: SocketFamily, type: SocketType, protocol: number = 0): Socket {
    integer("Protocol", protocol, 0, 0x7fff_ffff);
    const number = check("socket", socket(familyNumber(family), typeNumber(type), protocol));
    return new Socket(Fd.made(number), family, type);
  }

  /**
   * The socket that a descriptor is: one that was inherited, or received. It takes over the descriptor.
   *
   * @throws {SyscallError} ENOTSOCK if it is no socket.
   * @throws {TypeError} If it is of a family or type that is not known here.
   * @tags allow-ffi
   */
  static from(fd: Fd): Socket {
    requireInstance("Descriptor", Fd, fd);
    const { number } = fd;
    const family = familyOf(readSocketOption(number, platform.SOL_SOCKET, platform.SO_DOMAIN));
    const type = typeOf(readSocketOption(number, platform.SOL_SOCKET, platform.SO_TYPE));
    if (family && type) return new Socket(fd, family, type);
    throw new TypeError(`Descriptor ${number} is a socket of a family or type that is not known`);
  }

  /**
   * Gives the socket an address. A Unix socket with the path "" gets an abstract name from the kernel.
   *
   * @throws {SyscallError} EADDRINUSE, EADDRNOTAVAIL, EACCES, ENAMETOOLONG for a path of more than 107 bytes.
   * @throws {Deno.errors.NotCapable} Without `--allow-net`, and for a path `--allow-read` and `--allow-write`.
   * @tags allow-ffi, allow-net, allow-read, allow-write
   * @see https://man7.org/linux/man-pages/man2/bind.2.html
   */
  bind(address: Endpoint): void {
    const { number } = this.fd;
    const encoded = encodeEndpoint(this.family, address, "bind");
    requireEndpoint(this.family, address, "bind");
    check("bind", bind(number, encoded), target(this.family, address));
  }

  /**
   * Has connections wait here.
   *
   * @param backlog How many may wait. Default as many as the system lets: SOMAXCONN.
   * @throws {SyscallError} EADDRINUSE, EOPNOTSUPP.
   * @tags allow-ffi
   * @see https://man7.org/linux/man-pages/man2/listen.2.html
   */
  listen(backlog: number = platform.SOMAXCONN): void {
    integer("Backlog", backlog, 0, 0x7fff_ffff);
    check("listen", listen(this.fd.number, backlog), { fd: this.fd.number });
  }

  /**
   * Waits for a connection.
   *
   * @throws {SyscallError} EMFILE if no more descriptors may be opened; EINVAL if it does not listen, EOPNOTSUPP if it
   * never can.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: the connection waits on.
   * @tags allow-ffi
   * @see https://man7.org/linux/man-pages/man2/accept.2.html
   */
  async accept(options: WaitOptions = {}): Promise<Socket> {
    requirePatience(checked(options, waitNames));
    const now = this.tryAccept();
    if (now !== undefined) return atOnce(now);
    return await whenReady(this.fd.number, "read", () => this.tryAccept(), options);
  }

  /** Waits as `accept` does, but blocks the whole program. */
  acceptSync(): Socket {
    for (;;) {
      const accepted = this.tryAccept();
      if (accepted) return accepted;
      pollOne(this.fd.number, platform.POLLIN, -1);
    }
  }

  /** The next connection, if one waits. */
  tryAccept(): Socket | undefined {
    const { number } = this.fd;
    // Whoever shares a listening socket, be it a child that we gave it to, may have made it block. Asked first it blocks
    // us only where somebody else is faster. What does not listen never blocks, but says why.
    if (!pollOne(number, platform.POLLIN, 0) && acceptsConnections(number)) return undefined;
    const fd = accept4(number);
    if (fd !== -1) return new Socket(Fd.made(fd), this.family, this.type);
    const code = errorCode();
    if (code === "EAGAIN") return undefined;
    if (transient.has(code) || isInterruption(code)) return this.tryAccept();
    throw new SyscallError("accept4", code, { fd: number });
  }

  /**
   * Connects to an address. A socket for datagrams is only told where they go, and from whom they come.
   *
   * @throws {SyscallError} ECONNREFUSED, ENOENT, EACCES, EPROTOTYPE, ETIMEDOUT and their like.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then it can only be closed.
   * @throws {Deno.errors.NotCapable} Without `--allow-net`, and for a path `--allow-read` and `--allow-write`.
   * @tags allow-ffi, allow-net, allow-read, allow-write
   * @see https://man7.org/linux/man-pages/man2/connect.2.html
   */
  async connect(address: Endpoint, options: WaitOptions = {}): Promise<void> {
    requirePatience(checked(options, waitNames));
    const connecting = new Connecting(this.fd, this.family, address);
    if (!connecting.attempt()) await connecting.wait(options);
    this.#connected = true;
  }

  /** Connects as `connect` does, but blocks the whole program. */
  connectSync(address: Endpoint): void {
    const connecting = new Connecting(this.fd, this.family, address);
    if (!connecting.attempt()) connecting.block();
    this.#connected = true;
  }

  /**
   * Reads at least one byte of a stream into `buffer`; waits until there is one.
   *
   * @returns How many bytes were read, or null at the end.
   * @throws {SyscallError} ECONNRESET, ENOTCONN.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing was read.
   * @tags allow-ffi
   */
  async read(buffer: Uint8Array, options: WaitOptions = {}): Promise<number | null> {
    return await this.fd.read(buffer, options);
  }

  /** Reads as `read` does, but blocks the whole program. */
  readSync(buffer: Uint8Array): number | null {
    return this.fd.readSync(buffer);
  }

  /**
   * Writes all of `data` into a stream; waits until there is room.
   *
   * @returns How many bytes were written: all.
   * @throws {SyscallError} EPIPE or ECONNRESET if nobody is at the other end any more.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then part may be written.
   * @tags allow-ffi
   */
  async write(data: string | Uint8Array, options: WaitOptions = {}): Promise<number> {
    await this.fd.write(data, options);
    return bytes("Data", data).length;
  }

  /** Writes as `write` does, but blocks the whole program. */
  writeSync(data: string | Uint8Array): void {
    this.fd.writeSync(data);
  }

  /** What can be read, as a stream. It closes the socket when it is cancelled, but not at its end. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return readableOf(this);
  }

  /** A stream that writes. To close it ends the writing, as `closeWrite` does. */
  get writable(): WritableStream<Uint8Array> {
    return new WritableStream({
      write: (chunk, { signal }) => this.fd.write(chunk, { signal }),
      close: () => this.shutdown("write"),
      abort: () => this.close(),
    });
  }

  /** Ends the writing: the other end reads an end of file. */
  closeWrite(): Promise<void> {
    return Promise.resolve(this.shutdown("write"));
  }

  /**
   * Sends a message.
   *
   * @param data Bytes, or text that is sent as UTF-8.
   * @throws {SyscallError} EMSGSIZE if it is too long, ECONNREFUSED or EPIPE if nobody is there, ENOTCONN, EDESTADDRREQ.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then it is not sent.
   * @throws {Deno.errors.NotCapable} Without `--allow-net` for `to`, and `--allow-write` for a path.
   * @tags allow-ffi, allow-net, allow-write
   * @see https://man7.org/linux/man-pages/man2/send.2.html
   */
  async send(data: string | Uint8Array, options: SendOptions & WaitOptions = {}): Promise<void> {
    requirePatience(checked(options, sendWaitNames));
    const { attempt, path } = this.#sending(data, options);
    if (attempt()) return atOnce(undefined);
    using room = new Room(this.fd, path);
    await whenReady(() => room.full(), "write", attempt, options);
  }

  /** Sends as `send` does, but blocks the whole program until there is room. */
  sendSync(data: string | Uint8Array, options: SendOptions = {}): void {
    const { attempt, path } = this.#sending(data, checked(options, sendSyncNames));
    if (attempt()) return;
    using room = new Room(this.fd, path);
    do pollOne(room.full(), platform.POLLOUT, -1); while (!attempt());
  }

  /** Sends a message if there is room for it now: whether it did. */
  trySend(data: string | Uint8Array, options: SendOptions = {}): boolean {
    return this.#sending(data, checked(options, sendNames)).attempt() ?? false;
  }

  #sending(data: string | Uint8Array, { to }: SendOptions): Sending {
    const message = bytes("Data", data);
    const address = to === undefined ? null : encodeEndpoint(this.family, to, "sendto");
    if (to !== undefined) requireEndpoint(this.family, to, "send");
    const at = to && target(this.family, to);
    return {
      attempt: () => trySend(this.fd.number, message, address, at),
      path: this.family === "unix" ? address : null,
    };
  }

  /**
   * Receives a message: all that was sent at once, as far as there is room for it.
   *
   * @returns The message; null if the other end of a connection was closed.
   * @throws {SyscallError} ECONNREFUSED if a message that we have sent did not arrive, ENOTCONN, ECONNRESET.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing was received.
   * @tags allow-ffi
   * @see https://man7.org/linux/man-pages/man2/recv.2.html
   */
  async receive(options: ReceiveOptions & WaitOptions = {}): Promise<Message | null> {
    requirePatience(checked(options, receiveWaitNames));
    const now = this.#receive(options);
    if (now !== undefined) return atOnce(now);
    return await whenReady(this.fd.number, "read", () => this.#receive(options), options);
  }

  /** Receives as `receive` does, but blocks the whole program. */
  receiveSync(options: ReceiveOptions = {}): Message | null {
    checked(options, receiveSyncNames);
    for (;;) {
      const message = this.#receive(options);
      if (message !== undefined) return message;
      pollOne(this.fd.number, platform.POLLIN, -1);
    }
  }

  /** The next message, if there is one now; null if the other end of a connection was closed. */
  tryReceive(options: ReceiveOptions = {}): Message | null | undefined {
    return this.#receive(checked(options, receiveNames));
  }

  #receive(options: ReceiveOptions): Message | null | undefined {
    return tryReceive(this.fd.number, this.type, this.#connected, options);
  }

  /**
   * Ends one way of a connection, or both, for all who share it.
   *
   * @throws {SyscallError} ENOTCONN.
   * @tags allow-ffi
   * @see https://man7.org/linux/man-pages/man2/shutdown.2.html
   */
  shutdown(how: ShutdownHow): void {
    if (!Object.hasOwn(ways, how)) {
      throw new TypeError(`How must be "read", "write" or "both", got ${describe(how)}`);
    }
    const { number } = this.fd;
    check("shutdown", shutdown(number, platform[ways[how]]), { fd: number });
  }

  /** The value of an option, named or by C's numbers. */
  getOption<O extends SocketOption>(option: O): OptionValue<O> {
    return readOption(this.fd.number, option);
  }

  /** Sets an option, named or by C's numbers. */
  setOption<O extends SocketOption>(option: O, value: OptionValue<O>): void {
    writeOption(this.fd.number, option, value);
  }

  /** Where the socket is. A Unix socket without a name has the path "". */
  get localAddr(): Deno.Addr {
    return denoAddress(this.type, getsockname(this.fd.number));
  }

  /** Where the socket is that this one is connected to. Throws ENOTCONN if it is not. */
  get remoteAddr(): Deno.Addr {
    return denoAddress(this.type, getpeername(this.fd.number));
  }

  /** Closes the socket. Twice is harmless. */
  close(): void {
    this.fd.close();
  }

  /** Closes the socket. */
  [Symbol.dispose](): void {
    this.close();
  }
}

const ways = { read: "SHUT_RD", write: "SHUT_WR", both: "SHUT_RDWR" } as const;

// What happens to a connection before it is accepted is no fault of the socket that listens.
const transient = new Set(["ECONNABORTED", "EPROTO"]);
