/**
 * Typing as people do: control characters, one key after the other, and a password once it is not shown.
 */
import { requirePatience, type WaitOptions, withPatience } from "../io/mod.ts";
import { bytes as toBytes, describe } from "../libc/mod.ts";
import { EndOfFileError } from "./errors.ts";
import type { Pty } from "./pty.ts";

/** How something is typed. */
export interface SendOptions extends WaitOptions {
  /** How long to wait between two characters, in milliseconds, for programs that lose what comes fast. Default not. */
  delay?: number;
}

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
  if (!(delay >= 0)) {
    throw new RangeError(`delay must be a number from 0 on, got ${describe(delay)}`);
  }
  const keys = typeof data === "string" ? [...data] : toBytes("Data", data);
  await withPatience(options, async (signal) => {
    let first = true;
    for (const key of keys) {
      if (!first) await pause(delay, signal);
      first = false;
      await keyboard.send(typeof key === "string" ? key : Uint8Array.of(key), { signal });
    }
  });
}

const FIRST_LOOK = 2;
const LONGEST_PAUSE = 50;

/** Waits until lines are read without being shown. The settings of a terminal change without an event. */
export async function waitNoEcho(pty: Pty, options: WaitOptions): Promise<void> {
  requirePatience(options);
  await withPatience(options, async (signal) => {
    for (let wait = FIRST_LOOK;; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
      const { echo, lines } = pty.modes;
      if (lines && !echo) return;
      if (pty.hungUp) throw new EndOfFileError("a line without echo", "");
      await pause(wait, signal);
    }
  });
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
