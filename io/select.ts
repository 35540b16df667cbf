/**
 * Waiting for several descriptors at once: the page's `select`.
 */
import {
  checked,
  describe,
  type OptionNames,
  platform,
  requireArray,
  requireRecord,
} from "../libc/mod.ts";
import { Fd } from "./fd.ts";
import { pollAll, pollOne } from "./poll.ts";
import { type Direction, whenReady } from "./reactor.ts";
import {
  isTimeout,
  Patience,
  requirePatience,
  requireTimeout,
  timeoutNames,
  waitNames,
  type WaitOptions,
} from "./wait.ts";

/** Descriptors that one wants to read or write. */
export interface Readiness {
  /** Those to be read from: a byte, the end of file or an error counts. */
  read?: readonly Fd[];
  /** Those to be written to: room for a byte, or that nobody reads any more, counts. */
  write?: readonly Fd[];
}

const readinessNames: OptionNames<Readiness> = { read: true, write: true };

/**
 * Waits until at least one of several descriptors is ready, as the page does with `select`.
 *
 * @param wanted The descriptors.
 * @param options `timeout` is how long at most; it is no error when it is over.
 * @returns Those that are ready; none when the time is over.
 * @throws The reason of `signal`.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { pipe, poll } from "@deno-ipc/ipc/pipes";
 *
 * using one = pipe();
 * using two = pipe();
 * two.writer.writeSync("x");
 * const { read } = await poll({ read: [one.reader, two.reader] }, { timeout: 1000 });
 * console.log(read.length, read[0] === two.reader); // 1 true
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 */
export async function poll(
  wanted: Readiness,
  options: WaitOptions = {},
): Promise<Required<Readiness>> {
  requirePatience(checked(options, waitNames));
  const now = pollSync(wanted, { timeout: 0 });
  if (now.read.length + now.write.length > 0 || options.timeout === 0) return now;
  if (!wanted.read?.length && !wanted.write?.length && options.timeout === undefined) {
    throw new TypeError("Nothing to wait for: neither a descriptor nor a timeout");
  }
  const enough = new AbortController();
  const { signal = enough.signal, timeout } = options;
  const waiting = { signal: AbortSignal.any([signal, enough.signal]), timeout };
  const { POLLIN, POLLOUT } = platform;
  const wait = ({ number }: Fd, direction: Direction, events: number) =>
    whenReady(number, direction, () => pollOne(number, events, 0) || undefined, waiting);
  const waits = [
    ...(wanted.read ?? []).map((fd) => wait(fd, "read", POLLIN)),
    ...(wanted.write ?? []).map((fd) => wait(fd, "write", POLLOUT)),
  ];
  try {
    await Promise.race([...waits, overAfter(waiting)]);
  } catch (error) {
    if (!isTimeout(error) || signal.aborted) throw error;
  } finally {
    enough.abort();
    await Promise.allSettled(waits);
  }
  return pollSync(wanted, { timeout: 0 });
}

/** Rejects when the time is over, for where there is nothing else that could. */
function overAfter(options: WaitOptions): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const patience = new Patience(options);
  patience.watch(() => {
    patience[Symbol.dispose]();
    reject(patience.reason);
  });
  promise.catch(() => {});
  return promise;
}

/** Waits as {@linkcode poll} does, but blocks the whole program. */
export function pollSync(
  wanted: Readiness,
  options: Pick<WaitOptions, "timeout"> = {},
): Required<Readiness> {
  requireTimeout(checked(options, timeoutNames).timeout);
  requireRecord("What is waited for", wanted);
  const { read = [], write = [] } = checked(wanted, readinessNames);
  requireArray("read", read);
  requireArray("write", write);
  for (const fd of [...read, ...write]) {
    if (!(fd instanceof Fd)) throw new TypeError(`Descriptor must be an Fd, got ${describe(fd)}`);
  }
  const questions = [
    ...read.map((fd) => ({ fd: fd.number, events: platform.POLLIN })),
    ...write.map((fd) => ({ fd: fd.number, events: platform.POLLOUT })),
  ];
  const events = pollAll(questions, options.timeout ?? -1);
  return {
    read: read.filter((_, i) => events[i] !== 0),
    write: write.filter((_, i) => events[read.length + i] !== 0),
  };
}
