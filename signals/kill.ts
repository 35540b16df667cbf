/**
 * Sending signals, and asking who is there to be sent one.
 */
import { pollOne, requireRunAny } from "../io/mod.ts";
import {
  check,
  checked,
  close,
  describe,
  getpid,
  hasCode,
  integer,
  isBlocked,
  isInSet,
  kill as cKill,
  type OptionNames,
  pendingSignals,
  pidfd_open,
  platform,
  signalName,
  signalNumber,
  signalOurselves,
  signalSet,
  sigqueue,
  sigtimedwait,
  SyscallError,
} from "../libc/mod.ts";
import { Child } from "../process/mod.ts";
import type { Signal } from "./on.ts";
import { set } from "./setting.ts";

/**
 * Whom a signal is for: a process by its number, from 2 on; a process group by its negative number; a child, which
 * never means another process that has its number by now; or, by name, "group" for our own process group, "init" for
 * the first process, and "everyone" for all processes that we may signal, but us and the first.
 */
export type Target = number | Child | "group" | "init" | "everyone";

/**
 * Sends a signal.
 *
 * @param signal A name or a number. Default SIGTERM.
 * @throws {SyscallError} With the number as `pid`: ESRCH if there is no such process, or the child has been reaped;
 * EPERM if we may not signal it.
 * @throws {RangeError} For 0, 1 and −1, which mean more than one would think, and for what is no number of a process.
 * @throws {Deno.errors.NotCapable} Without unscoped `--allow-run`, unless it is for this process or a child.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { kill } from "@deno-ipc/ipc/signals";
 * import { spawn } from "@deno-ipc/ipc/process";
 *
 * await using child = spawn("sleep", ["1000"]);
 * kill(child, "INT");
 * console.log((await child.status).signal); // SIGINT
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/kill.2.html
 */
export function kill(target: Target, signal: Signal = "SIGTERM"): void {
  const number = signalNumber(signal);
  if (target instanceof Child) return target.kill(number);
  const pid = processOf(target);
  requireRights(pid);
  check("kill", cKill(pid, number), { pid });
}

/** How a process group is signalled. */
export interface KillGroupOptions {
  /** The number of the group. Default our own. */
  group?: number;
  /** Whether we, who are in it, are spared. Default false. */
  shielded?: boolean;
}

const killGroupNames: OptionNames<KillGroupOptions> = { group: true, shielded: true };

/**
 * Sends a signal to all of a process group, as the page does with `kill HUP => -$$`.
 *
 * @throws {SyscallError} With minus the group's number as `pid`: ESRCH if there is no such group, EPERM if we may
 * signal none of it.
 * @throws {TypeError} If we cannot be shielded: from SIGKILL and SIGSTOP nobody is, and from a real-time signal nobody
 * who reads it by `signalInfo`.
 * @throws {Deno.errors.NotCapable} Without unscoped `--allow-run`.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts ignore
 * import { killGroup } from "@deno-ipc/ipc/signals";
 *
 * killGroup("HUP", { shielded: true }); // all that we have started, but not us
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/kill.2.html
 */
export function killGroup(
  signal: Signal,
  options: KillGroupOptions = {},
): void {
  const { group, shielded = false } = checked(options, killGroupNames);
  const number = signalNumber(signal);
  const pid = group === undefined ? 0 : -integer("Process group", group, 2, 0x7fff_ffff);
  requireRights(pid);
  const send = () => check("kill", cKill(pid, number), { pid });
  shielded ? sparingUs(number, send) : send();
}

/** Calls `send` while we ignore the signal. */
function sparingUs(number: number, send: () => unknown): void {
  const name = signalName(number);
  if (name === "SIGKILL" || name === "SIGSTOP") {
    throw new TypeError(`Nobody can be shielded from ${name}`);
  }
  if (name === "SIGCHLD") return void send(); // which says nothing to us, but ignoring it would lose children
  if (isBlocked(number)) return takingOurs(number, send);
  using _ = set(number, "ignore");
  send();
}

/** Calls `send`, and takes what came of it to us. To ignore a blocked signal would throw away what waits to be read. */
function takingOurs(number: number, send: () => unknown): void {
  if (number >= platform.SIGRTMIN) {
    throw new TypeError(
      `Nobody who reads ${
        signalName(number)
      } can be shielded from it, since it is queued behind others`,
    );
  }
  const waited = isInSet(pendingSignals(), number);
  send();
  if (waited) return; // for two of these are one
  const taken = sigtimedwait(signalSet([number]), 0);
  if (taken === undefined) return;
  // Somebody else has sent it in between.
  if (taken.pid !== getpid() || taken.code !== platform.SI_USER) signalOurselves(number);
}

