/**
 * Signals: handled, ignored or held back for as long as a scope lasts, listened to, sent, and read with who sent them
 * and with what value. Rows 1–16 of the perlipc page.
 *
 * `Deno.addSignalListener` and `Deno.kill` need no FFI. Take this for what they have not: what was there before is put
 * back, a signal can be ignored, groups are signalled without ourselves, real-time signals arrive all, with values. To
 * tell another program more than that something has happened, take a pipe, a socket or a queue.
 *
 * ```ts
 * import { ignore, on } from "@deno-ipc/ipc/signals";
 *
 * using _ = on(["INT", "TERM"], (name) => console.error(`${name}: finishing…`)); // undone at the end of this scope
 * {
 *   using _ = ignore("INT"); // nobody interrupts this part
 * }
 * ```
 *
 * Needs `--allow-ffi`, and `--allow-run` for signals to other processes, as `Deno.kill` does.
 *
 * @module
 */
export { type LineOptions, type WaitOptions } from "../io/mod.ts";
export {
  hasCode,
  signalName,
  signalNames,
  signalNumber,
  SyscallError,
  type SyscallTarget,
} from "../libc/mod.ts";
export { autoReap, Child, enableSignalInfo, reexec } from "../process/mod.ts";
export { alarm, withTimeout } from "./alarm.ts";
export { getpgrp, getsid, setpgid, setsid } from "./groups.ts";
export { type SignalInfo, signalInfo, sigwait, sigwaitSync } from "./info.ts";
export {
  kill,
  killGroup,
  type KillGroupOptions,
  probe,
  type ProcessState,
  queue,
  raise,
  type Target,
} from "./kill.ts";
export { listen, type ListenOptions } from "./listen.ts";
export { mask, pending } from "./mask.ts";
export { ignore, on, reset, type Signal, type Signals } from "./on.ts";
export type { SignalHandler } from "./setting.ts";
