/**
 * The alarm clock, and giving up what takes too long.
 */
import { withPatience } from "../io/mod.ts";
import { integer, requireFunction, setAlarm } from "../libc/mod.ts";

/**
 * Has SIGALRM sent to this process after some seconds. There is one alarm clock for the whole process: it counts anew
 * with every call. Unless it is handled, SIGALRM ends the program.
 *
 * To end an operation that takes too long there is no need of it: everything here that may take long has a `timeout`,
 * and what has not {@linkcode withTimeout}.
 *
 * @param seconds How many, also in fractions, up to 2³¹−1. 0 for no alarm any more.
 * @returns How many seconds were left until the alarm that was set before; 0 if there was none.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { alarm, on } from "@deno-ipc/ipc/signals";
 *
 * using _ = on("ALRM", () => console.log("time is up"));
 * alarm(10);
 * console.log(Math.ceil(alarm(0))); // 10
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/alarm.2.html
 */
export function alarm(seconds: number): number {
  if (typeof seconds !== "number" || !(seconds >= 0 && seconds <= 0x7fff_ffff)) {
    integer("Seconds", seconds, 0, 0x7fff_ffff);
  }
  return setAlarm(seconds);
}

/**
 * Runs an operation that may take too long. When the time is over, `fn` is told by its signal and the result is
 * rejected at once: what `fn` does from then on is its own affair. Nothing is left of the timer afterwards.
 *
 * A process that was started in `fn` does not end by that: give the signal to `wait`, `capture` and the like, or take
 * their own `timeout`.
 *
 * @param timeout How long it may take, in milliseconds.
 * @param fn What is done, given a signal that is aborted when the time is over.
 * @returns What `fn` returns.
 * @throws A `DOMException` named TimeoutError when the time is over.
 *
 * @example
 * ```ts
 * import { withTimeout } from "@deno-ipc/ipc/signals";
 * import { capture } from "@deno-ipc/ipc/process";
 *
 * const { status } = await withTimeout(5000, (signal) => capture("true", [], { signal }));
 * console.log(status.success); // true
 * ```
 */
export async function withTimeout<T>(
  timeout: number,
  fn: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  requireFunction("What may take too long", fn);
  return await withPatience({ timeout }, fn);
}
