/**
 * Waiting for descriptors. All waits of an isolate share one `epoll_wait`, parked on one of Deno's
 * blocking threads, and parked only while somebody waits; an eventfd wakes it when the last one has
 * given up.
 */
import {
  allocate,
  check,
  close,
  epoll_create1,
  epoll_ctl,
  epollWaitParked,
  eventfd,
  hasCode,
  platform,
  readStruct,
  structs,
  write,
  writeStruct,
} from "../libc/mod.ts";
import { readyInAMoment, waited } from "./brief.ts";
import { Patience, type WaitOptions } from "./wait.ts";

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
    if (interests.size === 0 && call !== undefined) await call;
  }
}

/**
 * Ends every wait for `fd`, which is about to be closed: with what `reason` makes, or by trying once more
 * where it is not given.
 */
export function forget(fd: number, reason?: () => unknown): void {
  const waits = interests.get(fd);
  if (waits === undefined) return;
  interests.delete(fd);
  control(platform.EPOLL_CTL_DEL, fd, 0);
  for (const wait of waits) reason === undefined ? wait.resolve() : wait.reject(reason());
  wakeIfIdle();
}

/**
 * Lets go of what a forked child shares with its parent. It must not take descriptors out of the parent's
 * `epoll`, only close its own copy.
 */
export function abandonReactor(): void {
  interests.clear();
  if (epoll === -1) return;
  close(epoll);
  close(waker);
  epoll = waker = -1;
}

/** Somebody waits for these events. */
interface Wait {
  readonly events: number;
  resolve(): void;
  reject(reason: unknown): void;
}

const interests = new Map<number, Set<Wait>>();
const EVENTS = 64;
const SIZE = structs.epoll_event.size;
const memory = new Uint8Array(new ArrayBuffer(EVENTS * SIZE));
let epoll = -1;
let waker = -1;
let parked = false;
let call: Promise<number> | undefined;

async function ready(fd: number, direction: Direction, patience: Patience): Promise<void> {
  if (!parked && readyInAMoment(fd, direction)) return; // where nobody else waits
  const since = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const wait = { events: wanted[direction], resolve, reject };
  if (!watch(fd, wait)) return;
  patience.watch(() => {
    unwatch(fd, wait);
    reject(patience.reason);
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
  open();
  const known = interests.get(fd);
  const waits = known ?? new Set();
  waits.add(wait);
  try {
    control(known ? platform.EPOLL_CTL_MOD : platform.EPOLL_CTL_ADD, fd, events(waits));
  } catch (error) {
    if (!hasCode(error, "EPERM")) throw error;
    return false;
  }
  interests.set(fd, waits);
  return true;
}

function unwatch(fd: number, wait: Wait): void {
  const waits = interests.get(fd);
  if (!waits?.delete(wait)) return;
  rearm(fd, waits);
  wakeIfIdle();
}

/** Asks for what is still waited for, now that an event or the end of a wait has changed that. */
function rearm(fd: number, waits: Set<Wait>): void {
  if (waits.size === 0) interests.delete(fd);
  control(waits.size === 0 ? platform.EPOLL_CTL_DEL : platform.EPOLL_CTL_MOD, fd, events(waits));
}

function events(waits: Set<Wait>): number {
  let all = 0;
  for (const { events } of waits) all |= events;
  return all;
}

const event = allocate(structs.epoll_event);

function control(operation: number, fd: number, events: number): void {
  writeStruct(structs.epoll_event, event, { events, "data.fd": fd });
  check("epoll_ctl", epoll_ctl(epoll, operation, fd, event), { fd });
}

function open(): void {
  if (epoll !== -1) return;
  epoll = check("epoll_create1", epoll_create1(platform.EPOLL_CLOEXEC));
  waker = check("eventfd", eventfd(0, platform.EFD_CLOEXEC | platform.EFD_NONBLOCK));
  control(platform.EPOLL_CTL_ADD, waker, platform.EPOLLIN | platform.EPOLLET);
}

async function park(): Promise<void> {
  parked = true;
  try {
    while (interests.size > 0) {
      call = epollWaitParked(epoll, memory, EVENTS);
      const count = await call;
      call = undefined;
      for (let i = 0; i < count; i++) dispatch(memory.subarray(i * SIZE, (i + 1) * SIZE));
    }
  } finally {
    parked = false;
  }
}

function dispatch(bytes: Uint8Array): void {
  const { events, "data.fd": fd } = readStruct(structs.epoll_event, bytes);
  const waits = interests.get(fd);
  if (waits === undefined) return; // the waker, or nobody waits any more
  const broken = (events & (platform.EPOLLERR | platform.EPOLLHUP)) !== 0;
  for (const wait of waits) {
    if (!broken && (events & wait.events) === 0) continue;
    waits.delete(wait);
    wait.resolve();
  }
  rearm(fd, waits);
}

const one = new Uint8Array(new BigUint64Array([1n]).buffer);

/** Has the parked call return once nobody waits, since it would keep the program alive. */
function wakeIfIdle(): void {
  if (parked && interests.size === 0) check("write", write(waker, one), { fd: waker });
}
