/**
 * A child and its owner.
 */
import {
  type Fd,
  forget,
  forks,
  isTimeout,
  pollOne,
  requirePatience,
  requireRunAny,
  requireTimeout,
  timedOut,
  timeoutNames,
  waitNames,
  type WaitOptions,
  whenReady,
} from "../io/mod.ts";
import {
  check,
  checked,
  close,
  errorCode,
  getpgid,
  hasCode,
  kill,
  type OptionNames,
  pidfd_open,
  platform,
  signalNumber,
  SyscallError,
  waitid,
  type WaitResult,
} from "../libc/mod.ts";
import { reapKilled, stillHeld } from "./reap.ts";
import { type ChildStatus, childStatus } from "./status.ts";
import { killDescendants } from "./tree.ts";

/** How the end of a child is asked for. */
export interface EndOptions {
  /** The signal that asks politely. Default SIGTERM. */
  signal?: string | number;
  /** How long it may take to end before SIGKILL comes, in milliseconds. Default 5000. */
  grace?: number;
}

const endNames: OptionNames<EndOptions> = { signal: true, grace: true };

/**
 * A child that we started, and that nobody else waits for. It has what `Deno.ChildProcess` has, and more.
 *
 * Disposing it with `await` ends it: SIGTERM, five seconds of grace, SIGKILL. Disposing it with plain
 * `using` never waits: SIGKILL at once, and it is reaped in the background. A child that leads a process
 * group of its own takes along what it has left behind there; until then it stays a zombie once it has
 * ended, so that nobody else is given the number of its group.
 *
 * @example
 * ```ts
 * import { spawn } from "@deno-ipc/ipc/process";
 *
 * await using child = spawn("cat", [], { fds: { 0: "pipe", 1: "pipe" } });
 * const writer = child.stdin.getWriter();
 * await writer.write(new TextEncoder().encode("meow\n"));
 * await writer.close();
 * for await (const line of child.fd(1).lines()) console.log(line);
 * console.log(await child.status); // { success: true, code: 0, signal: null, coreDumped: false }
 * ```
 */
export class Child implements AsyncDisposable, Disposable {
  /** Its process number. */
  readonly pid: number;
  readonly #leadsGroup: boolean;
  readonly #ends: ReadonlyMap<number, Fd>;
  readonly #generation: number = forks();
  #pidfd = -1;
  #status: ChildStatus | undefined;
  #reaped = false;

  /** Takes over the child `pid`; `ends` are our ends of its pipes. */
  constructor(pid: number, leadsGroup: boolean, ends: ReadonlyMap<number, Fd>) {
    this.pid = pid;
    this.#leadsGroup = leadsGroup;
    this.#ends = ends;
  }

  /**
   * Our end of the pipe that the child has at `number`.
   *
   * @throws {TypeError} If it has no pipe there.
   */
  fd(number: number): Fd {
    const end = this.#ends.get(number);
    if (end === undefined) throw new TypeError(`Descriptor ${number} of the child is not a pipe`);
    return end;
  }

  /** Our end of the pipe that the child has at `number`, if it has one there that we have not closed. */
  pipe(number: number): Fd | undefined {
    const end = this.#ends.get(number);
    return end?.closed ? undefined : end;
  }

  /** A stream into the child's standard input. Throws a TypeError if that is not a pipe. */
  get stdin(): WritableStream<Uint8Array> {
    return this.#stdin ??= this.fd(0).writable;
  }

  /** A stream of the child's standard output. Throws a TypeError if that is not a pipe. */
  get stdout(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stdout ??= this.fd(1).readable;
  }

  /** A stream of the child's standard error. Throws a TypeError if that is not a pipe. */
  get stderr(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stderr ??= this.fd(2).readable;
  }

  #stdin: WritableStream<Uint8Array> | undefined;
  #stdout: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  #stderr: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;

  /** How it ends: `wait()` without options. */
  get status(): Promise<ChildStatus> {
    return this.wait();
  }

