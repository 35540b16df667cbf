/**
 * Real fork: a child that has all of our variables.
 */
import { abandonReactor, enterFork, misuseInFork, requireRunAny } from "../io/mod.ts";
import {
  blockSignals,
  commandLine,
  defaultSignals,
  exitNow,
  fork as cFork,
  handledSignals,
  isSingleThreaded,
  requireFunction,
  setSignalMask,
  signalSet,
} from "../libc/mod.ts";
import { Child } from "./child.ts";
import { withV8Flag } from "./command_line.ts";
import { reexecWith } from "./exec.ts";
import { reapOnceAbandoned } from "./reap.ts";

const FLAG = "--single-threaded";

/**
 * Forks this process: the child has a copy of all our memory, runs `fn` with our variables and descriptors, and
 * ends with the number that `fn` returns, or 0. It never comes back into the event loop: no `finally` outside
 * of `fn`, no event and no exit handler of ours runs in it.
 *
 * The child is one thread, so `fn` must be synchronous: what is awaited never comes. Our own asynchronous
 * functions throw there. An uncaught error is printed, and the child ends with 1. Children of ours that it has
 * inherited are not its to wait for. Its handled signals have their default action, and none is blocked. Our ends of pipes to other
 * children are closed in it. While a `Deno.stdout.write` is not done yet, `console.log` in the child may hang.
 *
 * Wait for the child, or dispose it: one that is forgotten stays a zombie until others are started, unless
 * `autoReap` is in force.
 *
 * V8 must have been started for it, by `deno run --v8-flags=--single-threaded`; see
 * {@linkcode ensureForkable}.
 *
 * @param fn What the child does. It may return an exit code from 0 to 255.
 * @throws {TypeError} If this program cannot fork.
 * @throws {SyscallError} EAGAIN or ENOMEM if there are too many processes or too little memory.
 * @throws {Deno.errors.NotCapable} Without unscoped `--allow-run`.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { fork, forkable } from "@deno-ipc/ipc/process";
 *
 * const table = new Map([["answer", 42]]);
 * if (forkable()) {
 *   const child = fork(() => table.get("answer"));
 *   console.log((await child.status).code); // 42
 * }
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/fork.2.html
 */
export function fork(fn: () => number | void): Child {
  requireRunAny("Forking");
  requireFunction("What a forked child does", fn);
  if (!forkable()) {
    throw new TypeError(
      `Cannot fork: V8 must have been started with --v8-flags=${FLAG} (see ensureForkable)`,
    );
  }
  // A signal in the very moment of the fork would still meet the parent's handlers in the child.
  const unblock = blockSignals();
  const handled = handledSignals();
  let pid: number;
  try {
    pid = cFork();
    if (pid === 0) return become(fn, handled);
  } finally {
    unblock();
  }
  const child = new Child(pid, false, new Map());
  reapOnceAbandoned(child, child.pid);
  return child;
}

/** What a new child does until its end. */
function become(fn: () => number | void, handled: readonly number[]): never {
  let code = 1;
  try {
    enterFork();
    abandonReactor();
    defaultSignals(handled);
    setSignalMask(signalSet([]));
    code = exitCode(fn());
    const misuse = misuseInFork();
    if (misuse !== undefined) throw misuse;
  } catch (error) {
    code = 1;
    console.error("Uncaught error in a forked child:", error);
  }
  exitNow(code);
}

function exitCode(value: unknown): number {
  if (value === undefined) return 0;
  if (Number.isInteger(value) && value as number >= 0 && value as number <= 255) {
    return value as number;
  }
  throw new TypeError(
    `A forked child must end with a number from 0 to 255 or nothing, got ${Deno.inspect(value)}`,
  );
}

let known: boolean | undefined;

/**
 * Whether this program can fork: whether V8 was started to do all its work on one thread. Else its
 * helpers would be missing in the child, which would hang in its next garbage collection, though not always.
 *
 * @tags allow-ffi
 */
export function forkable(): boolean {
  return known ??= isSingleThreaded();
}

/**
 * Starts this program anew in the same process with the flag that {@linkcode fork} needs, unless it has it
 * already. To be called first, before anything has been done that would then be done twice.
 *
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for Deno itself.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts ignore
 * import { ensureForkable, fork } from "@deno-ipc/ipc/process";
 *
 * ensureForkable();
 * const workers = Array.from({ length: 8 }, (_, i) => fork(() => console.log("worker", i)));
 * await Promise.all(workers.map((worker) => worker.status));
 * ```
 */
export function ensureForkable(): void {
  if (forkable()) return;
  const words = withV8Flag(commandLine(), FLAG);
  if (words === undefined) {
    throw new TypeError(`V8 uses several threads although it was started with ${FLAG}`);
  }
  reexecWith(words);
}
