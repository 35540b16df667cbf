/**
 * Locks on files, which programs that know of each other respect: `flock`.
 */
import {
  check,
  close,
  copyDescriptor,
  errorCode,
  flock,
  flockParked,
  isInterruption,
  type OptionNames,
  platform,
  SyscallError,
} from "../libc/mod.ts";
import { parked } from "./parked.ts";
import { requirePatience, type WaitOptions } from "./wait.ts";

/** How a file is locked. */
export interface LockOptions {
  /** Whether others may have it locked at the same time, if they share it as well. Default false. */
  shared?: boolean;
}

/** What {@linkcode LockOptions} are called. */
export const lockNames: OptionNames<LockOptions> = { shared: true };

/** A lock that is held. Disposing unlocks the file; closing all descriptors of the open file does so as well. */
export interface FileLock extends Disposable {
  /** Unlocks the file. Twice is harmless. */
  unlock(): void;
}

/** A descriptor whose file is locked. */
export interface Lockable {
  /** Its number; throws once it is closed. */
  readonly number: number;
  /** Whether it is closed. */
  readonly closed: boolean;
  /** Aborted when it is closed. */
  readonly closing: AbortSignal;
}

/** Locks the file if nobody else has it locked; else `undefined`. */
export function tryLock(fd: Lockable, { shared = false }: LockOptions): FileLock | undefined {
  const { number } = fd;
  for (;;) {
    if (flock(number, operation(shared) | platform.LOCK_NB) === 0) return heldBy(fd);
    const code = errorCode();
    if (code === "EAGAIN") return undefined;
    if (!isInterruption(code)) throw new SyscallError("flock", code, { fd: number });
  }
}

/** Locks the file, and blocks the whole program until nobody else has it locked. */
export function lockSync(fd: Lockable, { shared = false }: LockOptions): FileLock {
  const { number } = fd;
  while (flock(number, operation(shared)) === -1) {
    const code = errorCode();
    if (!isInterruption(code)) throw new SyscallError("flock", code, { fd: number });
  }
  return heldBy(fd);
}

/** Locks the file as soon as nobody else has it locked. */
export async function lock(
  fd: Lockable,
  { shared = false, signal, timeout }: LockOptions & WaitOptions,
): Promise<FileLock> {
  const patience = { signal, timeout };
  requirePatience(patience);
  const attempt = () => tryLock(fd, { shared });
  const now = attempt();
  if (now !== undefined) return now;
  // The call may begin late, when the number is another file's: this one is nobody else's until it is over. It
  // also tells the thread from all others.
  const copy = copyDescriptor(fd.number);
  try {
    return await parked({
      attempt,
      park: () => flockParked(copy, operation(shared)),
      complete: () => {
        if (fd.closed) flock(copy, platform.LOCK_UN); // else a copy that somebody has would keep it locked
        return heldBy(fd); // which throws then
      },
      blocked: [copy, operation(shared)],
      closed: fd.closing,
    }, patience);
  } finally {
    close(copy);
  }
}

function operation(shared: boolean): number {
  return shared ? platform.LOCK_SH : platform.LOCK_EX;
}

function heldBy(fd: Lockable): FileLock {
  void fd.number;
  let held = true;
  const unlock = () => {
    if (held && !fd.closed) check("flock", flock(fd.number, platform.LOCK_UN), { fd: fd.number });
    held = false;
  };
  return { unlock, [Symbol.dispose]: unlock };
}
