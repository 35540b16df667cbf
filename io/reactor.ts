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
import { Patience, type WaitOptions } from "./wait.ts";

/** What one waits for: that reading, or that writing, would not block. */
export type Direction = "read" | "write";

/**
 * Repeats `attempt` whenever `fd` is ready for it, until its result is not `undefined`.
 *
 * @param fd Not to be closed meanwhile without telling {@linkcode forget}.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 */
export async function whenReady<T>(
  fd: number,
  direction: Direction,
  attempt: () => T | undefined,
  options: WaitOptions,
): Promise<T> {
  using patience = new Patience(options);
  for (;;) {
    if (patience.over) throw patience.reason;
    await ready(fd, direction, patience);
    const result = attempt();
    if (result !== undefined) return result;
  }
}

/**
 * Ends every wait for `fd`, which is about to be closed: with `reason`, or by trying once more where none
 * is given.
 */
export function forget(fd: number, reason?: unknown): void {
  const interest = interests.get(fd);
  if (interest === undefined) return;
  interests.delete(fd);
  control(platform.EPOLL_CTL_DEL, fd, 0);
  for (const waits of [interest.read, interest.write]) {
    for (const wait of waits) reason === undefined ? wait.resolve() : wait.reject(reason);
  }
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

interface Wait {
  resolve(): void;
  reject(reason: unknown): void;
}

type Interest = Record<Direction, Set<Wait>>;

const interests = new Map<number, Interest>();
const EVENTS = 64;
let epoll = -1;
let waker = -1;
let parked = false;

async function ready(fd: number, direction: Direction, patience: Patience): Promise<void> {
  const { promise, ...wait } = Promise.withResolvers<void>();
  if (!watch(fd, direction, wait)) return;
  patience.watch(() => {
    unwatch(fd, direction, wait);
    wait.reject(patience.reason);
  });
  if (!parked) void park();
  await promise;
}

/** Whether `fd` can be waited for; regular files and such cannot, and are always ready. */
function watch(fd: number, direction: Direction, wait: Wait): boolean {
  open();
  const known = interests.get(fd);
  const interest = known ?? { read: new Set(), write: new Set() };
  interest[direction].add(wait);
  try {
    const operation = known ? platform.EPOLL_CTL_MOD : platform.EPOLL_CTL_ADD;
    control(operation, fd, events(interest));
  } catch (error) {
    if (!hasCode(error, "EPERM")) throw error;
    return false;
  }
  interests.set(fd, interest);
  return true;
}

function unwatch(fd: number, direction: Direction, wait: Wait): void {
  const interest = interests.get(fd);
  if (!interest?.[direction].delete(wait)) return;
  rearm(fd, interest);
  wakeIfIdle();
}

/** Asks for what is still waited for, now that an event or the end of a wait has changed that. */
function rearm(fd: number, interest: Interest): void {
  const wanted = events(interest);
  if (wanted === 0) interests.delete(fd);
  control(wanted === 0 ? platform.EPOLL_CTL_DEL : platform.EPOLL_CTL_MOD, fd, wanted);
}

function events(interest: Interest): number {
  return (interest.read.size > 0 ? platform.EPOLLIN | platform.EPOLLRDHUP : 0) |
    (interest.write.size > 0 ? platform.EPOLLOUT : 0);
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
  const { size } = structs.epoll_event;
  const memory = new Uint8Array(new ArrayBuffer(EVENTS * size));
  parked = true;
  try {
    while (interests.size > 0) {
      const count = await epollWaitParked(epoll, memory, EVENTS);
      for (let i = 0; i < count; i++) dispatch(memory.subarray(i * size, (i + 1) * size));
    }
  } finally {
    parked = false;
  }
}

function dispatch(bytes: Uint8Array): void {
  const { events, "data.fd": fd } = readStruct(structs.epoll_event, bytes);
  const interest = interests.get(fd);
  if (interest === undefined) return; // the waker, or nobody waits any more
  const broken = (events & (platform.EPOLLERR | platform.EPOLLHUP)) !== 0;
  if (broken || events & (platform.EPOLLIN | platform.EPOLLRDHUP)) settle(interest.read);
  if (broken || events & platform.EPOLLOUT) settle(interest.write);
  rearm(fd, interest);
}

function settle(waits: Set<Wait>): void {
  for (const wait of waits) wait.resolve();
  waits.clear();
}

const one = new Uint8Array(new BigUint64Array([1n]).buffer);

/** Has the parked call return once nobody waits, since it would keep the program alive. */
function wakeIfIdle(): void {
  if (parked && interests.size === 0) check("write", write(waker, one), { fd: waker });
}
