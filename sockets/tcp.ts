/**
 * TCP, over Deno's own API.
 */
import { waitNames, type WaitOptions, withPatience } from "../io/mod.ts";
import { checked, integer, type OptionNames } from "../libc/mod.ts";
import { type Address, addresses, resolveAddress } from "./address.ts";
import { Connection } from "./connection.ts";
import { hostAndPort } from "./kinds.ts";
import { Listener } from "./listener.ts";
import { getaddrinfo } from "./names.ts";
import { placed } from "./placed.ts";
import { Socket } from "./socket.ts";

/**
 * Connects to a TCP server. Of a host with several addresses all are tried, within one deadline.
 *
 * @param address Such as "localhost:80", "localhost:daytime(13)", "[::1]:http" or, for this machine, ":8000".
 * @throws An error with the `code` ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH and their like, and the `address`; ENOTFOUND if
 * there is no such host.
 * @throws {Deno.errors.NotFound} If the service is not known.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 * @tags allow-net, allow-ffi
 *
 * @example
 * ```ts
 * import { connectTcp, listenTcp } from "@deno-ipc/ipc/sockets";
 *
 * using listener = await listenTcp("127.0.0.1:0");
 * const { port } = listener.addr as Deno.NetAddr;
 * using client = await connectTcp(`127.0.0.1:${port}`, { timeout: 10_000 });
 * using server = await listener.accept();
 * await server.writeLine(new Date().toString());
 * console.log(await client.readLine());
 * ```
 */
export async function connectTcp(address: Address, options: WaitOptions = {}): Promise<Connection> {
  return await withPatience(checked(options, waitNames), async (signal) => {
    const { hostname = "localhost", port } = await resolveAddress(address, "tcp", { signal });
    const conn = await Deno.connect({ hostname, port, signal })
      .catch((error) => explained(error, { hostname, port }, { signal }));
    if (signal.aborted) conn.close(); // nobody waits for it any more
    return new Connection(conn);
  });
}

/** Throws what Deno's own API has thrown, with what it does not say. */
async function explained(
  error: unknown,
  place: { hostname: string; port: number },
  options: WaitOptions,
): Promise<never> {
  options.signal?.throwIfAborted();
  const { code } = error as { code?: unknown };
  if (code === undefined) await addresses(place.hostname, options); // which tells that there is no such host
  throw placed(error, { address: hostAndPort(place) });
}

/** How one listens. */
export interface ListenTcpOptions {
  /** How many connections may wait to be accepted. Default as many as the system lets, up to 4096. */
  backlog?: number;
  /** Whether several programs may listen at the same address and share what comes. Default false. */
  reusePort?: boolean;
}

const listenNames: OptionNames<ListenTcpOptions> = { backlog: true, reusePort: true };

/**
 * Listens for TCP connections. The address may be used again at once after the server has ended.
 *
 * @param address Such as ":9000" for all addresses of this machine, "localhost:http(80)", or 0 for any free port.
 * @throws An error with the `code` EADDRINUSE, EADDRNOTAVAIL or EACCES, and the `address`; ENOTFOUND if there is no such
 * host.
 * @throws {Deno.errors.NotFound} If the service is not known.
 * @tags allow-net, allow-ffi
 */
export async function listenTcp(
  address: Address,
  options: ListenTcpOptions = {},
): Promise<Listener> {
  const { backlog = 4096, reusePort = false } = checked(options, listenNames);
  integer("Backlog", backlog, 1, 0x7fff_ffff);
  const { hostname = "0.0.0.0", port } = await resolveAddress(address, "tcp");
  if (!reusePort) {
    try {
      return new Listener(Deno.listen({ hostname, port, tcpBacklog: backlog }));
    } catch (error) {
      return await explained(error, { hostname, port }, {});
    }
  }
  // In Deno's own API that is unstable: without a flag the program would end here.
  const [host] = await getaddrinfo(hostname);
  const socket = Socket.open(host.includes(":") ? "inet6" : "inet", "stream");
  try {
    socket.setOption("reuseAddress", true);
    socket.setOption("reusePort", true);
    socket.bind({ hostname: host, port });
    socket.listen(backlog);
    return new Listener(socket);
  } catch (error) {
    socket.close();
    throw error;
  }
}
