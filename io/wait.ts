/**
 * How long a caller is willing to wait: the options that everything has that may block.
 */

import { describe, type OptionNames } from "../libc/basic.ts";
import { requireEventLoop } from "./forked.ts";

/** Ends a wait early. */
export interface WaitOptions {
  /** Ends the wait with this signal's reason as soon as it is aborted. */
  signal?: AbortSignal;
  /**
   * Ends the wait with a `DOMException` named `TimeoutError` after this many milliseconds; 0 tries
   * once, except over Deno's own API, where it is over before anything has come. Without it the wait
   * has no end of its own.
   */
  timeout?: number;
}

/** What {@linkcode WaitOptions} are called. */
export const waitNames: OptionNames<WaitOptions> = { timeout: true, signal: true };

/** What they are called where only the time can end the wait: it blocks the whole program. */
export const timeoutNames: OptionNames<Pick<WaitOptions, "timeout">> = { timeout: true };

/**
 * One caller's patience: knows whether it has run out, and tells once when it does.
 */
export class Patience implements Disposable {
  #signal: AbortSignal | undefined;
  #closed: AbortSignal | undefined;
  #timeout: number | undefined;
  #deadline = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended: (() => void) | undefined;

  /** Starts counting now. `closed`, if given, ends the wait as well. */
  constructor({ signal, timeout }: WaitOptions, closed?: AbortSignal) {
    this.#signal = signal;
    this.#closed = closed;
    this.#timeout = timeout;
    if (timeout !== undefined) this.#deadline = performance.now() + timeout;
  }

  /** Whether the wait must end. */
  get over(): boolean {
    return this.#signal?.aborted === true || this.#closed?.aborted === true ||
      this.#deadline < Infinity && performance.now() >= this.#deadline;
  }

  /** What the wait ends with: the signal's reason, or a TimeoutError. */
  get reason(): unknown {
    if (this.#signal?.aborted) return this.#signal.reason;
    return timedOut(this.#timeout!);
  }

  /** Calls `ended`, and nobody else any more, when the wait must end, until this is disposed. */
  watch(ended: () => void): void {
    this.#unwatch();
    this.#ended = ended;
    this.#signal?.addEventListener("abort", ended);
    this.#closed?.addEventListener("abort", ended);
    if (this.#deadline < Infinity) this.#arm();
  }

  // A timer may fire a little early, and takes at most 2³¹ ms at a time.
  #arm(): void {
    const left = Math.min(Math.max(Math.ceil(this.#deadline - performance.now()), 0), 0x7fff_ffff);
    this.#timer = setTimeout(() => this.over ? this.#ended?.() : this.#arm(), left);
  }

  /** Ends the watching. */
  [Symbol.dispose](): void {
    this.#unwatch();
  }

  #unwatch(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    if (this.#ended === undefined) return;
    this.#signal?.removeEventListener("abort", this.#ended);
    this.#closed?.removeEventListener("abort", this.#ended);
  }
}

/**
 * Throws what a wait with these options ends with at once: a signal aborted already, or misuse; also that there is
 * no event loop, where nobody would see what comes after the wait.
 */
export function requirePatience({ signal, timeout }: WaitOptions): void {
  requireEventLoop();
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Signal must be an AbortSignal, got ${describe(signal)}`);
  }
  signal?.throwIfAborted();
  requireTimeout(timeout);
}

/** Throws unless this is a length of time in milliseconds, or absent. */
export function requireTimeout(timeout: number | undefined): void {
  if (timeout === undefined || typeof timeout === "number" && timeout >= 0) return;
  const Failure = typeof timeout === "number" ? RangeError : TypeError;
  throw new Failure(
    `Timeout must be a number of milliseconds from 0 on, got ${describe(timeout)}`,
  );
}

/** What a wait of `timeout` milliseconds ends with. */
export function timedOut(timeout: number): DOMException {
  return new DOMException(`Timed out after ${Math.ceil(timeout)} ms`, "TimeoutError");
}

/** Whether an error says that the time was over. */
export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/**
 * What a wait with these options ends with whose last part has ended with `error`: that tells only of the time that was
 * left for it.
 */
export function inTotal(error: unknown, { signal, timeout }: WaitOptions): unknown {
  if (timeout === undefined || !isTimeout(error)) return error;
  if (signal?.aborted && error === signal.reason) return error; // as of AbortSignal.timeout
  return timedOut(timeout);
}

/** Counts down from now on: tells how many of these milliseconds are left, or nothing where there is no end. */
export function countdown<T extends number | undefined>(timeout: T): () => T {
  if (timeout === undefined) return () => timeout;
  const deadline = performance.now() + timeout;
  return () => Math.max(deadline - performance.now(), 0) as T;
}

/**
 * Waits for what itself knows of no end: `begin` is given a signal that is aborted when the wait must end, and may
 * look at it or not.
 */
export async function withPatience<T>(
  options: WaitOptions,
  begin: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  requirePatience(options);
  const controller = new AbortController();
  // A patience without end costs as much as a short write, and would never tell anything.
  if (options.signal === undefined && options.timeout === undefined) {
    return await begin(controller.signal);
  }
  const { promise: over, reject } = Promise.withResolvers<never>();
  using patience = new Patience(options);
  patience.watch(() => {
    const { reason } = patience; // a new one each time
    controller.abort(reason);
    reject(reason);
  });
  return await Promise.race([begin(controller.signal), over]);
}
