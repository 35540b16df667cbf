/**
 * Whether this process is a forked child: it has one thread, the one that forked, and no event loop.
 */
import { close } from "../libc/basic.ts";

let generation = 0;

/** How many forks lie between the program that was started and this process. */
export function forks(): number {
  return generation;
}

/** This process is a new child. */
export function enterFork(): void {
  generation++;
  for (const number of parents) close(number);
  closedHere = new Set(parents);
  parents.clear();
}

let closedHere: ReadonlySet<number> = new Set();

/** Whether a descriptor that was opened `forks` forks ago, counted from the start, was closed by the last one. */
export function isClosedByFork(number: number, openedAt: number): boolean {
  return openedAt < generation && closedHere.has(number);
}

let misuse: TypeError | undefined;

/** What this forked child has tried in vain, if anything: nobody may have looked at the promise that failed. */
export function misuseInFork(): TypeError | undefined {
  return misuse;
}

const parents = new Set<number>();

/**
 * A descriptor that is only this process's: our end of a pipe to a child. A forked child would have a copy, and
 * as long as that is open the one at the other end sees no end of file; so it is closed there first of all.
 */
export function keepFromForks(number: number): void {
  parents.add(number);
}

/** The descriptor is closed, or somebody else's. */
export function releaseToForks(number: number): void {
  parents.delete(number);
}

/** Throws in a forked child, where nobody would ever end a wait. */
export function requireEventLoop(): void {
  if (generation === 0) return;
  misuse = new TypeError("A forked child has no event loop: use what ends in Sync, or try…");
  throw misuse;
}
