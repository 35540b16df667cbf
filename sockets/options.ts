/**
 * The options of sockets.
 */
import { describe, integer, platform, readSocketOption, writeSocketOption } from "../libc/mod.ts";

/** The options that have a name here, and what they are. Any other is named by C's numbers for level and option. */
export interface SocketOptions {
  /** Whether an address may be bound again at once: SO_REUSEADDR. */
  reuseAddress: boolean;
  /** Whether several sockets may be bound to one address, and share what comes: SO_REUSEPORT. */
  reusePort: boolean;
  /** Whether datagrams may go to a broadcast address: SO_BROADCAST. */
  broadcast: boolean;
  /** Whether an idle connection is tried now and then: SO_KEEPALIVE. */
  keepAlive: boolean;
  /** Whether small writes are sent at once: TCP_NODELAY. */
  noDelay: boolean;
  /** Whether an IPv6 socket is not for IPv4 as well: IPV6_V6ONLY. */
  ipv6Only: boolean;
  /** Bytes for what is to be sent: SO_SNDBUF. The kernel doubles what is set. */
  sendBuffer: number;
  /** Bytes for what has come: SO_RCVBUF. The kernel doubles what is set. */
  receiveBuffer: number;
  /** Over how many routers multicast datagrams go, from 0 to 255: IP_MULTICAST_TTL. */
  multicastTtl: number;
  /** Whether multicast datagrams come back to this machine: IP_MULTICAST_LOOP. */
  multicastLoop: boolean;
}

/** The name of an option, or its level and number as C has them. */
export type SocketOption = keyof SocketOptions | readonly [level: number, option: number];

/** The value of an option: a number where it is named by numbers. */
export type OptionValue<O extends SocketOption> = O extends keyof SocketOptions ? SocketOptions[O]
  : number;

/** The value of an option of the socket `fd`. */
export function readOption<O extends SocketOption>(fd: number, option: O): OptionValue<O> {
  const { level, number, type } = find(option);
  const value = readSocketOption(fd, level, number);
  return (type === "boolean" ? value !== 0 : value) as OptionValue<O>;
}

/** Sets an option of the socket `fd`. */
export function writeOption<O extends SocketOption>(
  fd: number,
  option: O,
  value: OptionValue<O>,
): void {
  const { level, number, type } = find(option);
  const given: string = typeof value;
  if (given !== type) {
    throw new TypeError(`Value of ${option} must be a ${type}, got ${describe(value)}`);
  }
  writeSocketOption(fd, level, number, integer("Value", Number(value), -0x8000_0000, 0x7fff_ffff));
}

interface Found {
  readonly level: number;
  readonly number: number;
  readonly type: "boolean" | "number";
}

function find(option: SocketOption): Found {
  if (Array.isArray(option) && option.length === 2) {
    const [level, number] = option.map((one) => integer("Option", one, 0, 0x7fff_ffff));
    return { level, number, type: "number" };
  }
  const found = typeof option === "string" ? named()[option as keyof SocketOptions] : undefined;
  if (found) return found;
  throw new TypeError(
    `Option must be one of ${Object.keys(named()).join(", ")}, or a level and a number, got ${
      describe(option)
    }`,
  );
}

function named(): Record<keyof SocketOptions, Found> {
  const { SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP } = platform;
  const at = (level: number, number: number, type: Found["type"] = "boolean") => ({
    level,
    number,
    type,
  });
  return {
    reuseAddress: at(SOL_SOCKET, platform.SO_REUSEADDR),
    reusePort: at(SOL_SOCKET, platform.SO_REUSEPORT),
    broadcast: at(SOL_SOCKET, platform.SO_BROADCAST),
    keepAlive: at(SOL_SOCKET, platform.SO_KEEPALIVE),
    noDelay: at(IPPROTO_TCP, platform.TCP_NODELAY),
    ipv6Only: at(IPPROTO_IPV6, platform.IPV6_V6ONLY),
    sendBuffer: at(SOL_SOCKET, platform.SO_SNDBUF, "number"),
    receiveBuffer: at(SOL_SOCKET, platform.SO_RCVBUF, "number"),
    multicastTtl: at(IPPROTO_IP, platform.IP_MULTICAST_TTL, "number"),
    multicastLoop: at(IPPROTO_IP, platform.IP_MULTICAST_LOOP),
  };
}
