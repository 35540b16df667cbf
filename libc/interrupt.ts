/**
 * Interrupts a system call that blocks on another thread of this process: finds the thread by what
 * it is blocked in, and sends it SIGURG, whose handler does nothing but make the call return EINTR.
 * Nothing but /proc tells which thread a parked call is on.
 */
import { disposition, idle, isHandled, setDisposition } from "./disposition.ts";
import { libc } from "./library.ts";
import { platform, structs, tables } from "./platform.ts";
import { ofThread, threads } from "./proc.ts";
import { readStruct, writeStruct } from "./struct.ts";

/**
 * The leading arguments of a blocked call by which its thread is known; `undefined` for one that
 * cannot be known, such as an address (an emulator passes its own). Only the low 32 bits count.
 */
export type BlockedArguments = readonly (number | undefined)[];

/**
 * Sends SIGURG to every thread that is blocked in a call with these arguments; returns to how many.
 * A thread that was not meant finds its call interrupted for nothing and must repeat it.
 */
export function interrupt(calls: readonly BlockedArguments[]): number {
  handleUrgent();
  const { getpid, tgkill } = libc("threads");
  const process = getpid();
  let sent = 0;
  for (const thread of threads()) {
    const actual = blockedArguments(thread);
    if (!calls.some((wanted) => matches(wanted, actual))) continue;
    // The thread may have ended its call by now: then this is a signal that nobody notices.
    if (tgkill(process, Number(thread), platform.SIGURG) === 0) sent++;
  }
  return sent;
}

function matches(wanted: BlockedArguments, actual: readonly number[]): boolean {
  return actual.length > 0 &&
    wanted.every((value, i) => value === undefined || value === actual[i]);
}

// What blocks in these calls is ours. Their numbers are those of the machine, which under an emulator is not
// the one that we see; so those of all machines that we know are taken.
const parkable = new Set<number>(tables.flatMap(({ constants }) => [
  constants.SYS_msgsnd,
  constants.SYS_msgrcv,
  constants.SYS_semop,
  constants.SYS_semtimedop,
  constants.SYS_flock,
  constants.SYS_openat,
  constants.SYS_connect,
]));

/** The arguments of the call that a thread is blocked in; none if that is not one of ours. */
function blockedArguments(thread: string): number[] {
  // "71 0x8001 0x7f…": the number of the call, then its arguments; "running" for one that is not in a call
  const [call, ...words] = ofThread(thread, "syscall").split(" ");
  return !parkable.has(Number(call))
    ? []
    : words.slice(0, 4).map((word) => Number.parseInt(word.slice(2).slice(-8), 16) | 0);
}

/**
 * Gives SIGURG a handler if it has none, since a signal without one interrupts nothing. It is one that does nothing, on
 * any thread, without the runtime hearing of it. Whoever handles SIGURG already keeps doing so, for any handler will do;
 * but calls must not be restarted after it, as those that the runtime installs ask for.
 */
function handleUrgent(): void {
  const action = disposition(platform.SIGURG);
  if (!isHandled(action)) return setDisposition(platform.SIGURG, idle());
  const { sa_flags } = readStruct(structs.sigaction, action);
  if ((sa_flags & platform.SA_RESTART) === 0) return;
  writeStruct(structs.sigaction, action, { sa_flags: sa_flags & ~platform.SA_RESTART });
  setDisposition(platform.SIGURG, action);
}
