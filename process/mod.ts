/**
 * Processes: started exactly as asked, waited for without a thread, ended with what they leave behind; real
 * `fork`, `exec`, and daemons. Rows 9, 13, 24–29 and 37 of the perlipc page.
 *
 * `Deno.Command` starts programs as well, and needs no FFI. Take this for what it has not: any descriptors,
 * process groups and sessions, signal masks, a child that is ended with all that it started, fork.
 *
 * ```ts
 * import { capture, spawn } from "@deno-ipc/ipc/process";
 *
 * const { status, stdout } = await capture("uname", ["-s"], { timeout: 5000 });
 * console.log(status.success, stdout.length);
 *
 * await using sleeper = spawn("sleep", ["1000"], { processGroup: "new" }); // ended at the end of the scope
 * ```
 *
 * Needs `--allow-ffi`, and `--allow-run` as `Deno.Command` does.
 *
 * @module
 */
export {
  Fd,
  type FdOptions,
  type FileLock,
  type LineOptions,
  type LockOptions,
  type OpenOptions,
  type WaitOptions,
  type WriteOptions,
} from "../io/mod.ts";
export { hasCode, SyscallError, type SyscallTarget } from "../libc/mod.ts";
export { Child, type EndOptions } from "./child.ts";
export type { ChildDescriptor, ChildDescriptors } from "./descriptors.ts";
export type { EnvironmentOptions } from "./environment.ts";
export { spawn, type SpawnOptions } from "./spawn.ts";
export { type ChildStatus, describeStatus } from "./status.ts";
export { capture, type CaptureOptions } from "./capture.ts";
export {
  communicate,
  type CommunicateOptions,
  type Communication,
  CommunicationError,
} from "./communicate.ts";
export type { Input } from "../io/mod.ts";
export { exec, type ExecOptions, reexec } from "./exec.ts";
export { ensureForkable, fork, forkable } from "./fork.ts";
export { enableSignalInfo } from "./signal_info.ts";
export { autoReap } from "./reap.ts";
export { background } from "./background.ts";
export { retrying, type RetryOptions } from "./retry.ts";
export { type Daemon, daemonize, type DaemonOptions } from "./daemonize.ts";
export {
  type ModuleAccess,
  type ModuleOptions,
  type ModulePermissions,
  spawnModule,
} from "./module.ts";
