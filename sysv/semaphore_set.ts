/**
 * Semaphore sets.
 */
import { timeoutNames, waitNames, type WaitOptions } from "../io/waiting.ts";
import {
  check,
  checked,
  errorCode,
  integer,
  type OptionNames,
  platform,
  semctl,
  semctlBuffer,
  semget,
  type structs,
} from "../libc/basic.ts";
import { Handle, undoing } from "./handle.ts";
import { keyNumber, keyOrPrivate, modeBits, modeNames, type ModeOption } from "./key.ts";
import { setKind } from "./kind.ts";
import { LARGEST, requireOperations, type SemaphoreOperation } from "./operations.ts";
import { type OwnershipChange, ownershipNames, permissionFields } from "./ownership.ts";
import { Performer } from "./performer.ts";
import { type LastProcess, lastProcess, type SetStat, setStat } from "./stat.ts";

/** How a set is made. */
export interface SetOptions extends ModeOption {
  /** How many semaphores it has, from 1 to the system's `semmsl` (usually 32,000). */
  count: number;
}

/** Which semaphore, and how much of it. */
export interface AcquireOptions {
  /** Which semaphore of the set, from 0. Default 0. */
  index?: number;
  /** How much of its value, from 1 to 32,767. Default 1. */
  count?: number;
  /** Has the kernel take it back when this process ends, however it ends. Default false. */
  undo?: boolean;
}

/** Which semaphore. */
export interface LockOptions {
  /** Which semaphore of the set, from 0. Default 0. */
  index?: number;
}

const setNames: OptionNames<SetOptions> = { count: true, ...modeNames };
const acquireNames: OptionNames<AcquireOptions> = { index: true, count: true, undo: true };
const acquireWaitNames = { ...acquireNames, ...waitNames };
const acquireTimeoutNames = { ...acquireNames, ...timeoutNames };
const lockNames: OptionNames<LockOptions> = { index: true };
const lockWaitNames = { ...lockNames, ...waitNames };
const lockTimeoutNames = { ...lockNames, ...timeoutNames };

/**
 * A set of System V semaphores: counters from 0 to 32,767, kept by the kernel, on which any program that
 * knows the set's key or id performs several operations as one.
 *
 * All values of a new set are 0. `lock` is free at 0 as the page's *take* and *give* are, so that a
 * set needs no initialization, which two programs that start at once would do twice; `acquire`
 * takes from a value that somebody must have put there.
 *
 * Disposing ends our use of the set and the waits for it. The set itself stays, as System V sets do,
 * until somebody calls `remove`; but one made "private", which nobody else can find, is removed.
 *
 * Methods throw {@linkcode SyscallError}: EIDRM when the set has been removed, EACCES when its mode
 * does not allow us to. Used after disposal they throw a TypeError. All need `--allow-ffi`.
 *
 * @example
 * ```ts
 * import { SemaphoreSet } from "@deno-ipc/ipc/sysv";
 *
 * using set = SemaphoreSet.create("private", { count: 2 });
 * {
 *   using _ = await set.lock({ timeout: 1000 }); // taken back even if we are killed
 *   set.release({ index: 1, count: 3 });
 * }
 * await set.acquire({ index: 1 });
 * console.log(set.values()); // [ 0, 2 ]
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/sysvipc.7.html
 */
export class SemaphoreSet implements Disposable {
  readonly #handle: Handle<typeof structs.semid_ds>;
  readonly #performer: Performer;
  // With a handle of its own, since a lock outlives the one that it was taken through.
  readonly #unlocker: Performer;

  private constructor(id: number, temporary = false, count?: number) {
    this.#handle = new Handle(setKind, id, temporary);
    this.#performer = new Performer(this.#handle, count);
    this.#unlocker = new Performer(new Handle(setKind, id, false), count);
  }

  /**
   * Makes a new set of `count` semaphores, all 0.
   *
   * @param key The key under which other programs find it, a 32-bit integer but 0, signed or not; or
   * "private" for one that is found only by its `id`.
   * @throws {SyscallError} EEXIST if the key is taken, ENOSPC if a limit of the system is reached.
   * @see https://man7.org/linux/man-pages/man2/semget.2.html
   */
  static create(key: number | "private", options: SetOptions): SemaphoreSet {
    const { count, mode } = checked(options, setNames);
    const flags = platform.IPC_CREAT | platform.IPC_EXCL | modeBits(mode);
    return SemaphoreSet.#get(keyOrPrivate(key), requireCount(count), flags);
  }

