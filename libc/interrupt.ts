/**
 * Interrupts a system call that blocks on another thread of this process: finds the thread by what
 * it is blocked in, and sends it SIGURG, whose handler does nothing but make the call return EINTR.
 * The only place that reads /proc: nothing else tells which thread a parked call is on.
 */
import { check } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { allocate, readStruct } from "./struct.ts";
import { addressOfSymbol } from "./address.ts";
import { cString, fromCString } from "./text.ts";

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

const scratch = new Uint8Array(new ArrayBuffer(4096));

/** The identifiers of this process's threads, as text. */
function threads(): string[] {
  const { open, close } = libc("descriptors");
  const { getdents64 } = libc("threads");
  const path = "/proc/self/task";
  const flags = platform.O_RDONLY | platform.O_DIRECTORY | platform.O_CLOEXEC;
  const directory = check("open", open(cString(path, "Path"), flags, 0), { path });
  const result: string[] = [];
  let length: number;
  while ((length = getdents64(directory, scratch, BigInt(scratch.length))) > 0) {
    for (let at = 0; at < length;) {
      const entry = scratch.subarray(at, length);
      const name = fromCString(entry, structs.dirent64.fields.d_name[1]);
      if (!name.startsWith(".")) result.push(name);
      at += entry[structs.dirent64.fields.d_reclen[1]] |
        entry[structs.dirent64.fields.d_reclen[1] + 1] << 8;
    }
  }
  close(directory);
  return result;
}

/** The arguments of the call that a thread is blocked in; none if it is running or gone. */
function blockedArguments(thread: string): number[] {
  const { open, close, read } = libc("descriptors");
  const path = cString(`/proc/self/task/${thread}/syscall`, "Path");
  const fd = open(path, platform.O_RDONLY | platform.O_CLOEXEC, 0);
  if (fd === -1) return []; // the thread has ended
  const length = read(fd, scratch, BigInt(scratch.length));
  close(fd);
  // "71 0x8001 0x7f…": the number of the call, then its arguments; "running" for one that is not in a call
  const words = fromCString(scratch.subarray(0, Math.max(length, 0))).split(" ");
  return words.slice(1, 5).map((word) => Number.parseInt(word.slice(2).slice(-8), 16) | 0);
}

/**
 * Gives SIGURG a handler if it has none, since a signal without one interrupts nothing. The handler is
 * C's own `abs`: called with the signal's number it does nothing, on any thread, without the runtime
 * hearing of it. Whoever handles SIGURG already keeps doing so, for any handler will do.
 */
function handleUrgent(): void {
  const { sigaction } = libc("threads");
  const action = allocate(structs.sigaction);
  check("sigaction", sigaction(platform.SIGURG, null, action));
  const { sa_handler } = readStruct(structs.sigaction, action);
  if (sa_handler === platform.SIG_DFL || sa_handler === platform.SIG_IGN) {
    const abs = addressOfSymbol("abs");
    const handler = allocate(structs.sigaction); // no flags: no SA_RESTART
    new DataView(handler.buffer).setBigUint64(structs.sigaction.fields.sa_handler[1], abs, true);
    check("sigaction", sigaction(platform.SIGURG, handler, null));
  }
}
