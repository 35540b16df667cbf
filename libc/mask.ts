/**
 * Which signals a thread blocks. A new thread, and the program after `execve`, begin with the mask of the thread that
 * made them.
 */
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { isInSet } from "./signals.ts";
import { allocate } from "./struct.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/** Whether this thread blocks a signal. */
export function isBlocked(signal: number): boolean {
  libc("signals").sigprocmask(platform.SIG_BLOCK, null, current);
  return isInSet(current, signal);
}

const current = allocate(structs.sigset);

/**
 * Blocks exactly these signals in this thread; returns those that it blocked before.
 *
 * @see https://man7.org/linux/man-pages/man2/sigprocmask.2.html
 */
export function setSignalMask(mask: Buffer): Buffer {
  const before = allocate(structs.sigset);
  libc("signals").sigprocmask(platform.SIG_SETMASK, mask, before);
  return before;
}
