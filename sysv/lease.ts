/**
 * Leases: how to know that nobody uses what lives under a key any more.
 *
 * The kernel counts who has attached a segment, but it does not know who is going to use a queue or a
 * set: any process may hold its id and come back. So those who use it say so, by adding one to a
 * semaphore with undo, which the kernel takes back however they end; and who wants to clean up
 * waits for that semaphore to be 0, in one step with keeping new users out.
 */
import { countdown, inTotal, requirePatience, waitNames, type WaitOptions } from "../io/waiting.ts";
import { checked, hasCode, requireFunction, SyscallError } from "../libc/basic.ts";
import { undoing, unlessRemoved } from "./handle.ts";
import { keyNumber } from "./key.ts";
import { SemaphoreSet } from "./semaphore_set.ts";

const USERS = 0;
const RECLAIMING = 1;
const COUNT = 2;

/**
 * Says that this process uses the objects under a key, until what is returned is disposed or the process
 * ends, be it by SIGKILL. `reclaim` then leaves them alone. A forked child has no lease, and disposing its copy
 * ends none.
 *
 * Leases are kept in a semaphore set of their own, made with mode 0o600 at first use. Objects that are cleaned
 * up together share one.
 *
 * @param key The key of that set, as for {@linkcode SemaphoreSet.open}: one that nothing else uses, and not
 * that of the objects.
 * @throws {SyscallError} EACCES if the set belongs to another user, EINVAL if it is not one for leases.
 * @throws The reason of `signal`, or a TimeoutError: somebody reclaims just now.
 * @tags allow-ffi
 *
 * @example A service that cleans up after its killed predecessor
 * ```ts
 * import { lease, list, MessageQueue, reclaim, remove } from "@deno-ipc/ipc/sysv";
 *
 * const key = 0x5ca1e;
 * const leaseKey = 0x1ea5e;
 * const cleanUp = () => list().filter((object) => object.key === key).forEach(remove);
 * reclaim(leaseKey, cleanUp); // does nothing while somebody holds a lease
 * {
 *   using _ = await lease(leaseKey);
 *   using jobs = MessageQueue.openOrCreate(key);
 *   await jobs.send("work");
 * }
 * console.log(reclaim(leaseKey, cleanUp)); // true
 * ```
 */
export async function lease(key: number, options: WaitOptions = {}): Promise<Disposable> {
  const { signal, timeout } = checked(options, waitNames);
  const patience = { signal, timeout };
  requirePatience(patience); // misuse leaves no set
  const left = countdown(timeout);
  for (;;) {
    const set = leases(key);
    try {
      await set.operate(join, { signal, timeout: left() });
    } catch (error) {
      if (hasCode(error, "EIDRM")) continue; // reclaimed just now, so there is a new one to join
      throw inTotal(error, patience);
    }
    return undoing(() => set.operateSync(leave));
  }
}

const join = [{ index: RECLAIMING, delta: 0 }, { index: USERS, delta: 1, undo: true }];
const leave = [{ index: USERS, delta: -1, undo: true, noWait: true }];

/**
 * Runs `cleanUp`, which removes the objects under a key, if nobody holds a lease for it, and then forgets
 * the lease itself. While it runs, nobody gets one.
 *
 * @param key The key that was given to {@linkcode lease}.
 * @param cleanUp Removes what was left behind. Must not be asynchronous.
 * @returns Whether it ran: `false` if the objects are in use.
 * @throws {SyscallError} As `lease`, and what `cleanUp` throws.
 * @tags allow-ffi
 */
export function reclaim(key: number, cleanUp: () => void): boolean {
  requireFunction("What cleans up", cleanUp);
  const set = keptOut(key);
  if (set === undefined) return false;
  try {
    cleanUp();
  } finally {
    unlessRemoved(() => set.remove()); // those who want to join meanwhile wait for this
  }
  return true;
}

/** The set of leases, with everybody kept out; `undefined` if somebody holds one. */
function keptOut(key: number): SemaphoreSet | undefined {
  for (;;) {
    const set = leases(key);
    try {
      return set.tryOperate(keepOut) ? set : undefined;
    } catch (error) {
      if (!hasCode(error, "EIDRM")) throw error; // else another one has just reclaimed it
    }
  }
}

const keepOut = [
  { index: USERS, delta: 0 },
  { index: RECLAIMING, delta: 0 },
  { index: RECLAIMING, delta: 1, undo: true },
];

function leases(key: number): SemaphoreSet {
  keyNumber(key); // "private" would be a new set each time, and never removed
  const set = SemaphoreSet.openOrCreate(key, { count: COUNT });
  // A larger one is somebody's for another purpose, and must not be touched.
  if (sizeOf(set) > COUNT) throw new SyscallError("semget", "EINVAL", { key });
  return set;
}

/** How many semaphores the set has; as many as wanted if it has just been removed, which shows later. */
function sizeOf(set: SemaphoreSet): number {
  try {
    return set.count;
  } catch (error) {
    if (hasCode(error, "EIDRM")) return COUNT;
    throw error;
  }
}
