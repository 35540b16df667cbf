/**
 * How operations on a semaphore set are performed: at once, blocking, or awaited.
 */
import {
  atOnce,
  countdown,
  parked,
  requirePatience,
  requireTimeout,
  timedOut,
  type WaitOptions,
} from "../io/waiting.ts";
import {
  allocate,
  errorCode,
  hasCode,
  isInterruption,
  platform,
  semctlBuffer,
  semop,
  semopParked,
  semtimedop,
  structs,
  writeTimespec,
} from "../libc/basic.ts";
import type { Handle } from "./handle.ts";
import { firstToWait, OperationBuffer, type SemaphoreOperation } from "./operations.ts";

type Operations = readonly SemaphoreOperation[];

// One place to put operations into is enough for all synchronous calls of an isolate.
const outgoing = new OperationBuffer();

/** Performs operations on one set. */
export class Performer {
  readonly #handle: Handle<typeof structs.semid_ds>;
  #count: number | undefined;
  #checked: number | undefined;

  /** For the set behind `handle`; `count` if it is known how many semaphores that has. */
  constructor(handle: Handle<typeof structs.semid_ds>, count?: number) {
    this.#handle = handle;
    this.#count = count;
  }

  /** How many semaphores the set has. */
  get count(): number {
    this.#count ??= this.#handle.stat().sem_nsems;
    return this.#count;
  }

  // Without permission to read, which operations do not need, nobody tells us how many semaphores there are;
  // then the kernel checks, and says EFBIG or EINVAL.
  /** Up to where indexes are checked. */
  get end(): number {
    this.#checked ??= this.#countOr(0x1_0000);
    return this.#checked;
  }

  #countOr(unknown: number): number {
    try {
      return this.count;
    } catch (error) {
      if (hasCode(error, "EACCES")) return unknown;
      throw error;
    }
  }

  /** The values of all semaphores at one moment. */
  values(): number[] {
    const values = new Uint16Array(new ArrayBuffer(2 * this.count));
    const bytes = new Uint8Array(values.buffer);
    if (semctlBuffer(this.#handle.id, 0, platform.GETALL, bytes) === -1) {
      throw this.#handle.failure("semctl", errorCode());
    }
    return [...values];
  }

  /** Performs all operations if none has to wait: whether it did. */
  attempt(operations: Operations): boolean {
    return this.#perform(operations, platform.IPC_NOWAIT);
  }

  /** Performs all operations; blocks until that is possible. */
  block(operations: Operations): void {
    this.#perform(operations, 0);
  }

  #perform(operations: Operations, flags: number): boolean {
    const { id } = this.#handle;
    const buffer = outgoing.pack(operations, this.end, flags);
    while (semop(id, buffer, operations.length) === -1) {
      const code = errorCode();
      if (code === "EAGAIN" && flags !== 0) return false;
      this.#unlessInterrupted(code, operations);
    }
    return true;
  }

  /** Performs all operations; blocks until that is possible or `timeout` milliseconds are over. */
  blockFor(operations: Operations, timeout: number): void {
    requireTimeout(timeout);
    const { id } = this.#handle;
    const buffer = outgoing.pack(operations, this.end, 0);
    const left = countdown(timeout);
    const time = allocate(structs.timespec);
    do {
      writeTimespec(time, left());
      if (semtimedop(id, buffer, operations.length, time) !== -1) return;
      const code = errorCode();
      if (code === "EAGAIN") this.#mayWait(operations);
      else this.#unlessInterrupted(code, operations);
    } while (left() > 0);
    throw timedOut(timeout);
  }

  // EAGAIN can be meant only of noWait.
  #unlessInterrupted(code: string, operations: Operations): void {
    const meant = code === "EAGAIN" && operations.some(({ noWait }) => noWait);
    if (!meant && isInterruption(code)) return;
    throw this.#handle.failure("semop", code);
  }

  // Where we may not read the values, any of them may be meant: then rather no wait than one unasked for.
  #firstToWait(operations: Operations): SemaphoreOperation | undefined {
    try {
      return firstToWait(operations, this.values());
    } catch (error) {
      if (hasCode(error, "EACCES")) return operations.find(({ noWait }) => noWait);
      throw error;
    }
  }

  /** Performs all operations; resolves when that was possible. */
  async wait(operations: Operations, options: WaitOptions): Promise<void> {
    requirePatience(options);
    if (this.attempt(operations)) return atOnce(undefined);
    // A copy of its own, since the caller may use the array for something else meanwhile.
    const copy = operations.map((operation) => ({ ...operation }));
    const buffer = new OperationBuffer().pack(copy, this.end, 0);
    this.#mayWait(copy);
    await parked({
      attempt: () => this.attempt(copy) || this.#mayWait(copy),
      park: () => semopParked(this.#handle.id, buffer, copy.length),
      complete: () => true,
      blocked: [this.#handle.id, undefined, copy.length],
      closed: this.#handle.closed,
    }, options);
  }

  // The kernel says EAGAIN for whatever would wait, so whose wait it is we find out ourselves.
  #mayWait(operations: Operations): undefined {
    if (!operations.some(({ noWait }) => noWait)) return;
    if (this.#firstToWait(operations)?.noWait) throw this.#handle.failure("semop", "EAGAIN");
  }
}
