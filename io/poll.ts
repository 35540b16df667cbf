/**
 * Whether descriptors are ready, asked synchronously.
 */
import {
  allocate,
  errorCode,
  fieldOf,
  isInterruption,
  poll,
  ppoll,
  readStruct,
  structs,
  SyscallError,
  writeStruct,
  writeTimespec,
} from "../libc/mod.ts";

/** What is asked of one descriptor: whether one of `events` is true of it. */
export interface Question {
  /** The descriptor. */
  readonly fd: number;
  /** POLLIN, POLLOUT or both. */
  readonly events: number;
}

/**
 * Waits `timeout` milliseconds, or without end if that is −1, until one of `events` is true of `fd`; blocks
 * the whole program. An error or a hang-up counts as ready, since the next call will tell.
 */
export function pollOne(fd: number, events: number, timeout: number): boolean {
  entry.fd.set(fd);
  entry.events.set(events);
  block(one, 1, timeout, fd);
  return entry.revents.get() !== 0;
}

/** Whether one of `events` is true of `fd`, or becomes so in a moment, for which the whole program is blocked. */
export function pollMoment(fd: number, events: number): boolean {
  entry.fd.set(fd);
  entry.events.set(events);
  return ppoll(one, 1, moment) === 1;
}

const moment = allocate(structs.timespec);
writeTimespec(moment, 0.1);

const one = allocate(structs.pollfd);
const entry = {
  fd: fieldOf(structs.pollfd, "fd", one),
  events: fieldOf(structs.pollfd, "events", one),
  revents: fieldOf(structs.pollfd, "revents", one),
};

const { size } = structs.pollfd;
let memory = new Uint8Array(new ArrayBuffer(16 * size));

/**
 * The same for several descriptors at once: what is true of each, nothing of any of them when the time is over.
 *
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 */
export function pollAll(questions: readonly Question[], timeout: number): number[] {
  const { length } = questions;
  if (memory.length < length * size) memory = new Uint8Array(new ArrayBuffer(length * size));
  const entries = questions.map((_, i) => memory.subarray(i * size, (i + 1) * size));
  questions.forEach(({ fd, events }, i) => {
    writeStruct(structs.pollfd, entries[i], { fd, events, revents: 0 });
  });
  block(memory, length, timeout, questions[0]?.fd);
  return entries.map((entry) => readStruct(structs.pollfd, entry).revents);
}

function block(
  entries: Uint8Array<ArrayBuffer>,
  count: number,
  timeout: number,
  fd: number | undefined,
): void {
  const deadline = timeout <= 0 ? 0 : performance.now() + timeout; // the time is not asked for where it does not matter
  for (;;) {
    const left = timeout <= 0 ? timeout : Math.max(deadline - performance.now(), 0);
    // C counts whole milliseconds up to 2³¹; and a signal interrupts, which must not begin the wait anew.
    const part = left < 0 ? -1 : Math.min(Math.ceil(left), 0x7fff_ffff);
    const ready = poll(entries, count, part);
    if (ready > 0 || ready === 0 && performance.now() >= deadline) return;
    if (ready === 0) continue;
    const code = errorCode();
    if (!isInterruption(code)) throw new SyscallError("poll", code, { fd });
  }
}