/**
 * Sends a signal to this process, as the page's `kill USR1 => $$`. It comes like any other: a handler is called later,
 * in the event loop.
 *
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { listen, raise } from "@deno-ipc/ipc/signals";
 *
 * using signals = listen("USR2");
 * raise("USR2");
 * console.log((await signals.next()).value); // SIGUSR2
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/raise.3.html
 */
export function raise(signal: Signal): void {
  signalOurselves(signalNumber(signal));
}

/**
 * Sends a signal with a value. Real-time signals are queued: each that is sent arrives, in the order of their numbers,
 * and of one number in the order in which they were sent. Of others one at most is pending.
 *
 * @param target A process, by its number from 2 on; or a child.
 * @param signal A name such as "RTMIN+1", or a number.
 * @param value A whole number of 32 bits, from −2³¹ to 2³¹−1.
 * @throws {SyscallError} ESRCH, EPERM as {@linkcode kill}; EAGAIN if too many signals are queued (`ulimit -i`).
 * @throws {Deno.errors.NotCapable} Without unscoped `--allow-run`, unless it is for this process or a child.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts ignore
 * import { queue } from "@deno-ipc/ipc/signals";
 *
 * for (const job of [1, 2, 3]) queue(4711, "RTMIN+1", job);
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/sigqueue.3.html
 */
export function queue(target: number | Child, signal: Signal, value: number): void {
  const number = signalNumber(signal);
  integer("Value", value, -0x8000_0000, 0x7fff_ffff);
  if (target instanceof Child && target.reaped) {
    throw new SyscallError("sigqueue", "ESRCH", { pid: target.pid });
  }
  const pid = target instanceof Child ? target.pid : integer("Process", target, 2, 0x7fff_ffff);
  if (target === pid) requireRights(pid);
  check("sigqueue", sigqueue(pid, number, value), { pid });
}

/** What {@linkcode probe} finds. */
export type ProcessState = "alive" | "denied" | "zombie" | "dead";

/**
 * Whether a process is there, as the page asks with signal 0: "alive"; "denied", if it is alive but another user's,
 * whom we may not signal; "zombie", if it has ended but nobody has waited for it yet; or "dead", if there is none.
 *
 * The number of a process that has ended may be another's soon: only for a child of ours does the answer hold.
 *
 * @param target A process, by its number from 1 on; or a child.
 * @throws {Deno.errors.NotCapable} Without unscoped `--allow-run`, unless it is this process or a child.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { probe } from "@deno-ipc/ipc/signals";
 *
 * console.log(probe(Deno.pid), probe(0x7fff_ffff)); // alive dead
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/kill.2.html
 */
export function probe(target: number | Child): ProcessState {
  const ours = target instanceof Child;
  if (ours && target.reaped) return "dead";
  const pid = ours ? target.pid : integer("Process", target, 1, 0x7fff_ffff);
  if (!ours) requireRights(pid);
  let state: ProcessState = "alive";
  try {
    check("kill", cKill(pid, 0), { pid });
  } catch (error) {
    if (hasCode(error, "ESRCH")) return "dead";
    if (!hasCode(error, "EPERM")) throw error;
    state = "denied";
  }
  return hasEnded(pid) ? "zombie" : state;
}

/** Whether a process that is there has ended: then what refers to it is readable. */
function hasEnded(pid: number): boolean {
  const pidfd = pidfd_open(pid);
  if (pidfd === -1) return false;
  try {
    return pollOne(pidfd, platform.POLLIN, 0);
  } finally {
    close(pidfd);
  }
}

/** The number that C's `kill` takes for a target. */
function processOf(target: Exclude<Target, Child>): number {
  if (typeof target === "string" && Object.hasOwn(named, target)) return named[target];
  if (typeof target === "number" && Number.isInteger(target)) {
    if (Math.abs(target) > 1 && Math.abs(target) <= 0x7fff_ffff) return target;
    const meant = Object.keys(named).find((name) => named[name] === target);
    if (meant) throw new RangeError(`Process ${target} must be asked for by name: "${meant}"`);
  }
  const Failure = typeof target === "number" ? RangeError : TypeError;
  throw new Failure(
    `Process must be its number, a Child, "group", "init" or "everyone", got ${describe(target)}`,
  );
}

const named: Record<string, number> = { group: 0, init: 1, everyone: -1 };

/** Throws unless we may signal others; this process is free to signal itself. */
function requireRights(pid: number): void {
  if (pid !== getpid()) requireRunAny("Signalling another process");
}
