/**
 * Children that nobody waits for: they are reaped when they end, so that no zombie stays.
 */
import { hasCode, platform, waitid } from "../libc/mod.ts";

const unreaped = new Set<number>();
const held = new Map<number, WeakRef<object>>();

const LOOKS = 8;

/**
 * Reaps the child `pid` once nobody holds `holder` any more and it has ended. That is looked at when the next
 * child is started: V8 tells of what is garbage by itself, but not in the mode that `fork` needs. Of many
 * children only some are looked at, in turn, or each would cost more than the one before.
 */
export function reapOnceAbandoned(holder: object, pid: number): void {
  for (const [pid, ref] of [...held.entries().take(LOOKS)]) {
    held.delete(pid);
    if (ref.deref() === undefined) reapOnEnd(pid);
    else held.set(pid, ref);
  }
  held.set(pid, new WeakRef(holder));
}

/** The child has been reaped, or is somebody else's to reap. */
export function stillHeld(pid: number): void {
  held.delete(pid);
}

/** Reaps the child `pid`, which nobody waits for, when it ends. This keeps no program alive. */
export function reapOnEnd(pid: number): void {
  if (unreaped.size === 0) Deno.addSignalListener("SIGCHLD", reap);
  unreaped.add(pid);
  reap(); // it may have ended already
}

function reap(): void {
  for (const pid of unreaped) {
    if (hasEnded(pid)) unreaped.delete(pid);
  }
  if (unreaped.size === 0) Deno.removeSignalListener("SIGCHLD", reap);
}

function hasEnded(pid: number): boolean {
  try {
    return waitid(pid, platform.WNOHANG) !== undefined;
  } catch (error) {
    if (hasCode(error, "ECHILD")) return true; // somebody else was faster
    throw error;
  }
}
