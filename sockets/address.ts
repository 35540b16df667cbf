/**
 * Addresses as people write them.
 */
import { describe, integer } from "../libc/mod.ts";
import type { WaitOptions } from "../io/mod.ts";
import { getaddrinfo, getservbyname, type Transport } from "./names.ts";

/**
 * An address as people write it: "localhost:80", "[::1]:80"; with a service in place of the port, "localhost:http", or
 * one with the port that it has where it is not known, "localhost:daytime(13)"; without a host ":9000", 9000 or
 * "http(80)". Or its parts, where the port may be a service as well.
 */
export type Address = string | number | {
  /** The host's name or address. */
  readonly hostname?: string;
  /** The port, or the service. */
  readonly port: string | number;
};

/** A host, if one was named, and a port. */
export interface HostAndPort {
  /** The host's name or address. */
  readonly hostname: string | undefined;
  /** The port. */
  readonly port: number;
}

/** What an address means, once its service is looked up. */
export async function resolveAddress(
  address: Address,
  transport: Transport,
  options: WaitOptions = {},
): Promise<HostAndPort> {
  const { hostname, port } = parts(address);
  try {
    return { hostname, port: await portOf(port, transport, options) };
  } catch (error) {
    if (address !== port || !(error instanceof Deno.errors.NotFound)) throw error;
    const message = `${error.message}: with a host it is "${port}:80", or its like`;
    throw new Deno.errors.NotFound(message, { cause: error });
  }
}

function parts(address: Address): { hostname?: string; port: string | number } {
  if (typeof address === "number") return { port: address };
  if (typeof address === "object" && address !== null) {
    const { hostname } = address;
    const understood = hostname === undefined || isName(hostname);
    if (understood && !("host" in address)) return address; // which would mean another machine
    throw misunderstood(address);
  }
  if (typeof address !== "string") throw misunderstood(address);
  // "[host]:port", "host:port", ":port" or the port alone; a second colon must be in brackets.
  const found = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?([^:[\]]+)$/.exec(address);
  if (found === null || /^[\d.]+\.[\d.]*$/.test(found[3])) throw misunderstood(address);
  return { hostname: found[1] || found[2] || undefined, port: found[3] };
}

function isName(name: unknown): boolean {
  return typeof name === "string" && name !== "" && !name.includes("\0");
}

async function portOf(
  port: string | number,
  transport: Transport,
  options: WaitOptions,
): Promise<number> {
  if (typeof port === "number") return integer("Port", port, 0, 0xffff);
  // "80", "http" or "http(80)"
  const found = typeof port === "string"
    ? /^(?:(\d+)|([^()\s]+?)(?:\((\d+)\))?)$/.exec(port)
    : null;
  if (found === null) throw misunderstood(port);
  const [, number, service, otherwise] = found;
  if (number !== undefined) return integer("Port", Number(number), 0, 0xffff);
  const known = otherwise === undefined ? undefined : integer("Port", Number(otherwise), 0, 0xffff);
  try {
    return await getservbyname(service, transport, options);
  } catch (error) {
    if (known === undefined || !(error instanceof Deno.errors.NotFound)) throw error;
    return known;
  }
}

function misunderstood(address: unknown): TypeError {
  return new TypeError(
    `Address must be like "host:80", "host:http(80)", "[::1]:80" or ":80", got ${
      describe(address)
    }`,
  );
}

/** The addresses of a host; what is an address already is not asked of anybody. */
export async function addresses(host: string, options: WaitOptions): Promise<string[]> {
  return IN_NUMBERS.test(host) ? [host] : await getaddrinfo(host, options);
}

const IN_NUMBERS = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$|:/;
