/**
 * Trying again when the system has no room for another process.
 */
import { requirePatience, sleep } from "../io/mod.ts";
import { checked, hasCode, integer, type OptionNames, requireFunction } from "../libc/mod.ts";

/** How often, and how long apart. */
export interface RetryOptions {
  /** How many attempts there are in all, from 1 on. Default 6. */
  attempts?: number;
  /** How many milliseconds lie between two of them, from 0 to Infinity. Default 1000. */
  pause?: number;
  /** Ends the pauses with its reason. */
  signal?: AbortSignal;
}

const retryNames: OptionNames<RetryOptions> = { attempts: true, pause: true, signal: true };

/**
 * Calls `start` until it does not fail for want of processes or memory (EAGAIN, ENOMEM), as the page does
 * with a failed fork. Any other error is thrown at once, and the last one in the end.
 *
 * @example
 * ```ts
 * import { retrying, spawn } from "@deno-ipc/ipc/process";
 *
 * const child = await retrying(() => spawn("true"), { attempts: 3, pause: 100 });
 * console.log((await child.status).success); // true
 * ```
 */
export async function retrying<T>(
  start: () => T | Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  requireFunction("What is tried", start);
  const { attempts = 6, pause = 1000, signal } = checked(options, retryNames);
  integer("Attempts", attempts, 1, Number.MAX_SAFE_INTEGER);
  requirePatience({ timeout: pause, signal });
  for (let left = attempts;; left--) {
    try {
      return await start();
    } catch (error) {
      if (left === 1 || !(hasCode(error, "EAGAIN") || hasCode(error, "ENOMEM"))) throw error;
    }
    await sleep(pause, signal);
  }
}
