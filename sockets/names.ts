/**
 * Names of services, protocols and hosts, and back.
 */
import { waitNames, type WaitOptions, withPatience } from "../io/mod.ts";
import {
  checked,
  describe,
  getprotobyname as cGetprotobyname,
  getprotobynumber as cGetprotobynumber,
  getservbyname as cGetservbyname,
  getservbyport as cGetservbyport,
  hasCode,
  integer,
} from "../libc/mod.ts";

/** What carries a service. */
export type Transport = "tcp" | "udp";

/**
 * The port of a service, as the system knows it (/etc/services, in Debian's netbase).
 *
 * @param name Such as "daytime".
 * @param transport Default "tcp".
 * @throws {Deno.errors.NotFound} If there is no such service.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { getservbyname, getservbyport } from "@deno-ipc/ipc/sockets";
 *
 * try {
 *   console.log(await getservbyname("http"), await getservbyport(25)); // 80 smtp
 * } catch (error) {
 *   if (!(error instanceof Deno.errors.NotFound)) throw error; // this machine knows no services
 * }
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/getservbyname.3.html
 */
export async function getservbyname(
  name: string,
  transport: Transport = "tcp",
  options: WaitOptions = {},
): Promise<number> {
  checked(options, waitNames);
  requireName("Service", name);
  const found = await withPatience(options, () => cGetservbyname(name, transport));
  if (found) return found.port;
  throw new Deno.errors.NotFound(`Unknown service ${JSON.stringify(name)} (${transport})`);
}

/**
 * The name of the service that has a port.
 *
 * @throws {Deno.errors.NotFound} If there is none.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 * @tags allow-ffi
 * @see https://man7.org/linux/man-pages/man3/getservbyname.3.html
 */
export async function getservbyport(
  port: number,
  transport: Transport = "tcp",
  options: WaitOptions = {},
): Promise<string> {
  checked(options, waitNames);
  integer("Port", port, 0, 0xffff);
  const found = await withPatience(options, () => cGetservbyport(port, transport));
  if (found) return found.name;
  throw new Deno.errors.NotFound(`No service is known at port ${port} (${transport})`);
}

/**
 * The number of a protocol, as the system knows it (/etc/protocols), such as 6 for "tcp".
 *
 * @throws {Deno.errors.NotFound} If there is no such protocol.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 * @tags allow-ffi
 * @see https://man7.org/linux/man-pages/man3/getprotoent.3.html
 */
export async function getprotobyname(name: string, options: WaitOptions = {}): Promise<number> {
  checked(options, waitNames);
  requireName("Protocol", name);
  const found = await withPatience(options, () => cGetprotobyname(name));
  if (found) return found.number;
  throw new Deno.errors.NotFound(`Unknown protocol ${JSON.stringify(name)}`);
}

/**
 * The name of the protocol that has a number.
 *
 * @throws {Deno.errors.NotFound} If there is none.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 * @tags allow-ffi
 * @see https://man7.org/linux/man-pages/man3/getprotoent.3.html
 */
export async function getprotobynumber(number: number, options: WaitOptions = {}): Promise<string> {
  checked(options, waitNames);
  integer("Protocol", number, 0, 0x7fff_ffff);
  const found = await withPatience(options, () => cGetprotobynumber(number));
  if (found) return found.name;
  throw new Deno.errors.NotFound(`No protocol is known by the number ${number}`);
}

/**
 * The addresses of a host, in the order in which they are to be tried.
 *
 * @param host Its name, or an address.
 * @throws An error with the `code` ENOTFOUND if there is no such host.
 * @throws {Deno.errors.NotCapable} Without `--allow-net` for it.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 * @tags allow-net
 *
 * @example
 * ```ts
 * import { getaddrinfo, getnameinfo } from "@deno-ipc/ipc/sockets";
 *
 * const [address] = await getaddrinfo("localhost");
 * console.log(address, await getnameinfo(address)); // 127.0.0.1 localhost
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/getaddrinfo.3.html
 */
export async function getaddrinfo(host: string, options: WaitOptions = {}): Promise<string[]> {
  checked(options, waitNames);
  requireName("Host", host);
  const found = await withPatience(options, () =>
    permitted(async () => {
      const { lookup } = await import("node:dns/promises");
      return await lookup(host, { all: true });
    }));
  return found.map(({ address }) => address);
}

/**
 * The name of the host that has an address.
 *
 * @param address In numbers, such as "127.0.0.1" or "::1".
 * @throws An error with the `code` ENOTFOUND if it has none.
 * @throws {Deno.errors.NotCapable} Without `--allow-net` for it.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 * @tags allow-net
 * @see https://man7.org/linux/man-pages/man3/getnameinfo.3.html
 */
export async function getnameinfo(address: string, options: WaitOptions = {}): Promise<string> {
  checked(options, waitNames);
  requireName("Address", address);
  const found = await withPatience(options, () =>
    permitted(async () => {
      const { lookupService } = await import("node:dns/promises");
      return await lookupService(address, 0);
    }));
  return found.hostname;
}

/**
 * The name of this machine.
 *
 * @throws {Deno.errors.NotCapable} Without `--allow-sys=hostname`.
 * @tags allow-sys
 */
export function hostname(): string {
  return Deno.hostname();
}

/** What a look-up finds. Node's code for a permission that was not given is one of the system's errors. */
async function permitted<T>(lookUp: () => Promise<T>): Promise<T> {
  try {
    return await lookUp();
  } catch (error) {
    if (!hasCode(error, "EPERM")) throw error;
    throw new Deno.errors.NotCapable("Requires net access, run again with --allow-net");
  }
}

function requireName(what: string, name: string): void {
  if (typeof name === "string" && name !== "" && !name.includes("\0")) return;
  throw new TypeError(`${what} must be a name, got ${describe(name)}`);
}