  /**
   * Opens the set that is there.
   *
   * @throws {SyscallError} ENOENT if there is none.
   */
  static open(key: number): SemaphoreSet {
    return SemaphoreSet.#get(keyNumber(key), 0, 0);
  }

  /**
   * Opens the set under `key`, or makes it if there is none.
   *
   * @throws {SyscallError} EINVAL if the set that is there has fewer than `count` semaphores.
   */
  static openOrCreate(key: number | "private", options: SetOptions): SemaphoreSet {
    const { count, mode } = checked(options, setNames);
    const flags = platform.IPC_CREAT | modeBits(mode);
    return SemaphoreSet.#get(keyOrPrivate(key), requireCount(count), flags);
  }

  static #get(key: number, count: number, flags: number): SemaphoreSet {
    const id = check("semget", semget(key, count, flags), { key });
    const made = (flags & platform.IPC_EXCL) !== 0;
    return new SemaphoreSet(id, key === platform.IPC_PRIVATE, made ? count : undefined);
  }

  /**
   * The set with this identifier, as `ipcs` shows it or another process passed it on. Whether there is
   * one shows when it is used.
   */
  static fromId(id: number): SemaphoreSet {
    return new SemaphoreSet(integer("Identifier", id, 0, 0x7fff_ffff));
  }

  /** The set's identifier, by which any process can use it. */
  get id(): number {
    return this.#handle.id;
  }

  /** How many semaphores the set has. */
  get count(): number {
    return this.#performer.count;
  }

  /**
   * Performs all operations at once, or none of them: waits until all are possible.
   *
   * @throws {SyscallError} EAGAIN where an operation that says `noWait` would have to wait, ERANGE if
   * a value would exceed 32,767, E2BIG for more operations than the system's `semopm` (usually 500).
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: then nothing was done.
   * @see https://man7.org/linux/man-pages/man2/semop.2.html
   *
   * @example The page's *take* and *give*
   * ```ts
   * import { SemaphoreSet } from "@deno-ipc/ipc/sysv";
   *
   * using set = SemaphoreSet.create("private", { count: 1 });
   * await set.operate([{ delta: 0 }, { delta: 1 }]); // take: wait for zero and add one
   * await set.operate([{ delta: -1 }]); // give
   * ```
   */
  async operate(
    operations: readonly SemaphoreOperation[],
    options: WaitOptions = {},
  ): Promise<void> {
    await this.#performer.wait(requireOperations(operations), checked(options, waitNames));
  }

  /**
   * Performs all operations as `operate` does, but blocks the whole program until they are possible, or
   * until `timeout` milliseconds are over.
   */
  operateSync(
    operations: readonly SemaphoreOperation[],
    options: Pick<WaitOptions, "timeout"> = {},
  ): void {
    this.#block(requireOperations(operations), checked(options, timeoutNames).timeout);
  }

  #block(operations: readonly SemaphoreOperation[], timeout: number | undefined): void {
    if (timeout === undefined) this.#performer.block(operations);
    else this.#performer.blockFor(operations, timeout);
  }

  /** Performs all operations if that is possible without waiting; returns whether it was. */
  tryOperate(operations: readonly SemaphoreOperation[]): boolean {
    return this.#performer.attempt(requireOperations(operations));
  }

  /** Takes from a semaphore's value; waits until there is enough. Throws as `operate` does. */
  async acquire(options: AcquireOptions & WaitOptions = {}): Promise<void> {
    checked(options, acquireWaitNames);
    await this.#performer.wait(taking(options), options);
  }

  /** Takes from a semaphore's value as `acquire` does, but blocks the whole program until it can. */
  acquireSync(options: AcquireOptions & Pick<WaitOptions, "timeout"> = {}): void {
    checked(options, acquireTimeoutNames);
    this.#block(taking(options), options.timeout);
  }

  /** Takes from a semaphore's value if there is enough; returns whether it did. */
  tryAcquire(options: AcquireOptions = {}): boolean {
    return this.#performer.attempt(taking(checked(options, acquireNames)));
  }

  /**
   * Adds to a semaphore's value. What was acquired with `undo` must be released with `undo`, else the kernel
   * gives it back once more when this process ends.
   *
   * @throws {SyscallError} ERANGE if the value would exceed 32,767.
   */
  release(options: AcquireOptions = {}): void {
    const { index, count = 1, undo } = checked(options, acquireNames);
    this.#performer.block([{ index, delta: requireAmount(count), undo }]);
  }

  /**
   * Locks a semaphore until what is returned is disposed: waits for 0 and adds 1 in one step, the page's
   * *take*. The kernel unlocks it when this process ends, however it ends. That is the whole process: end the
   * waits of a Worker before you end it. A forked child does not have it, and its disposing unlocks nothing.
   * With programs for which a semaphore is free at 1, as sysv_ipc's are, use `acquire` and `release`: this
   * would enter just while it is taken. Throws as `operate` does.
   */
  async lock(options: LockOptions & WaitOptions = {}): Promise<Disposable> {
    const { index, signal, timeout } = checked(options, lockWaitNames);
    await this.#performer.wait(take(index), { signal, timeout });
    return this.#unlocking(index);
  }

  /** Locks a semaphore as `lock` does, but blocks the whole program until it can. */
  lockSync(options: LockOptions & Pick<WaitOptions, "timeout"> = {}): Disposable {
    const { index, timeout } = checked(options, lockTimeoutNames);
    this.#block(take(index), timeout);
    return this.#unlocking(index);
  }

  /** Locks a semaphore if it is free, else returns `undefined`. */
  tryLock(options: LockOptions = {}): Disposable | undefined {
    const { index } = checked(options, lockNames);
    return this.#performer.attempt(take(index)) ? this.#unlocking(index) : undefined;
  }

  #unlocking(index = 0): Disposable {
    return undoing(() => this.#unlocker.block(give(index)));
  }

  /** The value of one semaphore. */
  value(index = 0): number {
    return this.#ask(index, platform.GETVAL);
  }

  /** The values of all semaphores at one moment. */
  values(): number[] {
    return this.#performer.values();
  }

  /**
   * Sets the value of one semaphore, from 0 to 32,767, and forgets what any process would undo on it.
   *
   * @see https://man7.org/linux/man-pages/man2/semctl.2.html
   */
  setValue(index: number, value: number): void {
    this.#ask(index, platform.SETVAL, requireValue(value));
  }

  /** Sets the values of all semaphores as `setValue` does. Needs permission to read, to know how many. */
  setAll(values: readonly number[]): void {
    if (values.length !== this.count) {
      throw new RangeError(`Values must be ${this.count}, one each, got ${values.length}`);
    }
    const words = Uint16Array.from(values, requireValue);
    const result = semctlBuffer(this.id, 0, platform.SETALL, new Uint8Array(words.buffer));
    if (result === -1) throw this.#handle.failure("semctl", errorCode());
  }

  /**
   * How many threads wait for the value of a semaphore to become larger. Waits of a program that stand in line
   * for a thread are not among them.
   */
  waitersForIncrease(index = 0): number {
    return this.#ask(index, platform.GETNCNT);
  }

  /** How many threads wait for the value of a semaphore to become 0; see `waitersForIncrease`. */
  waitersForZero(index = 0): number {
    return this.#ask(index, platform.GETZCNT);
  }

  /** Who last operated on a semaphore or set its value. */
  lastProcess(index = 0): LastProcess | null {
    return lastProcess(this.#ask(index, platform.GETPID));
  }

  #ask(index: number, command: number, value = 0): number {
    const { id } = this.#handle;
    integer("Index", index, 0, this.#performer.end - 1);
    const result = semctl(id, index, command, value);
    if (result === -1) throw this.#handle.failure("semctl", errorCode());
    return result;
  }

  /** What the kernel keeps about the set. */
  stat(): SetStat {
    return setStat(this.#handle.stat());
  }

  /**
   * Changes the set's owner or permissions.
   *
   * @throws {SyscallError} EPERM if we are neither owner nor creator, EACCES if we may not read it,
   * as changing one field takes knowing the others.
   */
  set(change: OwnershipChange): void {
    this.#handle.set(permissionFields(checked(change, ownershipNames)));
  }

  /**
   * Removes the set. All who wait for it get EIDRM.
   *
   * @throws {SyscallError} EPERM if we are neither owner nor creator.
   */
  remove(): void {
    this.#handle.remove();
  }

  /** Ends our use of the set and our waits for it; removes it if this process has made it "private". */
  [Symbol.dispose](): void {
    this.#handle.close();
  }
}

function taking({ index, count = 1, undo }: AcquireOptions): SemaphoreOperation[] {
  return [{ index, delta: -requireAmount(count), undo }];
}

function take(index: number | undefined): SemaphoreOperation[] {
  return [{ index, delta: 0 }, { index, delta: 1, undo: true }];
}

function give(index: number): SemaphoreOperation[] {
  return [{ index, delta: -1, undo: true, noWait: true }];
}

function requireAmount(count: number): number {
  return integer("Count", count, 1, LARGEST);
}

function requireCount(count: number): number {
  return integer("Count", count, 1, 0x7fff_ffff);
}

function requireValue(value: number): number {
  return integer("Value", value, 0, LARGEST);
}
