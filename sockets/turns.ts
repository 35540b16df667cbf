/**
 * One after the other.
 */
import { type WaitOptions, withPatience } from "../io/mod.ts";

/** Gives turns, in the order in which they were asked for. */
export class Turns {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  /** Calls `use` when those before are done, with what is left of the time. Who gives up waiting has no turn. */
  async take<T>(
    options: WaitOptions,
    use: (options: WaitOptions) => T | Promise<T>,
  ): Promise<T> {
    const left = this.#taken ? await this.#wait(options) : options;
    this.#taken = true;
    try {
      return await use(left);
    } finally {
      this.#pass();
    }
  }

  /** Waits until the turn is passed on: what is left of the patience. */
  async #wait(options: WaitOptions): Promise<WaitOptions> {
    const begin = performance.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    try {
      await withPatience(options, () => promise);
    } catch (error) {
      const place = this.#waiting.indexOf(resolve);
      if (place >= 0) this.#waiting.splice(place, 1);
      else this.#pass(); // it was our turn, just when the time was over
      throw error;
    }
    const { signal, timeout } = options;
    if (timeout === undefined) return options;
    return { signal, timeout: Math.max(timeout - (performance.now() - begin), 0) };
  }

  /** Whose turn it is next begins before anybody else can. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken = false;
  }
}
