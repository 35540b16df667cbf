/**
 * One after the other.
 */
import { type WaitOptions, withPatience } from "../io/mod.ts";

/** Gives turns, in the order in which they were asked for. */
export class Turns {
  #last: Promise<unknown> | undefined;

  /** Calls `use` when those before are done, with what is left of the time. Who gives up waiting has no turn. */
  async take<T>(options: WaitOptions, use: (options: WaitOptions) => Promise<T>): Promise<T> {
    const before = this.#last;
    if (before !== undefined) return await this.#takeAfter(before, options, use);
    const turn = use(options);
    const last = this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      if (this.#last === last) this.#last = undefined;
    }
  }

  #takeAfter<T>(
    before: Promise<unknown>,
    options: WaitOptions,
    use: (options: WaitOptions) => Promise<T>,
  ): Promise<T> {
    const turn = after(before, options, use);
    // Also that of the one before: whoever gives up waiting does not bring the next one forward.
    const last = this.#last = Promise.allSettled([before, turn]);
    last.then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    return turn;
  }
}

async function after<T>(
  before: Promise<unknown>,
  options: WaitOptions,
  use: (options: WaitOptions) => Promise<T>,
): Promise<T> {
  const begin = performance.now();
  await withPatience(options, () => before);
  const { signal, timeout } = options;
  if (timeout === undefined) return await use(options);
  return await use({ signal, timeout: Math.max(timeout - (performance.now() - begin), 0) });
}
