/**
 * Real `fork`.
 */
import { defaulted, disposition, isHandled, setDisposition } from "./disposition.ts";
import { check } from "./error.ts";
import { libc } from "./library.ts";
import { setSignalMask } from "./mask.ts";
import { platform, signals } from "./platform.ts";
import { ofThread, threads } from "./proc.ts";
import { allSignals } from "./signals.ts";

const LOWEST = 0x1000n;
const HIGHEST = 0x7ffc_0000_0000n; // below where the kernel's own pages begin

/**
 * Forks: 0 in the child, its number in the parent.
 *
 * V8 marks its pages so that no child gets them, so that is undone immediately before. The call reports
 * the first hole in the address space as an error, but goes on behind it.
 *
 * @see https://man7.org/linux/man-pages/man2/fork.2.html
 */
export function fork(): number {
  const { fork, madvise } = libc("forking");
  madvise(LOWEST, HIGHEST - LOWEST, platform.MADV_DOFORK);
  return check("fork", fork());
}

/** Ends this process at once, without anything that is otherwise done at the end. */
export function exitNow(code: number): never {
  libc("forking")._exit(code);
  throw new Error("unreachable");
}

/** Whether V8 does all its work on the thread that runs our program, so that nothing is missing in a child. */
export function isSingleThreaded(): boolean {
  return !threads().some((thread) => ofThread(thread, "comm").startsWith("V8 DefaultWorke"));
}

/**
 * The signals that are handled now. Their handlers belong to the runtime, and write to a pipe that a forked child
 * shares with its parent, who would take the child's signals for its own. To be asked before the fork: in the
 * child everything that runs for the first time costs a copy of the memory that it touches.
 */
export function handledSignals(): number[] {
  return Object.entries(signals)
    .filter(([name]) => !["SIGKILL", "SIGSTOP", "SIGSEGV", "SIGBUS"].includes(name))
    .map(([, number]) => number)
    .filter((number) => isHandled(disposition(number)));
}

/** Gives these signals their default action. */
export function defaultSignals(numbers: readonly number[]): void {
  const action = defaulted();
  for (const number of numbers) setDisposition(number, action);
}

/** Blocks all signals of this thread; returns what puts them back as they were. */
export function blockSignals(): () => void {
  const before = setSignalMask(allSignals());
  return () => void setSignalMask(before);
}
