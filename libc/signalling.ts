/**
 * Signals with a value, and signals that are waited for, as C has them.
 */
import { check, errorCode, isInterruption, SyscallError } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { allocate, readStruct, writeStruct, writeTimespec } from "./struct.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/** @see https://man7.org/linux/man-pages/man3/sigqueue.3.html */
export function sigqueue(pid: number, signal: number, value: number): number {
  return libc("signalling").sigqueue(pid, signal, BigInt.asUintN(32, BigInt(value)));
}

/** What the kernel says of a signal that has come. */
export interface ReceivedSignal {
  /** The signal's number. */
  readonly number: number;
  /** What it was sent by: one of the constants SI_…. */
  readonly code: number;
  /** The process that sent it; 0 if the kernel did, or one that cannot be seen from here. */
  readonly pid: number;
  /** The user that the sender had. */
  readonly uid: number;
  /** The value that it carries. */
  readonly value: number;
}

/** The set of signals that are blocked and have been sent to us. */
export function pendingSignals(): Buffer {
  const set = allocate(structs.sigset);
  check("sigpending", libc("signalling").sigpending(set));
  return set;
}

/**
 * Takes a pending signal of `set`, or waits `timeout` milliseconds for one and blocks the whole program meanwhile;
 * `undefined` when the time is over.
 *
 * @see https://man7.org/linux/man-pages/man2/sigtimedwait.2.html
 */
export function sigtimedwait(set: Buffer, timeout: number | undefined): ReceivedSignal | undefined {
  const { sigtimedwait } = libc("signalling");
  const deadline = timeout === undefined ? Infinity : performance.now() + timeout;
  for (;;) {
    if (timeout !== undefined) writeTimespec(time, Math.max(deadline - performance.now(), 0));
    if (sigtimedwait(set, info, timeout === undefined ? null : time) !== -1) {
      const { si_signo, si_code, si_pid, si_uid, si_int } = readStruct(structs.siginfo, info);
      return { number: si_signo, code: si_code, pid: si_pid, uid: si_uid, value: si_int };
    }
    const code = errorCode();
    if (code === "EAGAIN" && performance.now() >= deadline) return undefined;
    if (!isInterruption(code)) throw new SyscallError("sigtimedwait", code);
  }
}

const info = allocate(structs.siginfo);
const time = allocate(structs.timespec);

/**
 * A descriptor from which the signals of `set` are read, which all threads must block; close-on-exec and non-blocking.
 *
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 */
export function signalfd(set: Buffer): number {
  const flags = platform.SFD_CLOEXEC | platform.SFD_NONBLOCK;
  return check("signalfd", libc("signalling").signalfd(-1, set, flags));
}

/** How many bytes a signal has that is read from a `signalfd`. */
export const SIGNAL_SIZE: number = structs.signalfd_siginfo.size;

/** A signal that was read from a `signalfd`. */
export function decodeSignal(bytes: Uint8Array): ReceivedSignal {
  const { ssi_signo, ssi_code, ssi_pid, ssi_uid, ssi_int } = readStruct(
    structs.signalfd_siginfo,
    bytes,
  );
  return { number: ssi_signo, code: ssi_code, pid: ssi_pid, uid: ssi_uid, value: ssi_int };
}

/**
 * Has SIGALRM sent to us after so many seconds, or never if that is 0; returns how many were left of the last time.
 *
 * @see https://man7.org/linux/man-pages/man2/setitimer.2.html
 */
export function setAlarm(seconds: number): number {
  const [timer, before] = [allocate(structs.itimerval), allocate(structs.itimerval)];
  const whole = Math.floor(seconds);
  // What is less than a microsecond would be no alarm at all.
  const fraction = Math.ceil((seconds - whole) * 1e6);
  writeStruct(structs.itimerval, timer, {
    "it_value.tv_sec": whole + Math.floor(fraction / 1e6),
    "it_value.tv_usec": fraction % 1e6,
  });
  check("setitimer", libc("signalling").setitimer(platform.ITIMER_REAL, timer, before));
  const left = readStruct(structs.itimerval, before);
  return left["it_value.tv_sec"] + left["it_value.tv_usec"] / 1e6;
}
