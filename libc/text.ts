/**
 * Text as C wants it.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** `text` as UTF-8 with the NUL that ends a C string; a NUL inside would cut it short. */
export function cString(text: string, what: string): Uint8Array<ArrayBuffer> {
  if (typeof text !== "string" || text.includes("\0")) {
    throw new TypeError(`${what} must be a string without NUL, got ${Deno.inspect(text)}`);
  }
  return encoder.encode(text + "\0");
}

/** The text before the first NUL in `bytes` from `offset` on. */
export function fromCString(bytes: Uint8Array, offset = 0): string {
  const end = bytes.indexOf(0, offset);
  return decoder.decode(bytes.subarray(offset, end < 0 ? bytes.length : end));
}
