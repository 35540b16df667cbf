/**
 * Signals that are read: who sent them, and with what value.
 */
import {
  atOnce,
  Fd,
  requirePatience,
  requireTimeout,
  timedOut,
  timeoutNames,
  waitNames,
  type WaitOptions,
  whenReady,
} from "../io/mod.ts";
import {
  checked,
  decodeSignal,
  isBlocked,
  platform,
  type ReceivedSignal,
  SIGNAL_SIZE,
  signalfd,
  signalName,
  signalSet,
  sigtimedwait,
} from "../libc/mod.ts";
import { numbers, type Signals } from "./on.ts";

/** A signal that was read. */
export interface SignalInfo {
  /** Its name, such as "SIGUSR1" or "SIGRTMIN+1". */
  readonly name: string;
  /** Its number. */
  readonly number: number;
  /** The process that sent it; 0 if the kernel did, or a process outside of our namespace. */
  readonly pid: number;
  /** The user that the sender was, by its real id. */
  readonly uid: number;
  /** The value that was sent along, by {@linkcode queue}; `undefined` if none was. */
  readonly value: number | undefined;
  /** How it was sent: "SI_USER" by `kill`, "SI_QUEUE" with a value, "SI_KERNEL", and what else `sigaction` names. */
  readonly code: string;
}

/**
 * Signals as they come, with what is known of them. `enableSignalInfo` must have been called for them. What comes
 * while nobody reads is kept by the kernel: real-time signals are queued, each with its value, and of others one.
 *
 * It ends with the loop over it; to wait for the next signal keeps the program alive. Of several readers of one signal
 * each signal goes to one.
 *
 * @throws {TypeError} If a signal is not blocked: see `enableSignalInfo`.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError if none came for so long; nothing is lost.
 * @tags allow-ffi
 *
 * @example
 * ```ts ignore
 * import { enableSignalInfo, signalInfo } from "@deno-ipc/ipc/signals";
 *
 * enableSignalInfo(["RTMIN+1"]);
 * for await (const { pid, value } of signalInfo(["RTMIN+1"])) {
 *   if (value === 0) break;
 *   console.log(`job ${value} for process ${pid}`);
 * }
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 */
export function signalInfo(
  signals: Signals,
  options: WaitOptions = {},
): AsyncGenerator<SignalInfo, void, undefined> {
  requirePatience(checked(options, waitNames));
  return read(blockedSet(signals), options);
}

async function* read(set: Uint8Array<ArrayBuffer>, options: WaitOptions) {
  using fd = Fd.made(signalfd(set));
  const memory = new Uint8Array(new ArrayBuffer(SIGNAL_SIZE)); // one: what is not asked for stays in the kernel
  for (;;) {
    await fd.read(memory, options);
    yield described(decodeSignal(memory));
  }
}

/**
 * Waits for one of several signals and takes it. `enableSignalInfo` must have been called for them.
 *
 * @throws {TypeError} If a signal is not blocked: see `enableSignalInfo`.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError; nothing is lost.
 * @tags allow-ffi
 *
 * @example
 * ```ts ignore
 * import { enableSignalInfo, sigwait } from "@deno-ipc/ipc/signals";
 *
 * enableSignalInfo(["USR1"]);
 * const { pid } = await sigwait(["USR1"], { timeout: 10_000 });
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/sigtimedwait.2.html
 */
export async function sigwait(signals: Signals, options: WaitOptions = {}): Promise<SignalInfo> {
  requirePatience(checked(options, waitNames));
  const set = blockedSet(signals);
  const attempt = () => sigtimedwait(set, 0);
  const now = attempt();
  if (now !== undefined) return atOnce(described(now));
  using fd = Fd.made(signalfd(set));
  return described(await whenReady(fd.number, "read", attempt, options));
}

/**
 * Waits as {@linkcode sigwait} does, but blocks the whole program.
 *
 * @throws A `DOMException` named TimeoutError.
 * @tags allow-ffi
 */
export function sigwaitSync(
  signals: Signals,
  options: Pick<WaitOptions, "timeout"> = {},
): SignalInfo {
  const { timeout } = checked(options, timeoutNames);
  requireTimeout(timeout);
  const signal = sigtimedwait(blockedSet(signals), timeout);
  if (signal === undefined) throw timedOut(timeout!);
  return described(signal);
}

/** These signals as a set; throws unless all of them are blocked in every thread. */
function blockedSet(signals: Signals): Uint8Array<ArrayBuffer> {
  const wanted = numbers(signals);
  for (const number of wanted) {
    if (isBlocked(number)) continue;
    throw new TypeError(
      `${signalName(number)} is not blocked: call enableSignalInfo(["${
        signalName(number)
      }"]) first`,
    );
  }
  return signalSet(wanted);
}

function described({ number, code, pid, uid, value }: ReceivedSignal): SignalInfo {
  return {
    name: signalName(number),
    number,
    pid,
    uid,
    value: code === platform.SI_QUEUE || code === platform.SI_TIMER ? value : undefined,
    code: codes.find((name) => platform[name] === code) ?? `${code}`,
  };
}

const codes = ["SI_USER", "SI_QUEUE", "SI_TKILL", "SI_KERNEL", "SI_TIMER"] as const;
