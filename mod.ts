/**
 * Unix interprocess communication for Deno: every facility of Perl's perlipc page, as modules that call
 * the C library, without any other dependency. For programs that must talk to what is there already: the spooler that
 * may break, the Perl job behind a queue, the C daemon that passes descriptors.
 *
 * Each area is an entry point of its own, as `@deno-ipc/ipc/sysv`; this one has all.
 *
 * - {@linkcode signals}: handled, ignored or held back while a scope lasts; sent, with values, and read with who sent
 *   them.
 * - {@linkcode fifo}: programs that need not be related meet at a path.
 * - {@linkcode pipes}: what a program prints, what it reads, both, and several one behind the other.
 * - {@linkcode process}: started exactly as asked, waited for, ended with what they leave behind; `fork`, `exec`,
 *   daemons.
 * - {@linkcode pty}: programs that insist on a terminal, and `expect`.
 * - {@linkcode sockets}: TCP, UDP and Unix sockets, who is calling, open files passed, a process for every connection.
 * - {@linkcode sysv}: message queues, semaphores and shared memory, with programs in any language.
 *
 * ```ts
 * import { capture } from "@deno-ipc/ipc/process";
 * import { on } from "@deno-ipc/ipc/signals";
 * import { MessageQueue } from "@deno-ipc/ipc/sysv";
 *
 * const end = new AbortController(); // gives up whatever waits
 * using _ = on(["INT", "TERM"], () => end.abort());
 *
 * using queue = MessageQueue.create("private");
 * await queue.send("-u", { type: 7 });
 *
 * const wanted = { type: 7, signal: end.signal, timeout: 5000 };
 * const option = (await queue.receive(wanted)).text();
 * const date = await capture("date", [option], end);
 * console.log(date.status.success, date.text());
 * ```
 *
 * What waits is awaited, and ends with a `signal` or a `timeout`; beside it stand a form that blocks (`…Sync`) and one
 * that tries once (`try…`). What must be closed is closed by `using`. Every failure has a `code`, such as "ENOENT".
 *
 * Needs `--allow-ffi`, and what each function says. Linux with glibc; elsewhere the first use throws
 * `Deno.errors.NotSupported`.
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
