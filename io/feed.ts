/**
 * Writing all of something to a descriptor.
 */
import { hasCode } from "../libc/mod.ts";
import type { Fd } from "./fd.ts";
import type { WaitOptions } from "./wait.ts";

/** What is written: at once, or piece by piece. */
export type Input = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/**
 * Writes all of `input` to `fd`, if there is one, and closes it. A reader that goes away before the end
 * is no error: it has read what it wanted.
 */
export async function feed(
  fd: Fd | undefined,
  input: Input,
  options: WaitOptions = {},
): Promise<void> {
  if (fd === undefined) return;
  try {
    for await (const piece of pieces(input, options.signal)) await fd.write(piece, options);
  } catch (error) {
    if (!hasCode(error, "EPIPE")) throw error;
  } finally {
    fd.close();
  }
}

/** The pieces of `input`, until `signal` is aborted: a source that is slow must not hold us up. */
async function* pieces(
  input: Input,
  signal: AbortSignal | undefined,
): AsyncGenerator<string | Uint8Array> {
  if (typeof input === "string" || input instanceof Uint8Array) return yield input;
  const iterator = input[Symbol.asyncIterator]();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const abort = () => reject(signal!.reason);
  signal?.addEventListener("abort", abort);
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    void iterator.return?.();
  }
}
