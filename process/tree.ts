/**
 * A process and those that it has started, and they in turn.
 */
import { childrenOf, close, pidfd_open, pidfd_send_signal } from "../libc/mod.ts";

/** Sends a signal to all descendants of `pid`, the youngest generation first. */
export function killDescendants(pid: number, signal: number): void {
  for (const child of childrenOf(pid)) {
    killDescendants(child, signal);
    signalIfChild(child, pid, signal);
  }
}

// The number may be another process's by now; but what a pidfd refers to stays the same, so if that is
// still a child after the pidfd was opened, it is the one.
function signalIfChild(pid: number, parent: number, signal: number): void {
  const pidfd = pidfd_open(pid);
  if (pidfd === -1) return;
  if (childrenOf(parent).includes(pid)) pidfd_send_signal(pidfd, signal);
  close(pidfd);
}
