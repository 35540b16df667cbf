/**
 * System V interprocess communication: message queues, semaphore sets and shared memory, shared with
 * programs in any language that know an object's key or id. Rows 56–62 of the perlipc page.
 *
 * Take it to talk to programs that use it already. Between programs that you write anew, a Unix socket is
 * usually the better queue: it has a descriptor to wait on, knows when the peer is gone, and leaves
 * nothing in the kernel. Shared memory with `Atomics` has no such substitute.
 *
 * ```ts
 * import { MessageQueue, SemaphoreSet, SharedMemory } from "@deno-ipc/ipc/sysv";
 *
 * using jobs = MessageQueue.openOrCreate(0x1234, { mode: 0o600 });
 * using mutex = SemaphoreSet.openOrCreate(0x1234, { count: 1 });
 * using table = SharedMemory.openOrCreate(0x1234, { size: 4096 });
 *
 * await jobs.send("count me", { type: 7 });
 * const job = await jobs.receive({ type: 7, signal: AbortSignal.timeout(500) });
 * {
 *   using _ = await mutex.lock(); // the kernel unlocks it if we are killed
 *   table.view(Int32Array)[0]++;
 * }
 * console.log(job.text());
 * for (const object of [jobs, mutex, table]) object.remove();
 * ```
 *
 * Waiting never blocks the event loop and costs no processor time: the call that blocks is parked on one
 * of Deno's blocking threads, at most 16 of them in the main program and in each Worker. If more wait at
 * the same time, they take turns of 20 ms, which costs a little. End the waits of a Worker before you end it:
 * its parked calls outlive it, and take what they waited for.
 *
 * Needs `--allow-ffi`; limited to the C library's path it does all but {@linkcode SharedMemory.view}.
 * System V objects have owners and modes of their own, which the kernel checks.
 *
 * @module
 */
export { hasCode, SyscallError, type SyscallTarget } from "../libc/basic.ts";
export type { WaitOptions } from "../io/waiting.ts";
export { ftok, type ModeOption } from "./key.ts";
export { lease, reclaim } from "./lease.ts";
export { list, type ObjectInfo, type QueueInfo, remove } from "./list.ts";
export type { SegmentInfo, SetInfo } from "./list.ts";
export { Message } from "./message.ts";
export { MessageQueue, type QueueChange, type SendOptions } from "./message_queue.ts";
export type { SemaphoreOperation } from "./operations.ts";
export type { OwnershipChange } from "./ownership.ts";
export type { ReceiveOptions } from "./selection.ts";
export { type AcquireOptions, type LockOptions, SemaphoreSet } from "./semaphore_set.ts";
export type { SetOptions } from "./semaphore_set.ts";
export { type AttachOptions, type SegmentOptions, SharedMemory } from "./shared_memory.ts";
export type { ViewClass } from "./shared_memory.ts";
export type { LastProcess, ObjectStat, QueueStat, SegmentStat, SetStat } from "./stat.ts";
