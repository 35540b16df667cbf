/**
 * Processes as C has them.
 */
import { check, errorCode, hasCode, isInterruption, SyscallError } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { allocate, readStruct } from "./struct.ts";

/** Whether `pid` is a process, be it ours to signal or not; also true of one not yet waited for. */
export function isAlive(pid: number): boolean {
  try {
    check("kill", kill(pid, 0), { pid });
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/** @see https://man7.org/linux/man-pages/man2/kill.2.html */
export function kill(pid: number, signal: number): number {
  return libc("processes").kill(pid, signal);
}

/** Sends a signal to this process. Not C's `raise`, whose signal is only for the calling thread. */
export function signalOurselves(signal: number): void {
  const pid = getpid();
  check("kill", kill(pid, signal), { pid });
}

/** How a child has ended. */
export interface WaitResult {
  /** CLD_EXITED, CLD_KILLED or CLD_DUMPED. */
  readonly reason: number;
  /** The exit code, or the number of the signal. */
  readonly value: number;
}

/**
 * How the child `pid` has ended; `undefined` if `options` has WNOHANG and it has not.
 *
 * @see https://man7.org/linux/man-pages/man2/waitid.2.html
 */
export function waitid(pid: number, options: number): WaitResult | undefined {
  const { waitid } = libc("processes");
  info.fill(0);
  while (waitid(platform.P_PID, pid, info, options | platform.WEXITED) === -1) {
    const code = errorCode();
    if (!isInterruption(code)) throw new SyscallError("waitid", code, { pid });
  }
  const { si_pid, si_code, si_status } = readStruct(structs.siginfo, info);
  return si_pid === 0 ? undefined : { reason: si_code, value: si_status };
}

const info = allocate(structs.siginfo);

/** Waits on another thread until the child `pid` has ended, and reaps it; −1 if it did not. */
export function waitidParked(pid: number): Promise<number> {
  return libc("reaping").waitidParked(platform.P_PID, pid, null, platform.WEXITED);
}

/**
 * A descriptor that becomes readable when the process ends; close-on-exec.
 *
 * @see https://man7.org/linux/man-pages/man2/pidfd_open.2.html
 */
export function pidfd_open(pid: number): number {
  const number = BigInt(platform.SYS_pidfd_open);
  return Number(libc("processes").syscallPidfdOpen(number, pid, 0));
}

/** @see https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html */
export function pidfd_send_signal(pidfd: number, signal: number): number {
  const number = BigInt(platform.SYS_pidfd_send_signal);
  return Number(libc("processes").syscallPidfdSendSignal(number, pidfd, signal, null, 0));
}

/** Our process number. `Deno.pid` is that of the process that was started, also in a forked child. */
export function getpid(): number {
  return libc("threads").getpid();
}

/** @see https://man7.org/linux/man-pages/man2/getpgid.2.html */
export function getpgid(pid: number): number {
  return libc("processes").getpgid(pid);
}

/** @see https://man7.org/linux/man-pages/man2/setpgid.2.html */
export function setpgid(pid: number, group: number): number {
  return libc("signalling").setpgid(pid, group);
}

/** @see https://man7.org/linux/man-pages/man2/getsid.2.html */
export function getsid(pid: number): number {
  return libc("signalling").getsid(pid);
}

/** @see https://man7.org/linux/man-pages/man2/setsid.2.html */
export function setsid(): number {
  return libc("signalling").setsid();
}
