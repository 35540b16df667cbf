/**
 * FIFOs, also called named pipes: programs that need not be related meet at a path, and bytes go in one direction. Rows
 * 17 and 18 of the perlipc page.
 *
 * Any program can take part, also a shell script with `cat` or `echo`. Between programs that you write anew, or where
 * several clients come at the same time, take a Unix socket: it has two directions and tells its clients apart.
 *
 * ```ts
 * import { mkfifo, openFifo } from "@deno-ipc/ipc/fifo";
 *
 * mkfifo("/tmp/deno_ipc_jobs");
 * try {
 *   using jobs = await openFifo("/tmp/deno_ipc_jobs", "r", { keepOpen: true, timeout: 10 });
 *   for await (const job of jobs.lines()) console.log(job); // of whoever writes there
 * } catch {
 *   console.log("nobody had a job");
 * } finally {
 *   Deno.removeSync("/tmp/deno_ipc_jobs");
 * }
 * ```
 *
 * Needs `--allow-ffi`, and `--allow-read` or `--allow-write` for the path.
 *
 * @module
 */
export {
  Fd,
  type FdOptions,
  type LineOptions,
  PIPE_BUF,
  type WaitOptions,
  type WriteOptions,
} from "../io/mod.ts";
export { hasCode, SyscallError, type SyscallTarget } from "../libc/mod.ts";
export { isFifo, mkfifo, type MkfifoOptions } from "./make.ts";
export { type FifoAccess, openFifo, type OpenFifoOptions, openFifoSync } from "./open.ts";
export { serveFifo, type ServeFifoOptions } from "./serve.ts";
