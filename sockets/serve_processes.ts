/**
 * A process for every connection.
 */
import { isDeepStrictEqual } from "node:util";
import { Fd, type WaitOptions } from "../io/mod.ts";
import {
  acceptsConnections,
  checked,
  copyDescriptor,
  getsockname,
  openDescriptors,
  type OptionNames,
  requireFunction,
  requireInstance,
} from "../libc/mod.ts";
import { type Child, type ChildStatus, spawn, spawnModule } from "../process/mod.ts";
import { acceptLoop, limitNames, type LimitOptions } from "./accept_loop.ts";
import { Listener } from "./listener.ts";
import { Socket } from "./socket.ts";

/**
 * What is started for a connection: a command and its arguments, whose standard input and output are the connection; a
 * module, which has it as descriptor 3, and no permissions (`new net.Socket({ fd: 3 })` of `node:net` needs none); or
 * what a function starts, which is given the connection and returns the child, as `(socket) => fork(() => hello(socket))`
 * or `({ fd }) => spawnModule(url, [], { permissions: { ffi: true }, fds: { 3: fd } })`.
 */
export type ConnectionProcess = readonly [string, ...string[]] | URL | ((socket: Socket) => Child);

/** How processes are served. */
export interface ServeProcessesOptions extends LimitOptions {
  /** Called when a child has ended, and awaited. What it throws is given to `onError`. */
  onExit?: (status: ChildStatus, child: Child) => unknown;
  /** Called with why a child could not be started, and awaited. By default that is printed. The connection is closed. */
  onError?: (error: unknown) => unknown;
}

const serveNames: OptionNames<ServeProcessesOptions> = {
  onExit: true,
  onError: true,
  ...limitNames,
};

/**
 * Gives each connection of a listener to a process of its own, like the page's forking server. Every child is waited
 * for, however it ends. When `signal` is aborted the listener is closed; the children may end, and are waited for.
 *
 * @param process What is started.
 * @returns Resolves when the serving has ended and the last child has.
 * @throws What `onError` throws, or the closing of the listener, at once: it is closed then, and the children may end.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for the program.
 * @tags allow-net, allow-run, allow-ffi
 *
 * @example
 * ```ts
 * import { connectTcp, listenTcp, serveProcesses } from "@deno-ipc/ipc/sockets";
 *
 * const server = new AbortController();
 * const listener = await listenTcp("127.0.0.1:0");
 * const { port } = listener.addr as Deno.NetAddr;
 * const served = serveProcesses(listener, ["tr", "a-z", "A-Z"], { limit: 10, signal: server.signal });
 * {
 *   using client = await connectTcp(`127.0.0.1:${port}`);
 *   await client.writeLine("hello");
 *   await client.closeWrite();
 *   console.log(await client.readLine()); // HELLO
 * }
 * server.abort();
 * await served;
 * ```
 */
export async function serveProcesses(
  listener: Listener,
  process: ConnectionProcess,
  options: ServeProcessesOptions = {},
): Promise<void> {
  const { onExit, onError = printed, limit, signal } = checked(options, serveNames);
  requireInstance("Listener", Listener, listener);
  const start = starter(process);
  requireFunction("onError", onError);
  if (onExit !== undefined) requireFunction("onExit", onExit);
  using _ = listener;
  using socket = listeningSocket(listener);
  // Deno's own would go on with an accepting that was given up, and take a connection that nobody deals with.
  if (!(listener.listener instanceof Socket)) listener.close();
  const source = {
    accept: (options: WaitOptions) => socket.accept(options),
    close() {
      try {
        listener.close();
      } finally {
        socket.close();
      }
    },
  };
  await acceptLoop(source, async (connection) => {
    try {
      await using child = startWith(connection, start);
      const status = await child.status;
      await onExit?.(status, child);
    } catch (error) {
      await onError(error);
    }
  }, { limit, signal });
}

function startWith(connection: Socket, start: (socket: Socket) => Child): Child {
  using _ = connection; // ours is closed: the child's end is the end of the connection
  return start(connection);
}

function starter(process: ConnectionProcess): (socket: Socket) => Child {
  if (typeof process === "function") return process;
  if (process instanceof URL) return ({ fd }) => spawnModule(process, [], { fds: { 3: fd } });
  if (!Array.isArray(process) || process.length === 0) {
    throw new TypeError("A process must be a command with its arguments, a URL or a function");
  }
  const [command, ...args] = process;
  return ({ fd }) => spawn(command, args, { fds: { 0: fd, 1: fd } });
}

/** What a listener listens with, as a socket of its own: Deno's connections have no descriptor to give away. */
function listeningSocket({ listener }: Listener): Socket {
  if (listener instanceof Socket) return Socket.from(listener.fd.dup());
  const number = openDescriptors().find((fd) => listensAt(fd, listener.addr));
  if (number === undefined) throw new TypeError("Listener has no descriptor");
  return Socket.from(Fd.made(copyDescriptor(number))); // non-blocking, as Deno's are
}

function listensAt(fd: number, address: Deno.Addr): boolean {
  return acceptsConnections(fd) &&
    isDeepStrictEqual({ transport: "tcp", ...getsockname(fd) }, { ...address });
}

function printed(error: unknown): void {
  console.error("A connection could not be given to a process:", error);
}
