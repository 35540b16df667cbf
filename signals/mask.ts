/**
 * Holding signals back.
 */
import { isInSet, pendingSignals, platform, signalName } from "../libc/mod.ts";
import { forEach, type Signals } from "./on.ts";
import { heldBack, hold } from "./setting.ts";

/**
 * Holds signals back until the result is disposed: then each that has come meanwhile, however often, has the effect
 * that it would have had, once. That is what blocking does, so a signal that would have ended the program ends it
 * then. Only what is sent in the last moment may be on its way still, and count as one that has come after the end.
 *
 * The kernel's own mask is one for each thread, and a signal to a program goes to any thread that does not block it:
 * to Deno's other threads. So the signals are held back here, at the end of their way. Children are not affected.
 * Listeners that were added by `Deno.addSignalListener` hear of them at once. They may hear of one once more at the end
 * where it could have its default effect then, which they prevent, as of SIGHUP, SIGINT, SIGTERM and SIGUSR1: the
 * runtime handles these whether somebody listens or not. Of others such a listener, also one that has gone, is taken to
 * have dealt with it: then it ends nothing.
 *
 * Masked, SIGURG still ends the waits of this library, which sends it to itself, and is pending then.
 *
 * @throws {TypeError} As {@linkcode on}.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { mask, on, pending, raise } from "@deno-ipc/ipc/signals";
 *
 * let handled = "";
 * using _ = on("TERM", (name) => handled = name);
 * const later = () => new Promise((resolve) => setTimeout(resolve, 20));
 * {
 *   using _ = mask("TERM");
 *   raise("TERM");
 *   while (pending().length === 0) await later();
 *   console.log(pending(), handled); // [ "SIGTERM" ], and nothing
 * } // it is handled from here on
 * while (!handled) await later();
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/sigprocmask.2.html
 */
export function mask(signals: Signals): Disposable {
  return forEach(signals, () => {}, hold); // what can be handled can be held back
}

/**
 * The names of the signals that have come and are held back: by {@linkcode mask}, or because they are blocked to be
 * read by {@linkcode signalInfo}.
 *
 * @tags allow-ffi
 *
 * @see https://man7.org/linux/man-pages/man2/sigpending.2.html
 */
export function pending(): string[] {
  const blocked = pendingSignals();
  const held = heldBack();
  const all = Array.from({ length: platform.SIGRTMAX }, (_, i) => i + 1);
  return all.filter((number) => held.includes(number) || isInSet(blocked, number)).map(signalName);
}
