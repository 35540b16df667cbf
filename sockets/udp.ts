/**
 * UDP.
 */
import { waitNames, type WaitOptions, withPatience } from "../io/mod.ts";
import {
  addressBytes,
  checked,
  integer,
  type InternetEndpoint,
  type OptionNames,
  platform,
  requireInstance,
  setOptionBytes,
} from "../libc/mod.ts";
import { type Address, addresses, resolveAddress } from "./address.ts";
import { Socket } from "./socket.ts";

/** What a UDP socket is to be. */
export interface UdpOptions extends WaitOptions {
  /** Whether it may send to all machines of a network at once. Default false. */
  broadcast?: boolean;
  /** Whether others may be bound to the same address and get what comes for a group or for all. Default false. */
  reuseAddress?: boolean;
}

const udpNames: OptionNames<UdpOptions> = { broadcast: true, reuseAddress: true, ...waitNames };
const connectUdpNames = { broadcast: true, ...waitNames } as const;

/**
 * A UDP socket that has an address: a server's, or a client's that speaks to several. Messages are sent by `send` with
 * `to`, and come from `receive` with `from`.
 *
 * @param address Such as ":9000", "127.0.0.1:ntp(123)"; default any free port of all IPv4 addresses. A host by its name
 * needs `--allow-net` for the name, to look it up, and for the address that it has.
 * @throws {SyscallError} EADDRINUSE, EADDRNOTAVAIL, EACCES.
 * @throws {Deno.errors.NotFound} If the service is not known.
 * @tags allow-net, allow-ffi
 *
 * @example
 * ```ts
 * import { connectUdp, udp } from "@deno-ipc/ipc/sockets";
 *
 * using server = await udp("127.0.0.1:0");
 * const { port } = server.localAddr as Deno.NetAddr;
 * using client = await connectUdp(`127.0.0.1:${port}`);
 * await client.send("what time is it?");
 * const { from } = (await server.receive())!;
 * await server.send(new Date().toString(), { to: from as Deno.NetAddr });
 * console.log(new TextDecoder().decode((await client.receive({ timeout: 10_000 }))!.data));
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/udp.7.html
 */
export async function udp(
  address: Address = 0,
  options: UdpOptions = {},
): Promise<Socket> {
  const { broadcast = false, reuseAddress = false, signal, timeout } = checked(options, udpNames);
  return await opened(address, "0.0.0.0", { signal, timeout }, (socket, place) => {
    if (broadcast) socket.setOption("broadcast", true);
    if (reuseAddress) socket.setOption("reuseAddress", true);
    socket.bind(place);
  });
}

/**
 * A UDP socket for speaking to one other: `send` needs no address, `receive` gives only what comes from there, and that
 * nobody is there is an error.
 *
 * @param address Such as "localhost:daytime(13)". A host by its name needs `--allow-net` for the name, to look it up, and
 * for the address that it has.
 * @throws {Deno.errors.NotFound} If the service is not known.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 * @tags allow-net, allow-ffi
 */
export async function connectUdp(
  address: Address,
  options: Omit<UdpOptions, "reuseAddress"> = {},
): Promise<Socket> {
  const { broadcast = false, signal, timeout } = checked(options, connectUdpNames);
  return await opened(address, "localhost", { signal, timeout }, async (socket, place, over) => {
    if (broadcast) socket.setOption("broadcast", true);
    await socket.connect(place, { signal: over });
  });
}

/** A new socket that `prepare` makes ready for the address, within one deadline; without a host that is one at `host`. */
async function opened(
  address: Address,
  host: string,
  patience: WaitOptions,
  prepare: (socket: Socket, place: InternetEndpoint, signal: AbortSignal) => void | Promise<void>,
): Promise<Socket> {
  return await withPatience(patience, async (signal) => {
    const { hostname: name = host, port } = await resolveAddress(address, "udp", { signal });
    const [hostname] = await addresses(name, { signal });
    const socket = Socket.open(hostname.includes(":") ? "inet6" : "inet", "datagram");
    try {
      await prepare(socket, { hostname, port }, signal);
      signal.throwIfAborted(); // nobody waits for it any more
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  });
}

/**
 * Joins a multicast group: from now on the socket gets what is sent to it, until the result is disposed.
 *
 * @param group The group's address, such as "239.1.2.3" or "ff02::1234".
 * @param networkInterface Where: an IPv4 address of this machine, or the number of an interface for IPv6. Default the
 * system's choice.
 * @throws {SyscallError} ENODEV if there is no such interface, EINVAL if it is no group.
 * @tags allow-net, allow-ffi
 * @see https://man7.org/linux/man-pages/man7/ip.7.html
 */
export function joinGroup(
  socket: Socket,
  group: string,
  networkInterface?: string | number,
): Disposable {
  requireInstance("Socket", Socket, socket);
  const membership = membershipIn(socket, group, networkInterface);
  const [level, join, leave] = socket.family === "inet6"
    ? [platform.IPPROTO_IPV6, platform.IPV6_JOIN_GROUP, platform.IPV6_LEAVE_GROUP]
    : [platform.IPPROTO_IP, platform.IP_ADD_MEMBERSHIP, platform.IP_DROP_MEMBERSHIP];
  setOptionBytes(socket.fd.number, level, join, membership);
  return {
    [Symbol.dispose]() {
      if (!socket.fd.closed) setOptionBytes(socket.fd.number, level, leave, membership);
    },
  };
}

/** C's `struct ip_mreq`, or `struct ipv6_mreq`: the group, and where. */
function membershipIn(
  { family }: Socket,
  group: string,
  networkInterface: string | number | undefined,
): Uint8Array<ArrayBuffer> {
  if (family === "inet") {
    const where = addressBytes(platform.AF_INET, `${networkInterface ?? "0.0.0.0"}`);
    return new Uint8Array([...addressBytes(platform.AF_INET, group), ...where]);
  }
  const where = new Uint8Array(
    new Uint32Array([
      integer("Interface", Number(networkInterface ?? 0), 0, 0xffff_ffff),
    ]).buffer,
  );
  return new Uint8Array([...addressBytes(platform.AF_INET6, group), ...where]);
}
