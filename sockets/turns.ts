/**
 * One after the other.
 */
import { countdown, inTotal, type WaitOptions, withPatience } from "../io/mod.ts";

/** Gives turns, in the order in which they were asked for. */
export class Turns {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  /** Whether it is somebody's turn. */
  get taken(): boolean {
    return this.#taken;
  }

  /** Calls `use` when those before are done, with what is left of the time. Who gives up waiting has no turn. */
  async take<T>(
    options: WaitOptions,
    use: (options: WaitOptions) => T | Promise<T>,
  ): Promise<T> {
    const left = this.#taken ? await this.#wait(options) : options;
    this.#taken = true;
    try {
      return await use(left);
    } catch (error) {
      throw inTotal(error, options);
    } finally {
      this.#pass();
    }
  }

  /** Waits until the turn is passed on: what is left of the patience. */
  async #wait(options: WaitOptions): Promise<WaitOptions> {
    const left = countdown(options.timeout);
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
    return { signal: options.signal, timeout: left() };
  }

  /** Whose turn it is next begins before anybody else can. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken = false;
  }
}
