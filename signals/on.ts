/**
 * Handling, ignoring and resetting signals, for as long as a scope lasts.
 */
import { isBlocked, platform, requireFunction, signalName, signalNumber } from "../libc/mod.ts";
import { set, type SignalAction, type SignalHandler } from "./setting.ts";

/** A signal by its name, with or without "SIG", or by its number. */
export type Signal = string | number;

/** One signal, or several that are treated alike. */
export type Signals = Signal | readonly Signal[];

/**
 * Has `handler` called on a signal, or on each of several, until the result is disposed: then what was there before
 * is there again. With `using` that is Perl's `local $SIG{INT}`: it holds for everything that is called in the scope.
 *
 * Of several handlers that were set here the last one is called, and no other; ignoring and resetting count like
 * handlers. Whichever of them is disposed first, the last one of the others is in force. Listeners that were added by
 * `Deno.addSignalListener` are called besides. What was there before may be the default action, or that the signal was
 * ignored, as by `nohup`.
 *
 * Handlers run in the event loop, between two turns of it: see `docs/internals.md` for what that means for signals
 * that come fast, or while the program is busy. An error in a handler is an uncaught error. A handler does not keep
 * the program alive. SIGUSR1 also opens Deno's inspector; see `enableSignalInfo` for how to avoid that.
 * SIGURG comes also without anybody sending it: by it this library ends waits that block a thread of ours.
 *
 * @param signals Names such as "INT" or "SIGINT", or numbers.
 * @param handler Called with the name, such as "SIGINT".
 * @throws {TypeError} For a signal that cannot be handled: SIGKILL and SIGSTOP, faults (SIGSEGV, SIGFPE, SIGILL), and
 * real-time signals, for which there is {@linkcode signalInfo}.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { on, raise } from "@deno-ipc/ipc/signals";
 *
 * {
 *   let reason = "";
 *   using _ = on(["HUP", "USR2"], (name) => reason = name);
 *   raise("USR2");
 *   while (!reason) await new Promise((resolve) => setTimeout(resolve, 20)); // the work goes on
 *   console.log(`${reason}: finishing…`); // SIGUSR2: finishing…
 * }
 * // and here SIGUSR2 would end the program
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/signal.7.html
 */
export function on(signals: Signals, handler: SignalHandler): Disposable {
  requireFunction("Handler", handler);
  return setAll(signals, handler);
}

/**
 * Ignores a signal, or several, until the result is disposed: then what was there before is there again. A signal that
 * comes meanwhile is lost, also to listeners that were added by `Deno.addSignalListener`.
 *
 * SIGCHLD cannot be ignored, since then the kernel would take the children of `Deno.Command` away from it, and ours
 * from us, before anybody has seen how they ended; see `autoReap` for children that nobody waits for.
 *
 * @throws {TypeError} For SIGKILL, SIGSTOP, SIGCHLD and faults.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { ignore, raise } from "@deno-ipc/ipc/signals";
 *
 * {
 *   using _ = ignore(["INT", "HUP"]); // neither Ctrl-C nor the end of the terminal disturbs this scope
 *   raise("HUP");
 * }
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */
export function ignore(signals: Signals): Disposable {
  return setAll(signals, "ignore");
}

/**
 * Gives a signal, or several, the default action until the result is disposed: then what was there before is there
 * again. Listeners that were added by `Deno.addSignalListener` do not hear of it meanwhile.
 *
 * @throws {TypeError} For SIGKILL, SIGSTOP, SIGCHLD and faults.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { on, reset } from "@deno-ipc/ipc/signals";
 *
 * using _ = on("QUIT", () => console.log("not now"));
 * {
 *   using _ = reset("QUIT"); // here Ctrl-\ ends the program after all
 * }
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/signal.7.html
 */
export function reset(signals: Signals): Disposable {
  return setAll(signals, "default");
}

/** The numbers of one signal or several. */
export function numbers(signals: Signals): number[] {
  return [signals].flat().map((signal) => signalNumber(signal as Signal));
}

function setAll(signals: Signals, action: SignalAction): Disposable {
  return forEach(signals, action, (number) => set(number, action));
}

/** Does something to each of several signals, if `action` may be done on all of them, until the result is disposed. */
export function forEach(
  signals: Signals,
  action: SignalAction,
  make: (number: number) => Disposable,
): Disposable {
  const wanted = numbers(signals);
  for (const number of wanted) requireSettable(number, action);
  using made = new DisposableStack();
  for (const number of wanted) made.use(make(number));
  return made.move();
}

/** Throws unless this may be done on the signal. */
function requireSettable(number: number, action: SignalAction): void {
  const name = signalName(number);
  const refuse = (why: string) => {
    throw new TypeError(`${name} cannot be handled, ignored, reset or masked: ${why}`);
  };
  if (unsettable.has(name)) refuse("it always has its default action");
  if (faults.has(name)) refuse("it is a fault of the program, which cannot go on after it");
  if (isBlocked(number)) refuse("it is blocked, to be read by signalInfo");
  if (typeof action !== "function") {
    if (name === "SIGCHLD") {
      refuse("children would be lost to those that wait for them (see autoReap)");
    }
  } else if (number >= platform.SIGRTMIN) {
    throw new TypeError(
      `${name} cannot be handled, only read by signalInfo (see enableSignalInfo)`,
    );
  }
}

const unsettable = new Set(["SIGKILL", "SIGSTOP"]);
const faults = new Set(["SIGSEGV", "SIGFPE", "SIGILL"]);
