/**
 * Signals one after the other.
 */
import { checked, describe, type OptionNames } from "../libc/mod.ts";
import { on, type Signals } from "./on.ts";

/** How signals are listened for. */
export interface ListenOptions {
  /** Ends the listening: what has come until then is still given, then the iterator throws the signal's reason. */
  signal?: AbortSignal;
}

const listenNames: OptionNames<ListenOptions> = { signal: true };

/**
 * Signals as they come: an iterator over their names. It listens from the call on, and keeps what comes between two
 * steps, so none is missed while one is dealt with. It ends with the loop over it, or when it is disposed; to wait for
 * the next signal keeps the program alive. SIGURG comes unsent as well, as for {@linkcode on}.
 *
 * @param signals Names such as "HUP" or "SIGHUP", or numbers.
 * @throws {TypeError} As {@linkcode on}.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { listen, raise } from "@deno-ipc/ipc/signals";
 *
 * using signals = listen(["HUP", "USR2"]);
 * raise("HUP");
 * for await (const name of signals) {
 *   console.log(name); // SIGHUP
 *   break;
 * }
 * ```
 */
export function listen(
  signals: Signals,
  options: ListenOptions = {},
): AsyncIterableIterator<string, undefined> & Disposable {
  const { signal } = checked(options, listenNames);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Signal must be an AbortSignal, got ${describe(signal)}`);
  }
  return new Listener(signals, signal);
}

class Listener implements AsyncIterableIterator<string, undefined>, Disposable {
  readonly #names: string[] = [];
  readonly #steps: PromiseWithResolvers<IteratorResult<string, undefined>>[] = [];
  readonly #setting: Disposable;
  readonly #signal: AbortSignal | undefined;
  #ended = false;
  #alive: ReturnType<typeof setInterval> | undefined;

  constructor(signals: Signals, signal: AbortSignal | undefined) {
    this.#setting = on(signals, (name) => {
      this.#names.push(name);
      this.#serve();
    });
    this.#signal = signal;
    signal?.addEventListener("abort", this.#aborted);
    if (signal?.aborted) this.#stop();
  }

  readonly #aborted = (): void => {
    this.#stop();
    this.#serve();
  };

  next(): Promise<IteratorResult<string, undefined>> {
    const step = Promise.withResolvers<IteratorResult<string, undefined>>();
    this.#steps.push(step);
    this.#serve();
    return step.promise;
  }

  /** Gives every step what there is for it. */
  #serve(): void {
    while (this.#steps.length > 0) {
      const step = this.#steps[0];
      if (this.#names.length > 0) step.resolve({ done: false, value: this.#names.shift()! });
      else if (this.#ended) step.resolve({ done: true, value: undefined });
      else if (this.#signal?.aborted) step.reject(this.#signal.reason);
      else break;
      this.#steps.shift();
    }
    this.#keepAlive(this.#steps.length > 0);
  }

  // Signals keep no program alive, but somebody who waits does. This timer does nothing else.
  #keepAlive(wanted: boolean): void {
    if (!wanted) clearInterval(this.#alive);
    else if (this.#alive === undefined) this.#alive = setInterval(() => {}, 0x7fff_ffff);
    if (!wanted) this.#alive = undefined;
  }

  #stop(): void {
    this.#setting[Symbol.dispose]();
    this.#signal?.removeEventListener("abort", this.#aborted);
  }

  return(): Promise<IteratorResult<string, undefined>> {
    this[Symbol.dispose]();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#names.length = 0;
    this.#stop();
    this.#serve();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
