/**
 * Short waits. Whoever answers at once has done so before a parked call has begun, which takes another thread and two
 * turns of the event loop. So where the last wait was short, the next one blocks for a moment first. Only so often in a
 * row: whatever else the program does has its turn as well. And after moments in vain ever more rarely: who is waited for
 * may be this very program, which does nothing as long as it blocks.
 */
import { platform } from "../libc/mod.ts";
import { pollMoment } from "./poll.ts";
import type { Direction } from "./reactor.ts";

const SHORT = 0.25; // milliseconds
const IN_A_ROW = 16;
const RAREST = 4096;
let hope = 0; // so many moments more
let short = 0; // waits in a row since the last moment in vain
let wanted = 1; // of them before there is hope again

const polled: Record<Direction, number> = { read: platform.POLLIN, write: platform.POLLOUT };

/** Blocks for a moment, if there is hope: whether `fd` has become ready in it. */
export function readyInAMoment(fd: number, direction: Direction): boolean {
  if (hope === 0) return false;
  const answered = pollMoment(fd, polled[direction]);
  hope = answered ? hope - 1 : 0;
  wanted = answered ? 1 : Math.min(8 * wanted, RAREST);
  if (!answered) short = 0;
  return answered;
}

/** A wait that could not be spared took so many milliseconds. */
export function waited(milliseconds: number): void {
  short = milliseconds < SHORT ? short + 1 : 0;
  if (short >= wanted) hope = IN_A_ROW;
}
