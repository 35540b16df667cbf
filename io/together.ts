/**
 * Several waits that succeed or end together.
 */
import { Patience, requirePatience, type WaitOptions } from "./wait.ts";

type Waits<T extends readonly unknown[]> = {
  [K in keyof T]: (options: WaitOptions) => Promise<T[K]>;
};

/**
 * Begins all waits, and resolves with all their results; ends the others as soon as one fails, or when
 * `options` say so, and rejects when all have ended.
 */
export async function together<T extends readonly unknown[]>(
  waits: readonly [...Waits<T>],
  options: WaitOptions,
): Promise<T> {
  requirePatience(options);
  const controller = new AbortController();
  using patience = new Patience(options);
  patience.watch(() => controller.abort(patience.reason));
  const all = waits.map(async (wait) => {
    try {
      return await wait({ signal: controller.signal });
    } catch (error) {
      controller.abort(error); // the first one counts, later ones only follow from it
      throw error;
    }
  });
  await Promise.allSettled(all);
  controller.signal.throwIfAborted();
  return await Promise.all(all) as unknown as T;
}
