/**
 * Kinds of sockets, and where they are.
 */
import {
  describe,
  type Endpoint,
  integer,
  internetAddress,
  type InternetEndpoint,
  platform,
  type SyscallTarget,
  unixAddress,
} from "../libc/mod.ts";

/** What kind of addresses a socket has: IPv4, IPv6, or paths on this machine. */
export type SocketFamily = "inet" | "inet6" | "unix";

/** What goes through a socket: bytes without limits between messages, single messages, or messages in order. */
export type SocketType = "stream" | "datagram" | "seqpacket";

const families: Record<SocketFamily, number> = {
  inet: platform.AF_INET,
  inet6: platform.AF_INET6,
  unix: platform.AF_UNIX,
};

const types: Record<SocketType, number> = {
  stream: platform.SOCK_STREAM,
  datagram: platform.SOCK_DGRAM,
  seqpacket: platform.SOCK_SEQPACKET,
};

/** C's number of a family. */
export function familyNumber(family: SocketFamily): number {
  return numberOf("Family", families, family);
}

/** C's number of a type. */
export function typeNumber(type: SocketType): number {
  return numberOf("Type", types, type);
}

/** The family with this number; `undefined` for one that we do not know. */
export function familyOf(number: number): SocketFamily | undefined {
  return nameOf(families, number);
}

/** The type with this number; `undefined` for one that we do not know. */
export function typeOf(number: number): SocketType | undefined {
  return nameOf(types, number);
}

function numberOf(what: string, numbers: Record<string, number>, name: string): number {
  if (typeof name === "string" && Object.hasOwn(numbers, name)) return numbers[name];
  const names = Object.keys(numbers).map((name) => `"${name}"`).join(", ");
  throw new TypeError(`${what} must be one of ${names}, got ${describe(name)}`);
}

function nameOf<N extends string>(numbers: Record<N, number>, number: number): N | undefined {
  return (Object.keys(numbers) as N[]).find((name) => numbers[name] === number);
}

/** An address as `syscall` wants it. Throws a TypeError if it is none of the family. */
export function encodeEndpoint(
  family: SocketFamily,
  endpoint: Endpoint,
  syscall: "bind" | "connect" | "sendto",
): Uint8Array<ArrayBuffer> {
  if (typeof endpoint !== "object" || endpoint === null) {
    const like = family === "unix"
      ? '{ path: "/run/here" }'
      : '{ hostname: "127.0.0.1", port: 80 }';
    throw new TypeError(`Address must be an object like ${like}, got ${describe(endpoint)}`);
  }
  if (family === "unix") {
    const { path } = endpoint as { path?: unknown };
    if (typeof path === "string") return unixAddress(path, syscall);
    throw new TypeError(`Path must be a string, got ${describe(path)}`);
  }
  const { hostname, port } = endpoint as { hostname?: unknown; port?: unknown };
  if (typeof hostname !== "string") {
    throw new TypeError(`Host must be an address in numbers, got ${describe(hostname)}`);
  }
  integer("Port", port as number, 0, 0xffff);
  return internetAddress(families[family], { hostname, port: port as number });
}

/** Whether an address is a path to a socket of this family: what else it says, C is not told. */
export function isPlace(
  family: SocketFamily,
  _endpoint: Endpoint,
): _endpoint is Exclude<Endpoint, InternetEndpoint> {
  return family === "unix";
}

/** An address as Deno has it. */
export function denoAddress(type: SocketType, endpoint: Endpoint): Deno.Addr {
  if ("path" in endpoint) {
    return { transport: type === "stream" ? "unix" : "unixpacket", path: endpoint.path };
  }
  return { transport: type === "datagram" ? "udp" : "tcp", ...endpoint };
}

/** How an error names an address. */
export function target(family: SocketFamily, endpoint: Endpoint): SyscallTarget {
  if (isPlace(family, endpoint)) return { path: endpoint.path };
  return { address: hostAndPort(endpoint) };
}

/** An address of the Internet as text: "127.0.0.1:80" or "[::1]:80". */
export function hostAndPort({ hostname, port }: InternetEndpoint): string {
  const plain = hostname.replace(/^\[|\]$/g, "");
  return plain.includes(":") ? `[${plain}]:${port}` : `${plain}:${port}`;
}
