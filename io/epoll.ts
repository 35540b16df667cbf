/**
 * The `epoll` of an isolate, and the eventfd that wakes who waits for it. Both are opened with the first wait.
 */
import {
  allocate,
  check,
  close,
  epoll_create1,
  epoll_ctl,
  epollWaitParked,
  eventfd,
  platform,
  readStruct,
  structs,
  write,
  writeStruct,
} from "../libc/mod.ts";

/** What has happened to a descriptor that is waited for. */
export interface EpollEvent {
  /** EPOLLIN and its like. */
  readonly events: number;
  /** The descriptor. */
  readonly fd: number;
  /** What was given with it. */
  readonly turn: number;
}

const MOST = 64;
const { size } = structs.epoll_event;
const memory = new Uint8Array(new ArrayBuffer(MOST * size));
const event = allocate(structs.epoll_event);
const one = new Uint8Array(new BigUint64Array([1n]).buffer);
let epoll = -1;
let waker = -1;

/**
 * Adds, changes or removes what is waited for.
 *
 * @param turn Comes with its events, and tells them from those of another descriptor that had the same number before.
 */
export function control(operation: number, { fd, events, turn }: EpollEvent): void {
  if (epoll === -1) open();
  controlOf(epoll, operation, { fd, events, turn });
}

/** Waits on another thread, until something happens or somebody calls {@linkcode wake}. */
export async function eventsParked(): Promise<EpollEvent[]> {
  const count = await epollWaitParked(epoll, memory, MOST);
  return Array.from({ length: count }, (_, i) => {
    const bytes = memory.subarray(i * size, (i + 1) * size);
    const { events, "data.fd": fd, "data.turn": turn } = readStruct(structs.epoll_event, bytes);
    return { events, fd, turn };
  });
}

/** Ends the waiting, with an event of a descriptor that nobody waits for. */
export function wake(): void {
  check("write", write(waker, one), { fd: waker });
}

/** Closes a forked child's copies. It must not take descriptors out of the parent's `epoll`. */
export function abandonEpoll(): void {
  if (epoll === -1) return;
  close(epoll);
  close(waker);
  epoll = waker = -1;
}

/** Opens both, or none. */
function open(): void {
  const made: number[] = [];
  try {
    made.push(check("epoll_create1", epoll_create1(platform.EPOLL_CLOEXEC)));
    made.push(check("eventfd", eventfd(0, platform.EFD_CLOEXEC | platform.EFD_NONBLOCK)));
    const events = platform.EPOLLIN | platform.EPOLLET;
    controlOf(made[0], platform.EPOLL_CTL_ADD, { fd: made[1], events, turn: 0 });
  } catch (error) {
    made.forEach(close);
    throw error;
  }
  [epoll, waker] = made;
}

function controlOf(epoll: number, operation: number, { fd, events, turn }: EpollEvent): void {
  writeStruct(structs.epoll_event, event, { events, "data.fd": fd, "data.turn": turn });
  check("epoll_ctl", epoll_ctl(epoll, operation, fd, event), { fd });
}