  /**
   * Waits until the child has ended. It costs no processor time and no thread of its own.
   *
   * @throws {SyscallError} ECHILD if somebody else has reaped it, which is what ignoring SIGCHLD does.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: the child goes on.
   * @see https://man7.org/linux/man-pages/man2/waitid.2.html
   */
  async wait(options: WaitOptions = {}): Promise<ChildStatus> {
    requirePatience(checked(options, waitNames));
    const status = this.#look();
    if (status !== undefined) return status;
    this.#waits++;
    try {
      return await whenReady(this.#openPidfd(), "read", () => this.#look(), options);
    } finally {
      if (--this.#waits === 0) this.#closePidfd();
    }
  }

  #waits = 0;

  /** Waits as `wait` does, but blocks the whole program. */
  waitSync(options: Pick<WaitOptions, "timeout"> = {}): ChildStatus {
    const { timeout } = checked(options, timeoutNames);
    requireTimeout(timeout);
    if (timeout === undefined) return this.#look(0)!;
    const status = this.#look();
    if (status !== undefined) return status;
    try {
      if (!pollOne(this.#openPidfd(), platform.POLLIN, timeout)) throw timedOut(timeout);
    } finally {
      if (this.#waits === 0) this.#closePidfd();
    }
    return this.#look()!;
  }

  /**
   * How it has ended; `undefined` while it has not.
   *
   * @throws {SyscallError} ECHILD if somebody else has reaped it.
   */
  tryWait(): ChildStatus | undefined {
    return this.#look();
  }

  // A leader of a group stays a zombie after this look, so that its number is nobody else's.
  #look(options: number = platform.WNOHANG): ChildStatus | undefined {
    this.#requireOurs();
    if (this.#status === undefined) {
      const result = this.#waitid(options | (this.#leadsGroup ? platform.WNOWAIT : 0));
      if (result === undefined) return undefined;
      this.#status = childStatus(result);
      if (!this.#leadsGroup) this.#forget();
    }
    return this.#status;
  }

  /** Asks the kernel; where somebody else has reaped it, once only: its number may be our next child's. */
  #waitid(options: number): WaitResult | undefined {
    if (this.#reaped) throw new SyscallError("waitid", "ECHILD", { pid: this.pid });
    try {
      return waitid(this.pid, options);
    } catch (error) {
      if (hasCode(error, "ECHILD")) this.#forget();
      throw error;
    }
  }

  /** Whether its number is still its own. What has ended has it until it is reaped. */
  #isThere(): boolean {
    if (this.reaped) return false;
    try {
      this.#waitid(platform.WNOHANG | platform.WNOWAIT);
      return true;
    } catch (error) {
      unlessReaped(error);
      return false;
    }
  }

  #openPidfd(): number {
    if (this.#pidfd >= 0) return this.#pidfd;
    const pidfd = pidfd_open(this.pid);
    if (pidfd === -1) {
      const code = errorCode();
      // What has ended is there until somebody waits for it, so if it is not, somebody has.
      throw new SyscallError("pidfd_open", code === "ESRCH" ? "ECHILD" : code, { pid: this.pid });
    }
    return this.#pidfd = pidfd;
  }

  /** The child has been reaped: its number may be another's from now on. */
  #forget(): void {
    this.#reaped = true;
    stillHeld(this.pid);
    this.#closePidfd();
  }

  #closePidfd(): void {
    if (this.#pidfd < 0) return;
    forget(this.#pidfd); // whoever waits for it looks again, and finds the status
    close(this.#pidfd);
    this.#pidfd = -1;
  }

  /**
   * Sends a signal to the child, by name or number. Never to another process: once the child has been
   * reaped, nobody has its number by right.
   *
   * @throws {SyscallError} ESRCH if the child has been reaped.
   * @throws {TypeError} If there is no such signal.
   */
  kill(signal: string | number = "SIGTERM"): void {
    const number = signalNumber(signal);
    this.#requireThere();
    check("kill", kill(this.pid, number), { pid: this.pid });
  }

  /** Whether it has ended and been reaped: then its number may be another process's. */
  get reaped(): boolean {
    this.#requireOurs();
    return this.#reaped;
  }

  #requireThere(): void {
    if (!this.#isThere()) throw new SyscallError("kill", "ESRCH", { pid: this.pid });
  }

  // A forked child has a copy of this object, but is not the one to wait for its sibling or to end it.
  #requireOurs(): void {
    if (this.#generation !== forks()) {
      throw new TypeError("Child belongs to the process before fork");
    }
  }

  /**
   * Sends a signal to the child and all of its descendants, as far as each is still a descendant when its
   * turn comes. One that has been orphaned is not; a process group of its own is surer.
   *
   * @throws {Deno.errors.NotCapable} Without unscoped `--allow-run`, since they are not ours.
   */
  killTree(signal: string | number = "SIGTERM"): void {
    const number = signalNumber(signal);
    requireRunAny("Signalling the children of a child");
    this.#requireThere();
    killDescendants(this.pid, number);
    this.kill(number);
  }

  /** Sends a signal to all of the group that the child leads, or to the child. */
  #killAll(number: number): void {
    if (!this.#isThere()) return;
    if (this.#leadsGroup) kill(-this.pid, number); // which is no longer its group if it has left that
    if (this.#status !== undefined) return; // a zombie hears nothing, and may have become another user's
    // In its group it has heard it by now, and a handler could hear it twice: then we only ask whether we may.
    const heard = this.#leadsGroup && getpgid(this.pid) === this.pid;
    if (kill(this.pid, heard ? 0 : number) === 0) return;
    const code = errorCode();
    if (code !== "ESRCH") throw new SyscallError("kill", code, { pid: this.pid });
  }

  /**
   * Ends the child: closes its pipes, asks it politely, and kills it when the period of grace is over;
   * with it what it has left in its own process group. Resolves once it is reaped.
   *
   * @throws {SyscallError} EPERM if it has become another user's, whom we may not signal.
   */
  async end(options: EndOptions = {}): Promise<ChildStatus> {
    const { signal = "SIGTERM", grace = 5000 } = checked(options, endNames);
    const number = signalNumber(signal);
    requirePatience({ timeout: grace });
    this.#closeEnds();
    if (this.#look() === undefined) {
      this.#killAll(number);
      this.#killAll(signalNumber("SIGCONT")); // a stopped one would not hear of it
      try {
        await this.wait({ timeout: grace });
      } catch (error) {
        if (!isTimeout(error)) throw error;
        this.#killAll(signalNumber("SIGKILL"));
        await this.wait();
      }
    }
    this.#finish();
    return this.#status!;
  }

  #closeEnds(): void {
    for (const end of this.#ends.values()) end.close();
  }

  /** Kills what the child has left in its group, and reaps it. */
  #finish(): void {
    if (this.#reaped) return;
    this.#killAll(signalNumber("SIGKILL"));
    waitid(this.pid, 0);
    this.#forget();
  }

  /** Ends the child as `end()` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#generation !== forks()) return;
    await this.end().catch(unlessReaped);
  }

  /** Kills the child at once, and reaps it in the background. */
  [Symbol.dispose](): void {
    this.#closeEnds();
    if (this.#reaped || this.#generation !== forks()) return;
    this.#killAll(signalNumber("SIGKILL"));
    if (this.#reaped) return; // by somebody else
    if (forks() > 0) { // where there is no background
      this.waitSync();
      return this.#finish();
    }
    void this.wait().then(() => this.#finish()).catch(() => this.#abandon());
  }

  /** Reaps what has been killed without a descriptor, of which there is none left; or somebody else has done it. */
  #abandon(): void {
    if (this.#reaped) return;
    this.#forget();
    void reapKilled(this.pid);
  }
}

// Somebody else has reaped it, as the kernel does itself for a program that ignores SIGCHLD: it has ended.
function unlessReaped(error: unknown): void {
  if (!hasCode(error, "ECHILD")) throw error;
}
