/**
 * Children that nobody waits for: they are reaped when they end, so that no zombie stays.
 */
import { addListener, hasCode, platform, waitid, waitidParked } from "../libc/mod.ts";

const unreaped = new Set<number>();
const held = new Map<number, WeakRef<Holder>>();

/** Who has a child, and reaps it when asked how it has ended. */
interface Holder {
  tryWait(): unknown;
}

const LOOKS = 8;

/**
 * Reaps the child `pid` once nobody holds `holder` any more and it has ended. That is looked at when the next
 * child is started: V8 tells of what is garbage by itself, but not in the mode that `fork` needs. Of many
 * children only some are looked at, in turn, or each would cost more than the one before.
 */
export function reapOnceAbandoned(holder: Holder, pid: number): void {
  reapAbandoned(LOOKS);
  held.set(pid, new WeakRef(holder));
}

function reapAbandoned(looks: number): void {
  for (const [pid, ref] of [...held.entries().take(looks)]) {
    held.delete(pid);
    if (ref.deref() !== undefined || !canReapOnEnd(pid)) held.set(pid, ref);
  }
}

/** Reaps the child when it ends, if it can be heard of; else that is tried again when the next one is started. */
function canReapOnEnd(pid: number): boolean {
  try {
    reapOnEnd(pid);
    return true;
  } catch (error) {
    if (hasCode(error, "EMFILE") || hasCode(error, "ENFILE")) return false;
    throw error;
  }
}

/**
 * Reaps every child of `spawn` and `fork` as soon as it ends, until the result is disposed: no zombie stays of those
 * that nobody waits for, as in Perl with SIGCHLD ignored. How a child has ended can be asked all the same. The children
 * of `Deno.Command` are left alone, and so are those that lead a process group, until they are disposed.
 *
 * @throws {SyscallError} EMFILE if it is the program's first signal listener, and finds no descriptors left.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { autoReap, spawn } from "@deno-ipc/ipc/process";
 *
 * using _ = autoReap();
 * const child = spawn("true"); // reaped when it ends, though nobody waits
 * console.log((await child.status).success); // true
 * ```
 */
export function autoReap(): Disposable {
  const listener = () => reapHeld(); // one of its own, since the same one counts once only
  addListener("SIGCHLD", listener);
  reapHeld(); // some may have ended already
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGCHLD", listener) };
}

function reapHeld(): void {
  reapAbandoned(held.size);
  for (const [pid, ref] of held) {
    try {
      ref.deref()?.tryWait();
    } catch (error) {
      if (!hasCode(error, "ECHILD")) throw error;
      held.delete(pid); // somebody else was faster
    }
  }
}

/** The child has been reaped, or is somebody else's to reap. */
export function stillHeld(pid: number): void {
  held.delete(pid);
}

/**
 * Makes sure that `reapOnEnd` can be called, whatever descriptors are left by then.
 *
 * @throws {SyscallError} EMFILE if there are none for a first listener.
 */
export function prepareToReap(): void {
  addListener("SIGCHLD", reap);
  reap(); // and removes it, if there is nobody to reap: another listener needs no descriptor any more
}

/** Reaps the child `pid`, which nobody waits for, when it ends. This keeps no program alive. */
export function reapOnEnd(pid: number): void {
  if (hasEnded(pid)) return;
  if (unreaped.size === 0) addListener("SIGCHLD", reap);
  unreaped.add(pid);
  reap(); // it may have ended meanwhile
}

/** Reaps the killed child `pid` where there is no descriptor left, which waiting and a first signal listener need. */
export async function reapKilled(pid: number): Promise<void> {
  while (await waitidParked(pid) === -1) {
    if (hasEnded(pid)) return;
  }
}

function reap(): void {
  for (const pid of unreaped) {
    if (hasEnded(pid)) unreaped.delete(pid);
  }
  if (unreaped.size === 0) Deno.removeSignalListener("SIGCHLD", reap);
}

function hasEnded(pid: number): boolean {
  try {
    return waitid(pid, platform.WNOHANG) !== undefined;
  } catch (error) {
    if (hasCode(error, "ECHILD")) return true; // somebody else was faster
    throw error;
  }
}
