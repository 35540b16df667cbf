/**
 * Where sockets are, as C keeps it: `struct sockaddr`.
 */
import { describe } from "./argument.ts";
import { SyscallError } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { allocate, readStruct, writeStruct } from "./struct.ts";
import { cString, fromCString } from "./text.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/** Where a socket is: an address of a machine and a port there. */
export interface InternetEndpoint {
  /** The address in numbers: "127.0.0.1", "::1" or "fe80::1%2". */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
}

/** Where a socket is: on this machine, at a path; an abstract name begins with NUL; "" is none. */
export interface UnixEndpoint {
  /** The path or name. */
  readonly path: string;
}

/** Where a socket is. */
export type Endpoint = InternetEndpoint | UnixEndpoint;

/** The place of a Unix socket as `syscall` wants it; the empty path has the kernel choose an abstract name. */
export function unixAddress(path: string, syscall: string): Buffer {
  if (typeof path !== "string") throw new TypeError(`Path must be a string, got ${describe(path)}`);
  const { size, fields } = structs.sockaddr_un;
  const at = fields.sun_path[1];
  const abstract = path.startsWith("\0");
  if (!abstract && path.includes("\0")) {
    throw new TypeError(`Path must be without NUL, got ${Deno.inspect(path)}`);
  }
  // The NUL at the end of a path may be left out; a name has none.
  const text = encoder.encode(path === "" || abstract ? path : path + "\0");
  if (at + text.length > size) throw new SyscallError(syscall, "ENAMETOOLONG", { path });
  const address = new Uint8Array(new ArrayBuffer(at + text.length));
  address.set(text, at);
  new DataView(address.buffer).setUint16(0, platform.AF_UNIX, true);
  return address;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The place of an Internet socket as C wants it. Throws a TypeError for what is no address of the family. */
export function internetAddress(family: number, { hostname, port }: InternetEndpoint): Buffer {
  const six = family === platform.AF_INET6;
  const plain = hostname.replace(/^\[(.*)\]$/, "$1"); // "::1" or "fe80::1%2"
  const [, host, scope] = /^([^%]*)(?:%(\d{1,9}))?$/.exec(plain) ?? [];
  if (host === undefined || scope !== undefined && !six) throw noAddress(family, hostname);
  const address = allocate(six ? structs.sockaddr_in6 : structs.sockaddr_in);
  const { sin_port, sin_addr } = structs.sockaddr_in.fields;
  const { sin6_port, sin6_addr } = structs.sockaddr_in6.fields;
  const bytes = addressBytes(family, host);
  const view = new DataView(address.buffer);
  view.setUint16(0, family, true);
  view.setUint16((six ? sin6_port : sin_port)[1], port);
  address.set(bytes, (six ? sin6_addr : sin_addr)[1]);
  if (scope !== undefined) {
    writeStruct(structs.sockaddr_in6, address, { sin6_scope_id: Number(scope) });
  }
  return address;
}

/** The 4 or 16 bytes of an address in numbers. Throws a TypeError for what is none. */
export function addressBytes(family: number, host: string): Buffer {
  const six = family === platform.AF_INET6;
  const bytes = new Uint8Array(new ArrayBuffer(six ? 16 : 4));
  if (libc("sockets").inet_pton(family, cString(host, "Host"), bytes) === 1) return bytes;
  throw noAddress(family, host);
}

function noAddress(family: number, host: string): TypeError {
  const version = family === platform.AF_INET6 ? 6 : 4;
  return new TypeError(`Host must be an IPv${version} address, got ${Deno.inspect(host)}`);
}

/** What an address says that C has written. */
export function readAddress(bytes: Uint8Array, length: number): Endpoint {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const family = length < 2 ? platform.AF_UNIX : view.getUint16(0, true);
  if (family === platform.AF_UNIX) return { path: unixPath(bytes.subarray(0, length)) };
  const six = family === platform.AF_INET6;
  const { sin_port, sin_addr } = structs.sockaddr_in.fields;
  const { sin6_port, sin6_addr } = structs.sockaddr_in6.fields;
  const at = (six ? sin6_addr : sin_addr)[1];
  const scope = six ? readStruct(structs.sockaddr_in6, bytes).sin6_scope_id : 0;
  const port = view.getUint16((six ? sin6_port : sin_port)[1]);
  const host = six
    ? hostText(family, bytes.slice(at, at + 16))
    : bytes.subarray(at, at + 4).join(".");
  return { hostname: scope === 0 ? host : `${host}%${scope}`, port };
}

function unixPath(bytes: Uint8Array): string {
  const at = structs.sockaddr_un.fields.sun_path[1];
  const path = bytes.subarray(at);
  return path[0] === 0 ? decoder.decode(path) : fromCString(path);
}

function hostText(family: number, bytes: Uint8Array<ArrayBuffer>): string {
  const text = new Uint8Array(new ArrayBuffer(platform.INET6_ADDRSTRLEN));
  libc("sockets").inet_ntop(family, bytes, text, text.length);
  return fromCString(text);
}
