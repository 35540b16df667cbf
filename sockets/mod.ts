/**
 * Sockets: TCP, UDP and Unix sockets with the conveniences of the perlipc page, over Deno's own API where that can do
 * it; and what it cannot: pairs, datagrams and packets at paths, open descriptors sent to another program, who is at the
 * other end, a process for every connection. Rows 38–55 and 63 of the page.
 *
 * Where `Deno.connect` and `Deno.listen` are enough, take those: they need no FFI.
 *
 * ```ts
 * import { connectUnix, listenUnix, serve } from "@deno-ipc/ipc/sockets";
 *
 * const server = new AbortController();
 * const listener = await listenUnix(`\0deno_ipc_${Deno.pid}`);
 * const served = serve(listener, async (connection) => {
 *   for await (const line of connection.lines()) await connection.writeLine(`you said ${line}`);
 * }, server);
 *
 * {
 *   using client = await connectUnix(`\0deno_ipc_${Deno.pid}`);
 *   await client.writeLine("hello");
 *   console.log(await client.readLine({ timeout: 10_000 })); // you said hello
 * }
 * server.abort();
 * await served;
 * ```
 *
 * Needs `--allow-net`, for paths also `--allow-read` and `--allow-write`, and `--allow-ffi`.
 *
 * @module
 */
export {
  Fd,
  type FdOptions,
  type FileLock,
  type LineOptions,
  type LockOptions,
  poll,
  type Readiness,
  type WaitOptions,
  type WriteOptions,
} from "../io/mod.ts";
export {
  type Endpoint,
  hasCode,
  type InternetEndpoint,
  SyscallError,
  type SyscallTarget,
  type UnixEndpoint,
} from "../libc/mod.ts";
export { Child, type ChildStatus, type EndOptions, fork } from "../process/mod.ts";
export type { LimitOptions } from "./accept_loop.ts";
export type { Address } from "./address.ts";
export { type Answer, askAll, type AskAllOptions } from "./ask_all.ts";
export { Connection, type WriteLineOptions } from "./connection.ts";
export { inheritedSockets, notifyReady } from "./inherited.ts";
export type { SocketFamily, SocketType } from "./kinds.ts";
export { Listener } from "./listener.ts";
export type { Message, ReceiveOptions } from "./messages.ts";
export {
  getaddrinfo,
  getnameinfo,
  getprotobyname,
  getprotobynumber,
  getservbyname,
  getservbyport,
  hostname,
  type Transport,
} from "./names.ts";
export type { OptionValue, SocketOption, SocketOptions } from "./options.ts";
export { type SocketPair, socketPair } from "./pair.ts";
export {
  type PeerCredentials,
  peerCredentials,
  type ReceivedFds,
  receiveFds,
  type ReceiveFdsOptions,
  receiveFdsSync,
  sendFds,
  type SendFdsOptions,
  sendFdsSync,
} from "./rights.ts";
export { serve, type ServeOptions } from "./serve.ts";
export {
  type ConnectionProcess,
  serveProcesses,
  type ServeProcessesOptions,
} from "./serve_processes.ts";
export { type SendOptions, type ShutdownHow, Socket } from "./socket.ts";
export { connectTcp, listenTcp, type ListenTcpOptions } from "./tcp.ts";
export { connectUdp, joinGroup, udp, type UdpOptions } from "./udp.ts";
export { connectUnix, isSocket, listenUnix, type ListenUnixOptions } from "./unix.ts";
