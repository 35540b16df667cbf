/**
 * Accepting one connection after the other, as many at a time as may be.
 */
import { requirePatience, type WaitOptions } from "../io/mod.ts";
import { hasCode, integer, type OptionNames } from "../libc/mod.ts";

/** How many connections there may be, and for how long. */
export interface LimitOptions {
  /** How many are served at the same time; others wait to be accepted. Default without limit. */
  limit?: number;
  /** Ends the accepting. */
  signal?: AbortSignal;
}

/** What {@linkcode LimitOptions} are called. */
export const limitNames: OptionNames<LimitOptions> = { limit: true, signal: true };

// How long, in milliseconds, to wait for a descriptor when there is none left and none of ours is about to be closed.
const PAUSE = 100;

/** Where connections come from. */
export interface Source<C> {
  /** Waits for the next. */
  accept(options: WaitOptions): Promise<C>;
  /** Ends it: whoever comes now is refused, not left waiting. */
  close(): void;
}

/**
 * Has every connection that `source` brings dealt with by `use` until `signal` is aborted; then closes the source and
 * waits until all are done. If a `use` or the closing fails the source is closed, and this rejects with that at once: some
 * of the others may have no end of their own.
 */
export async function acceptLoop<C>(
  source: Source<C>,
  use: (connection: C) => Promise<void>,
  { limit = Infinity, signal }: LimitOptions,
): Promise<void> {
  if (limit !== Infinity) integer("Limit", limit, 1, Number.MAX_SAFE_INTEGER);
  requirePatience({});
  const served = new Set<Promise<void>>();
  let oneIsDone = () => {};
  const untilOneIsDone = (timeout?: number) =>
    either((resolve) => oneIsDone = resolve, signal, timeout);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {}); // it is looked at in the end
  let open = !signal?.aborted;
  const close = () => { // at once, whoever waits for what
    open = false;
    try {
      source.close();
    } catch (error) {
      reject(error); // an abort listener's own error would be nobody's, and end the program
    }
  };
  signal?.addEventListener("abort", close);
  try {
    while (open) {
      if (served.size >= limit) {
        await untilOneIsDone();
        continue;
      }
      let connection: C;
      try {
        connection = await source.accept({ signal });
      } catch (error) {
        if (!noneLeft(error)) throw error;
        await untilOneIsDone(PAUSE); // it waits on, and would only be refused again
        continue;
      }
      const one = use(connection).catch((error) => {
        reject(error);
        close();
      }).finally(() => {
        served.delete(one);
        oneIsDone();
      });
      served.add(one);
    }
  } catch (error) {
    if (open) throw error;
  } finally {
    signal?.removeEventListener("abort", close);
    close();
    await Promise.race([failed, Promise.all(served)]);
  }
}

/** Whether there are no descriptors or buffers left. */
function noneLeft(error: unknown): boolean {
  return ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"].some((code) => hasCode(error, code));
}

/** Waits until what `begin` is given is called, the signal is aborted, or the time is over. */
async function either(
  begin: (resolve: () => void) => void,
  signal: AbortSignal | undefined,
  timeout: number | undefined,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  const timer = timeout === undefined ? undefined : setTimeout(end, timeout);
  signal?.addEventListener("abort", end);
  begin(end);
  if (signal?.aborted) end();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
  }
}
