/**
 * Signals that are read instead of handled: they must be blocked in every thread, and so before there is one.
 */
import { commandLine, isBlocked, signalName, signalNumber } from "../libc/mod.ts";
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
 * are reaped and waits are ended.
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
  const refused = numbers.map(signalName).find((name) => unblockable.has(name));
  if (refused) throw new TypeError(`${refused} cannot be read, since it cannot stay blocked`);
  keepBlocked(numbers);
  if (!numbers.every(isBlocked)) reexecWith(commandLine());
}

const unblockable = new Set([
  ...["SIGKILL", "SIGSTOP", "SIGCHLD", "SIGURG"],
  ...["SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL"],
]);
