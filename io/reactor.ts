/**
 * Waiting for descriptors. All waits of an isolate share one `epoll_wait`, parked on one of Deno's
 * blocking threads, and parked only while somebody waits; an eventfd wakes it when the last one has
 * given up.
 */
import { hasCode, platform } from "../libc/mod.ts";
import { readyInAMoment, waited } from "./brief.ts";
import { abandonEpoll, control, type EpollEvent, eventsParked, wake } from "./epoll.ts";
import { pollOne } from "./poll.ts";
import { isTimeout, Patience, type WaitOptions } from "./wait.ts";

/** What one waits for: that reading, or that writing, would not block. */
export type Direction = "read" | "write";

/**
 * Repeats `attempt` whenever `fd` is ready for it, until its result is not `undefined`.
 *
 * @param fd Not to be closed meanwhile without telling {@linkcode forget}. If it is not always the same one that stands
 * in the way, what tells which.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 */
export async function whenReady<T>(
  fd: number | (() => number),
  direction: Direction,
  attempt: () => T | undefined,
  options: WaitOptions,
): Promise<T> {
  using patience = new Patience(options);
  try {
    for (;;) {
      if (patience.over) throw patience.reason;
      await ready(typeof fd === "number" ? fd : fd(), direction, patience);
      const result = attempt();
      if (result !== undefined) return result;
    }
  } finally {
    // A wait that was the last one and has ended early has woken the parked call, which is not to outlast it.
    if (interests.size === 0 && call !== undefined) await shortly(call);
  }
}

/** Waits for a call that is about to return; but it may not even have begun where all of Deno's threads are taken. */
async function shortly(call: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, 1000);
  await Promise.race([call, promise]);
  clearTimeout(timer);
}

/**
 * Ends every wait for `fd`, which is about to be closed: with what `reason` makes, or by trying once more
 * where it is not given.
 */
export function forget(fd: number, reason?: () => unknown): void {
  const interest = interests.get(fd);
  if (interest === undefined) return;
  interests.delete(fd);
  control(platform.EPOLL_CTL_DEL, { fd, events: 0, turn: 0 });
  for (const wait of interest.waits) {
    reason === undefined ? wait.resolve() : wait.reject(reason());
  }
  wakeIfIdle();
}

/** Lets go of what a forked child shares with its parent. */
export function abandonReactor(): void {
  interests.clear();
  abandonEpoll();
}

/** Somebody waits for these events. */
interface Wait {
  readonly events: number;
  resolve(): void;
  reject(reason: unknown): void;
}

/** All who wait for one descriptor. */
interface Interest {
  readonly waits: Set<Wait>;
  /** Tells its events from those of a descriptor that had the same number: one may have come just before that was closed. */
  readonly turn: number;
}

const interests = new Map<number, Interest>();
let turns = 0;
let parked = false;
let call: Promise<EpollEvent[]> | undefined;

async function ready(fd: number, direction: Direction, patience: Patience): Promise<void> {
  if (!parked && readyInAMoment(fd, direction)) return; // where nobody else waits
  const since = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const wait = { events: wanted[direction], resolve, reject };
  if (!watch(fd, wait)) return;
  patience.watch(() => {
    unwatch(fd, wait);
    // What came in time may not have been told yet, where the program was busy, or stopped.
    isTimeout(patience.reason) && pollOne(fd, wait.events, 0) ? resolve() : reject(patience.reason);
  });
  if (!parked) void park();
  await promise;
  waited(performance.now() - since);
}

const wanted: Record<Direction, number> = {
  read: platform.EPOLLIN | platform.EPOLLRDHUP,
  write: platform.EPOLLOUT,
};

/** Whether `fd` can be waited for; regular files and such cannot, and are always ready. */
function watch(fd: number, wait: Wait): boolean {
  const known = interests.get(fd);
  const interest = known ?? { waits: new Set(), turn: turns = (turns + 1) >>> 0 };
  interest.waits.add(wait);
  try {
    const operation = known ? platform.EPOLL_CTL_MOD : platform.EPOLL_CTL_ADD;
    control(operation, asked(fd, interest));
  } catch (error) {
    if (!hasCode(error, "EPERM")) throw error;
    return false;
  }
  interests.set(fd, interest);
  return true;
}

function unwatch(fd: number, wait: Wait): void {
  const interest = interests.get(fd);
  if (!interest?.waits.delete(wait)) return;
  rearm(fd, interest);
  wakeIfIdle();
}

/** Asks for what is still waited for, now that an event or the end of a wait has changed that. */
function rearm(fd: number, interest: Interest): void {
  const over = interest.waits.size === 0;
  if (over) interests.delete(fd);
  control(over ? platform.EPOLL_CTL_DEL : platform.EPOLL_CTL_MOD, asked(fd, interest));
}

/** What is asked of a descriptor. */
function asked(fd: number, { waits, turn }: Interest): EpollEvent {
  let events = 0;
  for (const wait of waits) events |= wait.events;
  return { fd, events, turn };
}

async function park(): Promise<void> {
  parked = true;
  try {
    while (interests.size > 0) {
      call = eventsParked();
      const happened = await call;
      call = undefined;
      happened.forEach(dispatch);
    }
  } finally {
    parked = false;
  }
}

function dispatch({ fd, events, turn }: EpollEvent): void {
  const interest = interests.get(fd);
  if (interest?.turn !== turn) return; // the waker, or nobody waits any more
  const { waits } = interest;
  const broken = (events & (platform.EPOLLERR | platform.EPOLLHUP)) !== 0;
  for (const wait of waits) {
    if (!broken && (events & wait.events) === 0) continue;
    waits.delete(wait);
    wait.resolve();
  }
  rearm(fd, interest);
}

/** Has the parked call return once nobody waits, since it would keep the program alive. */
function wakeIfIdle(): void {
  if (parked && interests.size === 0) wake();
}
