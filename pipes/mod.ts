/**
 * Pipes.
 *
 * @module
 */
export {
  Fd,
  type FdOptions,
  type LineOptions,
  type Pipe,
  pipe,
  type WaitOptions,
} from "../io/mod.ts";
export { hasCode, SyscallError, type SyscallTarget } from "../libc/mod.ts";
