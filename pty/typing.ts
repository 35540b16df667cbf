/**
 * Typing as people do: control characters, one key after the other, and a password once it is not shown.
 */
import { sleep, waitNames, type WaitOptions, withPatience } from "../io/mod.ts";
import { bytes as toBytes, describe, integer, type OptionNames } from "../libc/mod.ts";

/** How something is typed. */
export interface SendOptions extends WaitOptions {
  /** How long to wait between two characters, in milliseconds, for programs that lose what comes fast. Default not. */
  delay?: number;
}

/** What {@linkcode SendOptions} are called. */
export const sendNames: OptionNames<SendOptions> = { delay: true, ...waitNames };

/** Where one can type. */
interface Keyboard {
  send(data: string | Uint8Array, options: WaitOptions): Promise<void>;
}

/** The character that a key gives together with Ctrl. */
export function controlCharacter(key: string): string {
  if (typeof key !== "string" || !/^[a-z@[\\\]^_?]$/i.test(key)) {
    throw new TypeError(`Key must be a letter or one of @ [ \\ ] ^ _ ?, got ${describe(key)}`);
  }
  return key === "?" ? "\x7f" : String.fromCharCode(key.toUpperCase().charCodeAt(0) & 0x1f);
}

/** Types one character after the other. */
export async function typedSlowly(
  keyboard: Keyboard,
  data: string | Uint8Array,
  delay: number,
  options: WaitOptions,
): Promise<void> {
  integer("delay", delay, 0, 0x7fff_ffff);
  const keys = typeof data === "string" ? [...data] : toBytes("Data", data);
  await withPatience(options, async (signal) => {
    let first = true;
    for (const key of keys) {
      if (!first) await sleep(delay, signal);
      first = false;
      await keyboard.send(typeof key === "string" ? key : Uint8Array.of(key), { signal });
    }
  });
}

const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 50;

/** Looks again and again until something is so: for what changes without an event, as the settings of a terminal do. */
export async function lookUntil(isSo: () => boolean, options: WaitOptions): Promise<void> {
  await withPatience(options, async (signal) => {
    for (let wait = FIRST_PAUSE; !isSo(); wait = Math.min(2 * wait, LONGEST_PAUSE)) {
      await sleep(wait, signal);
    }
  });
}
