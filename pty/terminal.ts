/**
 * Programs in terminals of their own.
 */
import { requirePatience, waitNames, type WaitOptions } from "../io/mod.ts";
import { check, checked, fchown } from "../libc/mod.ts";
import { type Child, type ChildStatus, spawn, type SpawnOptions } from "../process/mod.ts";
import {
  Dialogue,
  dialogueNames,
  type DialogueOptions,
  requireDialogueOptions,
} from "./dialogue.ts";
import { openPty, type Pty, ptyNames, type PtyOptions } from "./pty.ts";
import type { TerminalSize } from "./settings.ts";

/** What a program and its terminal are like. */
export interface TerminalOptions
  extends
    Omit<SpawnOptions, "terminal" | "session" | "processGroup">,
    PtyOptions,
    DialogueOptions {}

const terminalNames = { ...ptyNames, ...dialogueNames };

/**
 * A program in a terminal of its own, from {@linkcode spawnTerminal}.
 *
 * Disposing it with `await` hangs up, asks the program to end, and after five seconds of grace kills it; bash passes
 * the hang-up on to its jobs, but not to one that it is just starting. With plain `using` it is killed at once, jobs of
 * a shell not with it, and reaped in the background. What the program has left in its own process group goes with it.
 */
export class Terminal extends Dialogue implements AsyncDisposable, Disposable {
  /** The program. Its pipes, if `fds` gave it some, are here. */
  readonly child: Child;

  /** `child` has the terminal of `pty`. */
  constructor(child: Child, pty: Pty, options: DialogueOptions = {}) {
    super(pty, options);
    this.child = child;
    terminals.set(child, pty);
  }

  /** Changes the terminal's size; the program in its foreground gets SIGWINCH if it is another one. */
  resize(size: TerminalSize): void {
    this.pty.resize(size);
  }

  /**
   * Waits until the program has ended; see {@linkcode Child.wait}. One that is held back, since nobody reads what it
   * prints, does not end: expect {@linkcode EOF} first.
   */
  async wait(options: WaitOptions = {}): Promise<ChildStatus> {
    return await this.child.wait(options);
  }

  /** Hangs up, which is SIGHUP to the program, waits until it has ended, and reaps it. */
  async close(options: WaitOptions = {}): Promise<ChildStatus> {
    requirePatience(checked(options, waitNames));
    this.pty.close();
    await this.child.wait(options);
    return await this.child.end();
  }

  /** Hangs up, ends the program and reaps it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.pty.close();
    await this.child[Symbol.asyncDispose]();
  }

  /** Hangs up and kills the program; it is reaped in the background. */
  [Symbol.dispose](): void {
    this.pty.close();
    this.child[Symbol.dispose]();
  }
}

// Whoever holds only the child still has its terminal open: closed with the last reference it would hang up.
const terminals = new WeakMap<Child, Pty>();

/**
 * Starts a program in a terminal of its own, which controls it: it does not buffer what it prints, it asks for
 * passwords, ^C and job control work. No shell is involved.
 *
 * Its standard descriptors are the terminal, unless `fds` say otherwise; standard error apart is `fds: { 2: "pipe" }`,
 * and then `child.fd(2)`. Its environment is ours: a program that draws looks for TERM there.
 *
 * @throws {SyscallError} ENOENT and its like at once, see {@linkcode spawn}; ENOSPC if there are no more terminals.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for the program.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { spawnTerminal } from "@deno-ipc/ipc/pty";
 *
 * await using shell = spawnTerminal("sh", [], { env: { PS1: "ready> " }, timeout: 10_000 });
 * await shell.expect("ready> ");
 * await shell.sendLine("tty");
 * const { captures: [path] } = await shell.expect(/(\/dev\/pts\/\d+)\r\n/);
 * console.log(path === shell.pty.path); // true
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/pty.7.html
 */
export function spawnTerminal(
  command: string,
  args: readonly string[] = [],
  options: TerminalOptions = {},
): Terminal {
  const { columns, rows, echo, raw, timeout, maxBuffer, transcript, ...spawning } = checked(
    options,
    terminalNames,
  );
  requireDialogueOptions({ timeout, maxBuffer, transcript });
  const pty = openPty({ columns, rows, echo, raw });
  try {
    using terminal = pty.openTerminal(); // open in any case until the program has it, or it would have ended
    if (spawning.uid !== undefined) { // who could not open it otherwise
      check("fchown", fchown(terminal.number, spawning.uid), { path: pty.path });
    }
    const child = spawn(command, args, {
      ...spawning,
      terminal,
      session: undefined,
      processGroup: undefined,
    });
    return new Terminal(child, pty, { timeout, maxBuffer, transcript });
  } catch (error) {
    pty.close();
    throw error;
  }
}
