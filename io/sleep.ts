/**
 * Doing nothing for a while.
 */
import { Patience } from "./wait.ts";

/**
 * Waits so many milliseconds, which may be more than one timer takes, and keeps the program alive; rejects with the
 * reason of `signal` as soon as that is aborted.
 */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  // Without end there would be no timer, and nothing to keep the program alive.
  using patience = new Patience({ signal, timeout: Math.min(milliseconds, Number.MAX_VALUE) });
  const { promise, resolve } = Promise.withResolvers<void>();
  patience.watch(resolve);
  await promise;
  signal?.throwIfAborted();
}
