/**
 * The smaller door to C: what waiting and System V need. Every module that a program loads costs it about 0.1 ms
 * at its start, so those who need no processes do not load what they need.
 *
 * @module
 */
export { bytes, describe, integer } from "./argument.ts";
export * from "./values.ts";
export { close, open } from "./descriptors.ts";
export {
  check,
  errorCode,
  hasCode,
  isInterruption,
  nameOfError,
  SyscallError,
  type SyscallTarget,
} from "./error.ts";
export { type BlockedArguments, interrupt } from "./interrupt.ts";
export { textualPath } from "./files.ts";
export { ftok } from "./key.ts";
export * from "./memory.ts";
export { platform, structs } from "./platform.ts";
export { checked, endless, type OptionNames } from "./options.ts";
export { isAlive } from "./process.ts";
export * from "./queues.ts";
export * from "./semaphores.ts";
export {
  allocate,
  fieldOf,
  type Layout,
  readStruct,
  writeStruct,
  writeTimespec,
} from "./struct.ts";
