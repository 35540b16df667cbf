/**
 * Addresses, for the places where C wants pointers inside structures. They are numbers, so that this works
 * where FFI permission is limited to a path.
 */
import { libc } from "./library.ts";
import { cString } from "./text.ts";

/** The address of a function or variable of the C library. */
export function addressOfSymbol(name: string): bigint {
  return libc("linking").dlsym(0n, cString(name, "Symbol"));
}

/** The address of a buffer, valid as long as somebody refers to it. */
export function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  return libc("environment").addressOf(bytes, bytes, 0n);
}

/** The pointer that C keeps at `address`. */
export function pointerAt(address: bigint): bigint {
  libc("base").memmoveFrom(pointer, address, 8n);
  return pointer[0];
}

const pointer = new BigUint64Array(new ArrayBuffer(8));

/** The bytes of the C string at `address`, without its NUL. */
export function bytesAt(address: bigint): Uint8Array<ArrayBuffer> {
  const length = libc("environment").strlen(address);
  const bytes = new Uint8Array(new ArrayBuffer(Number(length)));
  libc("base").memmoveFrom(bytes, address, length);
  return bytes;
}

/**
 * A NULL-terminated array of C strings, as `argv` and `envp` are: one block with the pointers first and
 * the strings behind them.
 */
export function stringArray(strings: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const table = 8 * (strings.length + 1);
  const size = strings.reduce((sum, { length }) => sum + length + 1, table);
  const block = new Uint8Array(new ArrayBuffer(size));
  const pointers = new BigUint64Array(block.buffer, 0, strings.length);
  const base = addressOf(block);
  let at = table;
  strings.forEach((string, i) => {
    pointers[i] = base + BigInt(at);
    block.set(string, at);
    at += string.length + 1;
  });
  return block;
}
