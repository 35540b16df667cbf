/**
 * What has come from a terminal and was not taken yet.
 */
import { concatenate } from "../io/mod.ts";
import { decode, decodeAll, encode } from "./text.ts";

/** As much as is taken in before it is looked at. */
const CHUNK = 64 * 1024;

// One for all: what is read is taken out of it at once.
const memory = new Uint8Array(new ArrayBuffer(CHUNK));

const nothing = new Uint8Array();

/** What can be read without waiting. */
interface Source {
  tryRead(buffer: Uint8Array): number | null | undefined;
}

/** The text that has come, of limited length, and the bytes that are no text yet. */
export class Incoming {
  /** The text. */
  text = "";
  /** How many characters were let go before it. */
  forgotten = 0;
  /** Whether no more will come. */
  ended = false;
  #undecoded: Uint8Array = nothing;
  readonly #source: Source;
  readonly #limit: number;
  readonly #came: (bytes: Uint8Array) => void;

  /** Takes in what comes from `source`, of which `came` is told, and keeps so many characters of it at most. */
  constructor(source: Source, limit: number, came: (bytes: Uint8Array) => void) {
    this.#source = source;
    this.#limit = limit;
    this.#came = came;
  }

  /** Takes in what is there now; whether that was something, be it the end. */
  fill(): boolean {
    const read = this.ended ? undefined : this.#read();
    if (read === undefined) return this.#give(nothing); // what was taken as bytes and left is text again
    const bytes = memory.subarray(0, read);
    this.#give(bytes); // before anybody is told, who may throw, or look at a terminal himself
    if (read > 0) this.#came(bytes);
    return true;
  }

  // A terminal gives no more than 4 KiB at once: so that a flood is not looked at that often, all that is there.
  #read(): number | undefined {
    let size = 0;
    while (size < CHUNK) {
      const more = this.#source.tryRead(size === 0 ? memory : memory.subarray(size));
      if (more === undefined) break;
      if (more === null) {
        this.ended = true;
        return size;
      }
      size += more;
    }
    return size === 0 ? undefined : size;
  }

  /** Adds bytes to the text; whether it has become longer. */
  #give(bytes: Uint8Array): boolean {
    const all = this.#undecoded.length === 0 ? bytes : concatenate([this.#undecoded, bytes]);
    if (all.length === 0) return false;
    const [text, size] = this.ended ? [decodeAll(all), all.length] : decode(all);
    this.#undecoded = size === all.length ? nothing : all.slice(size);
    this.text += text;
    this.#forget();
    return text !== "";
  }

  #forget(): void {
    if (this.text.length <= this.#limit) return;
    const beyond = wholeCharacters(this.text, this.text.length - this.#limit);
    this.text = this.text.slice(beyond);
    this.forgotten += beyond;
  }

  /** All that has come, also what was left of it when some was taken as bytes. */
  get unread(): string {
    return this.text + decode(this.#undecoded)[0];
  }

  /** Takes the first `length` characters away. */
  drop(length: number): void {
    this.text = this.text.slice(length);
    this.forgotten = 0;
  }

  /** Moves bytes that have come into `buffer`; how many. */
  takeBytes(buffer: Uint8Array): number {
    const bytes = this.#bytes();
    const size = Math.min(bytes.length, buffer.length);
    buffer.set(bytes.subarray(0, size));
    this.drop(this.text.length);
    this.#undecoded = bytes.subarray(size);
    return size;
  }

  /** Puts bytes that were taken in front of all that has come. */
  putBack(bytes: Uint8Array): void {
    const all = concatenate([bytes.slice(), this.#bytes()]); // a copy: the buffer is its owner's
    this.drop(this.text.length);
    this.#undecoded = all;
  }

  #bytes(): Uint8Array {
    if (this.text === "") return this.#undecoded;
    return concatenate([encode(this.text), this.#undecoded]);
  }
}

/** `length`, or one more where that would cut a character in two. */
export function wholeCharacters(text: string, length: number): number {
  const last = text.charCodeAt(length - 1);
  const next = text.charCodeAt(length);
  const cut = last >= 0xd800 && last < 0xdc00 && next >= 0xdc00 && next < 0xe000;
  return cut ? length + 1 : length;
}
