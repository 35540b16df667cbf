/**
 * Processes.
 *
 * @module
 */
export {
  Fd,
  type FdOptions,
  type LineOptions,
  type OpenOptions,
  type WaitOptions,
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
export { background } from "./background.ts";
export { retrying, type RetryOptions } from "./retry.ts";
