/**
 * Writing all of something to a descriptor.
 */
import { describe, hasCode } from "../libc/mod.ts";
import type { Fd } from "./fd.ts";
import type { WaitOptions } from "./wait.ts";

/** What is written: at once, or piece by piece. */
export type Input = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** How something is fed to a descriptor. */
export interface FeedOptions extends WaitOptions {
  /** Aborted when nobody reads any more: then the feeding is over, and that is no error. */
  done?: AbortSignal;
}

/**
 * Writes all of `input` to `fd`, if there is one, and closes it. A reader that goes away before the end
 * is no error: it has read what it wanted.
 */
export async function feed(
  fd: Fd | undefined,
  input: Input,
  { done, signal, ...options }: FeedOptions = {},
): Promise<void> {
  if (fd === undefined) return;
  const either = AbortSignal.any([done, signal].filter((one) => one !== undefined));
  try {
    for await (const piece of pieces(input, either)) {
      await fd.write(piece, { ...options, signal: either });
    }
  } catch (error) {
    if (!hasCode(error, "EPIPE") && !done?.aborted) throw error;
  } finally {
    fd.close();
  }
}

/** Throws unless one can be fed with this. */
export function requireInput(input: unknown): void {
  if (typeof input === "string" || input instanceof Uint8Array) return;
  if (typeof (input as AsyncIterable<unknown> | null)?.[Symbol.asyncIterator] === "function") {
    return;
  }
  throw new TypeError(
    `Input must be a string, a Uint8Array or an async iterable of them, got ${describe(input)}`,
  );
}

/** The pieces of `input`, until `signal` is aborted: a source that is slow must not hold us up. */
async function* pieces(
  input: Input,
  signal: AbortSignal,
): AsyncGenerator<string | Uint8Array> {
  if (typeof input === "string" || input instanceof Uint8Array) return yield input;
  const iterator = input[Symbol.asyncIterator]();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  let over = false; // by itself: then it is not told to end, as in any loop
  const next = async () => {
    try {
      const step = await iterator.next();
      over = step.done === true;
      return step;
    } catch (error) {
      over = true;
      throw error;
    }
  };
  try {
    for (;;) {
      const { done, value } = await Promise.race([next(), aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    if (!over) Promise.try(() => iterator.return?.()).catch(() => {}); // nobody is there any more to be told
  }
}
