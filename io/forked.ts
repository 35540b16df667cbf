/**
 * Whether this process is a forked child: it has one thread, the one that forked, and no event loop.
 */
let generation = 0;

/** How many forks lie between the program that was started and this process. */
export function forks(): number {
  return generation;
}

/** This process is a new child. */
export function enterFork(): void {
  generation++;
}

/** Throws in a forked child, where nobody would ever end a wait. */
export function requireEventLoop(): void {
  if (generation > 0) {
    throw new TypeError("A forked child has no event loop: use what ends in Sync, or try…");
  }
}
