/**
 * Waiting for what has no descriptor. The blocking call is parked on one of Deno's blocking threads
 * while the event loop goes on; to give up, the thread is interrupted and the call returns EINTR.
 *
 * Deno shares its 32 blocking threads with all asynchronous file operations, so at most 16 calls are
 * parked at a time. When more wait they take turns: every slice the calls that have been parked
 * longest are interrupted, one for each that stands in line, and go to its end.
 */
import { type BlockedArguments, interrupt } from "../libc/basic.ts";
import { Patience, type WaitOptions } from "./wait.ts";

/** How many calls are parked at once in each isolate (the main program, a Worker). */
export const PARKED_AT_MOST = 16;

/** How long, in milliseconds, a call keeps its thread while others stand in line. */
export const SLICE = 20;

// Between two looks for a thread; long only when Deno has no thread free to begin the call on.
const LONGEST_SEARCH = 50;

/** A call that may block, in the two forms in which it is made. */
export interface BlockingCall<T> {
  /** Makes the call so that it cannot block: its result, or `undefined` where it would block. */
  attempt(): T | undefined;
  /** Makes the call on another thread, where it may block: what C returns. */
  park(): Promise<number>;
  /** The result of a parked call that returned `value`, which is not −1. */
  complete(value: number): T;
  /** By what the thread of the parked call is known. */
  readonly blocked: BlockedArguments;
  /** Aborted when the object is closed that the call acts on, if there is one: then `attempt` shall throw. */
  readonly closed?: AbortSignal;
}

/**
 * Parks a call, which has just been attempted in vain, until it can be made. Nothing is lost when the
 * wait ends early: a call that succeeds in the same instant is a success.
 */
export async function parked<T>(call: BlockingCall<T>, options: WaitOptions): Promise<T> {
  using patience = new Patience(options, call.closed);
  const wait: Wait = { blocked: call.blocked, since: 0 };
  patience.watch(() => end(wait));
  while (!patience.over) {
    if (await turn(wait)) {
      const value = await held(wait, call);
      if (value !== -1) return call.complete(value);
    }
    // The other thread's errno is lost, so the call is repeated here: it fails for the same reason,
    // or would block again because its thread was interrupted.
    const result = call.attempt();
    if (result !== undefined) return result;
  }
  throw patience.reason;
}

async function held(wait: Wait, call: BlockingCall<unknown>): Promise<number> {
  try {
    return await call.park();
  } finally {
    release(wait);
  }
}

/** One caller's place: in line for a thread, or holding one. */
interface Wait {
  readonly blocked: BlockedArguments;
  /** When it got its thread. */
  since: number;
  /** Ends the standing in line: whether with a thread. */
  called?: (withThread: boolean) => void;
}

const line = new Set<Wait>(); // first come, first served
const holding = new Set<Wait>(); // in the order in which they got their threads
const unwanted = new Set<Wait>(); // those holding a thread whose call shall return
let slices: ReturnType<typeof setInterval> | undefined;
let search: ReturnType<typeof setTimeout> | undefined;

/** Waits for a thread: resolves with whether `wait` holds one, or has left the line without. */
function turn(wait: Wait): boolean | Promise<boolean> {
  if (holding.size < PARKED_AT_MOST) return take(wait);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  wait.called = resolve;
  line.add(wait);
  slices ??= setInterval(changeTurns, SLICE);
  return promise;
}

function take(wait: Wait): true {
  wait.since = performance.now();
  holding.add(wait);
  return true;
}

/** Gives the thread to the first in line. */
function release(wait: Wait): void {
  holding.delete(wait);
  unwanted.delete(wait);
  if (unwanted.size === 0) clearTimeout(search);
  const [next] = line;
  if (next) callUp(next, take(next));
}

/** Makes `wait` leave the line, or its parked call return. */
function end(wait: Wait): void {
  line.has(wait) ? callUp(wait, false) : interruptCalls([wait]);
}

/** Ends the standing in line, with a thread or without. */
function callUp(wait: Wait, withThread: boolean): void {
  line.delete(wait);
  wait.called!(withThread);
  stopSlices();
}

function stopSlices(): void {
  if (line.size > 0) return;
  clearInterval(slices);
  slices = undefined;
}

/** Has as many of the longest-parked calls return as there are waits in line. */
function changeTurns(): void {
  const before = performance.now() - SLICE / 2; // a tick may come early for those parked on the last
  const longest = [...holding].slice(0, line.size);
  interruptCalls(longest.filter((wait) => wait.since < before));
}

function interruptCalls(waits: readonly Wait[]): void {
  for (const wait of waits) if (holding.has(wait)) unwanted.add(wait);
  clearTimeout(search);
  searchThreads(1);
}

// A call can be found only once its thread has entered the kernel: so look again until all returned.
function searchThreads(again: number): void {
  if (unwanted.size === 0) return;
  interrupt([...unwanted].map((wait) => wait.blocked));
  search = setTimeout(searchThreads, again, Math.min(again * 2, LONGEST_SEARCH));
}
