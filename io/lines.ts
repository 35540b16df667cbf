/**
 * Lines out of bytes.
 */
import { integer, type OptionNames } from "../libc/mod.ts";
import { concatenate } from "./concatenate.ts";
import { waitNames, type WaitOptions } from "./wait.ts";

/** How bytes become lines. */
export interface LineOptions {
  /** How many bytes a line may have; a longer one ends the reading with a RangeError. Default 1 MiB. */
  maxLength?: number;
}

/** What {@linkcode LineOptions} are called. */
export const lineNames: OptionNames<LineOptions> = { maxLength: true };

/** What they are called where lines are waited for. */
export const lineWaitNames: OptionNames<LineOptions & WaitOptions> = { ...lineNames, ...waitNames };

/**
 * The lines of a stream of bytes as text, without their ends: "\n", or "\r\n". A last line that has no
 * end is a line as well. Characters that were cut in two by the stream are whole again.
 */
export async function* lines(
  chunks: AsyncIterable<Uint8Array>,
  { maxLength = 1 << 20 }: LineOptions = {},
): AsyncGenerator<string, void, undefined> {
  integer("maxLength", maxLength, 1, Number.MAX_SAFE_INTEGER);
  let begun: Uint8Array[] = []; // the pieces of a line that has no end yet
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end; (end = chunk.indexOf(LF, start)) >= 0; start = end + 1) {
      const line = concatenate([...begun, chunk.subarray(start, end)]);
      const text = line.at(-1) === CR ? line.subarray(0, -1) : line;
      requireShort(text.length, maxLength);
      yield textOf(text);
      begun = [];
      length = 0;
    }
    if (start === chunk.length) continue;
    begun.push(chunk.slice(start)); // a copy, since the next chunk may use the same memory
    length += chunk.length - start;
    if (length > maxLength + 1) requireShort(length, maxLength); // the last byte may be a CR
  }
  if (begun.length === 0) return;
  requireShort(length, maxLength);
  yield textOf(concatenate(begun));
}

const LF = 10;
const CR = 13;

/** Bytes in UTF-8 as text. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // which keeps it: it is text like any other

function requireShort(length: number, maxLength: number): void {
  if (length > maxLength) throw new RangeError(`Line is longer than ${maxLength} bytes`);
}
