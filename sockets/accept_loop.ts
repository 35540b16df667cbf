/**
 * Accepting one connection after the other, as many at a time as may be.
 */
import { requirePatience, type WaitOptions } from "../io/mod.ts";
import { hasCode, integer } from "../libc/mod.ts";

/** How many connections there may be, and for how long. */
export interface LimitOptions {
  /** How many are served at the same time; others wait to be accepted. Default without limit. */
  limit?: number;
  /** Ends the accepting. */
  signal?: AbortSignal;
}

// How long, in milliseconds, to wait for a descriptor when there is none left and none of ours is about to be closed.
const PAUSE = 100;

/**
 * Has every connection that `accept` brings dealt with by `use`, which must not throw, until `signal` is aborted; then
 * waits until all are done.
 */
export async function acceptLoop<C>(
  accept: (options: WaitOptions) => Promise<C>,
  use: (connection: C) => Promise<void>,
  { limit = Infinity, signal }: LimitOptions,
): Promise<void> {
  if (limit !== Infinity) integer("Limit", limit, 1, Number.MAX_SAFE_INTEGER);
  requirePatience({});
  const served = new Set<Promise<void>>();
  try {
    while (!signal?.aborted) {
      if (served.size >= limit) {
        await changed(served, signal);
        continue;
      }
      let connection: C;
      try {
        connection = await accept({ signal });
      } catch (error) {
        if (!noneLeft(error)) throw error;
        await changed(served, signal, PAUSE); // it waits on, and would only be refused again
        continue;
      }
      const one = use(connection).finally(() => served.delete(one));
      served.add(one);
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
  } finally {
    await Promise.all(served);
  }
}

/** Whether there are no descriptors or buffers left. */
function noneLeft(error: unknown): boolean {
  return ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"].some((code) => hasCode(error, code));
}

/** Waits until one is done, the signal is aborted, or the time is over. */
async function changed(
  served: ReadonlySet<Promise<void>>,
  signal: AbortSignal | undefined,
  timeout?: number,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = timeout === undefined ? undefined : setTimeout(resolve, timeout);
  const abort = () => resolve();
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) resolve();
  try {
    await Promise.race([promise, ...served]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
