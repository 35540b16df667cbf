/**
 * Signals that are read instead of handled: they must be blocked in every thread, and so before there is one.
 */
import {
  commandLine,
  getenv,
  isBlocked,
  platform,
  signalName,
  signalNumber,
  unsetenv,
} from "../libc/mod.ts";
import { keepBlocked, reexecWith } from "./exec.ts";

/**
 * Has signals read by `signalInfo` and `sigwait`, who sent them and with what value, real-time ones queued and none
 * lost; from now on no handler hears of them and they have no other effect. To be called first: unless the program was
 * started so already, it is started anew in the same process, with the same flags and arguments and these signals
 * blocked, before it has a thread that could take them.
 *
 * Programs that `spawn` starts do not inherit that; those of `Deno.Command` do, and may be surprised that a signal does
 * not end them.
 *
 * SIGUSR1 is best taken this way: as a handler's signal it opens Deno's inspector as well, on 127.0.0.1:9229.
 *
 * @param signals Names such as "USR1" or "RTMIN+1", or numbers.
 * @throws {TypeError} For SIGKILL and SIGSTOP, which cannot be blocked; faults; SIGCHLD and SIGURG, by which children
 * are reaped and waits are ended; 32 and 33, which the C library keeps to itself.
 * @throws {Error} If the program has been started anew for these signals, and finds them not blocked all the same.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for Deno itself.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts ignore
 * import { enableSignalInfo, signalInfo } from "@deno-ipc/ipc/signals";
 *
 * enableSignalInfo(["USR1", "RTMIN+1"]);
 * for await (const { name, pid, uid, value } of signalInfo(["USR1", "RTMIN+1"])) {
 *   console.log(`${name} from process ${pid} of user ${uid}, with ${value}`);
 * }
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 */
export function enableSignalInfo(signals: readonly (string | number)[]): void {
  if (!Array.isArray(signals)) throw new TypeError("Signals must be a list of names or numbers");
  const numbers = signals.map(signalNumber);
  for (const number of numbers) requireBlockable(number);
  const all = keepBlocked(numbers);
  const open = numbers.filter((number) => !isBlocked(number));
  const vain = startedBlocking().filter((number) => open.includes(number)).map(signalName);
  if (vain.length > 0) {
    throw new Error(`Deno was started with ${vain} blocked, and has unblocked that`);
  }
  if (open.length > 0) reexecWith(commandLine(), { [VARIABLE]: [Deno.pid, ...all].join(" ") });
}

function requireBlockable(number: number): void {
  const name = signalName(number);
  if (unblockable.has(name)) {
    throw new TypeError(`${name} cannot be read, since it cannot stay blocked`);
  }
  if (number >= 32 && number < platform.SIGRTMIN) {
    throw new TypeError(
      `${name} cannot be read: the C library keeps it to itself, and never blocks it`,
    );
  }
}

const unblockable = new Set([
  ...["SIGKILL", "SIGSTOP", "SIGCHLD", "SIGURG"],
  ...["SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL"],
]);

// Tells the new program what it was started with, which would be for ever if that changed nothing.
const VARIABLE = "DENO_IPC_BLOCKED";
let started: number[] = [];

/** The signals with which this process was started anew. Its children do not find them in their environment. */
function startedBlocking(): number[] {
  const found = getenv(VARIABLE);
  if (found === undefined) return started;
  const [pid, ...signals] = found.split(" ").map(Number);
  if (pid === Deno.pid) started = signals;
  unsetenv(VARIABLE);
  return started;
}
