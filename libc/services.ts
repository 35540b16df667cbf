/**
 * Services and protocols by name and by number. Looking them up may ask other machines, so it is done on another
 * thread; nothing interrupts it.
 */
import { bytesAt } from "./address.ts";
import { libc } from "./library.ts";
import { structs } from "./platform.ts";
import { allocate, type Layout, readStruct } from "./struct.ts";
import { cString } from "./text.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/** A service: its name, and its port as a number. */
export interface Service {
  readonly name: string;
  readonly port: number;
}

/**
 * The service of this name; `undefined` if there is none.
 *
 * @see https://man7.org/linux/man-pages/man3/getservbyname.3.html
 */
export async function getservbyname(name: string, protocol: string): Promise<Service | undefined> {
  const [service, via] = [pinned(name), pinned(protocol)];
  const found = await look(
    structs.servent,
    (entry, memory, size, result) =>
      libc("services").getservbynameParked(service, via, entry, memory, size, result),
    [service, via],
  );
  return found && toService(found);
}

/**
 * The service at this port; `undefined` if there is none.
 *
 * @see https://man7.org/linux/man-pages/man3/getservbyname.3.html
 */
export async function getservbyport(port: number, protocol: string): Promise<Service | undefined> {
  const via = pinned(protocol);
  const found = await look(
    structs.servent,
    (entry, memory, size, result) =>
      libc("services").getservbyportParked(swapped(port), via, entry, memory, size, result),
    [via],
  );
  return found && toService(found);
}

function toService(entry: Buffer): Service {
  const { s_name, s_port } = structs.servent.fields;
  const port = new DataView(entry.buffer).getInt32(s_port[1], true);
  return { name: textAt(entry, s_name[1]), port: swapped(port) };
}

/** A port in the order of bytes that networks have, in a number. */
function swapped(port: number): number {
  return (port & 0xff) << 8 | port >> 8 & 0xff;
}

/** A protocol: its name and number. */
export interface Protocol {
  readonly name: string;
  readonly number: number;
}

/**
 * The protocol of this name; `undefined` if there is none.
 *
 * @see https://man7.org/linux/man-pages/man3/getprotoent.3.html
 */
export async function getprotobyname(name: string): Promise<Protocol | undefined> {
  const protocol = pinned(name);
  const found = await look(
    structs.protoent,
    (entry, memory, size, result) =>
      libc("services").getprotobynameParked(protocol, entry, memory, size, result),
    [protocol],
  );
  return found && toProtocol(found);
}

/**
 * The protocol of this number; `undefined` if there is none.
 *
 * @see https://man7.org/linux/man-pages/man3/getprotoent.3.html
 */
export async function getprotobynumber(number: number): Promise<Protocol | undefined> {
  const found = await look(
    structs.protoent,
    (entry, memory, size, result) =>
      libc("services").getprotobynumberParked(number, entry, memory, size, result),
    [],
  );
  return found && toProtocol(found);
}

function toProtocol(entry: Buffer): Protocol {
  const name = textAt(entry, structs.protoent.fields.p_name[1]);
  return { name, number: readStruct(structs.protoent, entry).p_proto };
}

/** Calls a function that fills an entry, with texts in the memory that it is given; the entry, if there is one. */
async function look(
  layout: Layout,
  call: (entry: Buffer, memory: Buffer, size: bigint, result: Buffer) => Promise<number>,
  kept: readonly Buffer[],
): Promise<Buffer | undefined> {
  const entry = allocate(layout);
  const memory = new Uint8Array(new ArrayBuffer(4096));
  const result = new BigUint64Array(new ArrayBuffer(8));
  await call(entry, memory, BigInt(memory.length), new Uint8Array(result.buffer));
  if (result[0] === 0n) return undefined;
  texts.set(entry, [memory, ...kept]); // which the entry points into
  return entry;
}

const texts = new WeakMap<Buffer, readonly Buffer[]>();

function textAt(entry: Buffer, offset: number): string {
  const address = new DataView(entry.buffer).getBigUint64(offset, true);
  return decoder.decode(bytesAt(address));
}

const decoder = new TextDecoder();

/** A C string off V8's heap, so that another thread finds it where it was. */
function pinned(text: string): Buffer {
  const encoded = cString(text, "Name");
  const bytes = new Uint8Array(new ArrayBuffer(encoded.length));
  bytes.set(encoded);
  return bytes;
}
