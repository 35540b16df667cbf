/**
 * Unix interprocess communication for Deno: every facility of Perl's perlipc page, as modules that call
 * the C library, without any other dependency. Each area is an entry point of its own; this one has all.
 *
 * ```ts
 * import { MessageQueue } from "@deno-ipc/ipc";
 *
 * using queue = MessageQueue.create("private");
 * await queue.send("hello", { type: 7 });
 * console.log((await queue.receive({ type: 7 })).text());
 * ```
 *
 * @module
 */
export * as pipes from "./pipes/mod.ts";
export * as fifo from "./fifo/mod.ts";
export * as process from "./process/mod.ts";
export * as pty from "./pty/mod.ts";
export * as signals from "./signals/mod.ts";
export * as sockets from "./sockets/mod.ts";
export * as sysv from "./sysv/mod.ts";
export {
  ftok,
  hasCode,
  MessageQueue,
  SemaphoreSet,
  SharedMemory,
  SyscallError,
} from "./sysv/mod.ts";
