/**
 * What is there at once is taken without a turn of the event loop. But as long as there is always more, nothing else of
 * the program would have one: no timer, no signal, not even the one that is to end the reading. So from time to time it
 * is given one.
 */

const LONG = 5; // milliseconds
let since = 0;
let turn: Promise<void> | undefined;

/** What was there at once: now, or after a turn of the event loop if the last one was long ago. */
export function atOnce<T>(value: T): T | Promise<T> {
  if (turn === undefined) {
    const now = performance.now();
    if (now - since < LONG) return value;
    since = now;
    turn = new Promise((resolve) => setImmediate(resolve));
    turn.then(() => turn = undefined);
  }
  return turn.then(() => value); // who comes meanwhile waits as well, or would be earlier than those before
}
