/**
 * Text out of bytes and back, without loss: a byte that is not UTF-8 becomes one lone surrogate, U+DC80 to U+DCFF, as
 * in Python's `surrogateescape`, and that becomes the byte again.
 */
import { concatenate } from "../io/mod.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const ESCAPE = 0xdc00;

/** The text of `bytes`, and how many of them it is: all but the beginning of a character that is cut at the end. */
export function decode(bytes: Uint8Array): [text: string, size: number] {
  const size = bytes.length - cutAtEnd(bytes);
  const whole = bytes.subarray(0, size);
  try {
    return [strict.decode(whole), size];
  } catch {
    return [decodeBroken(whole), size];
  }
}

/** The text of bytes of which no more will come. */
export function decodeAll(bytes: Uint8Array): string {
  const [text, size] = decode(bytes);
  return text + escaped(bytes.subarray(size));
}

/** The bytes of `text`. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts = text.split(/([\udc80-\udcff])/u); // with this flag it finds lone ones only
  const pieces = parts.map((part, i) =>
    i % 2 === 0 ? encoder.encode(part) : Uint8Array.of(part.charCodeAt(0) - ESCAPE)
  );
  return concatenate(pieces);
}

/** How many bytes at the end of `bytes` may be the beginning of a character. */
function cutAtEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < lengthOf(byte) ? back : 0;
  }
  return 0;
}

/** How many bytes a character has that begins with `byte`; 0 if none does. */
function lengthOf(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** Runs of characters, and single bytes that belong to none. */
function decodeBroken(bytes: Uint8Array): string {
  let text = "";
  let start = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterAt(bytes, at);
    at += length || 1;
    if (length > 0) continue;
    text += strict.decode(bytes.subarray(start, at - 1)) + escaped(bytes.subarray(at - 1, at));
    start = at;
  }
  return text + strict.decode(bytes.subarray(start));
}

/** How many bytes the character has that is at `at`; 0 if there is none. See table 3-7 of the Unicode standard. */
function characterAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  const length = lengthOf(first);
  if (length <= 1) return length;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (!(bytes[at + 1] >= lowest && bytes[at + 1] <= highest)) return 0;
  for (let i = 2; i < length; i++) if (bytes[at + i] >> 6 !== 2) return 0;
  return length;
}

function escaped(bytes: Uint8Array): string {
  return String.fromCharCode(...Array.from(bytes, (byte) => ESCAPE + byte));
}
