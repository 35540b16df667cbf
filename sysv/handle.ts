/**
 * What message queues, semaphore sets and segments have in common: an identifier, a structure about
 * them, removal, and an end of use.
 */
import { forks } from "../io/waiting.ts";
import {
  allocate,
  check,
  hasCode,
  type Layout,
  platform,
  readStruct,
  SyscallError,
  type SyscallTarget,
  writeStruct,
} from "../libc/basic.ts";
import type { Kind } from "./kind.ts";
import type { RawStat } from "./stat.ts";

/** One object in use by us, until `close`. */
export class Handle<L extends Layout> {
  readonly #kind: Kind<L>;
  readonly #id: number;
  readonly #temporary: boolean;
  readonly #madeAt = forks();
  #open = true;
  #closing: AbortController | undefined;

  /** A `temporary` object is removed when it is closed, but not by a forked child: it is the parent's. */
  constructor(kind: Kind<L>, id: number, temporary: boolean) {
    this.#kind = kind;
    this.#id = id;
    this.#temporary = temporary;
  }

  /** The identifier. Throws a TypeError once closed. */
  get id(): number {
    if (!this.#open) throw new TypeError(`${this.#kind.name} is closed`);
    return this.#id;
  }

  /** Aborted by `close`. */
  get closed(): AbortSignal {
    this.#closing ??= new AbortController();
    if (!this.#open) this.#closing.abort();
    return this.#closing.signal;
  }

  /**
   * The error for a call on this object that failed with `code`. C says EINVAL for a removed object as
   * well as for a wrong argument; we make it EIDRM if the object is gone, for it was there once.
   */
  failure(syscall: string, code: string, target: SyscallTarget = {}): SyscallError {
    const gone = code === "EINVAL" && this.#gone();
    return new SyscallError(syscall, gone ? "EIDRM" : code, { id: this.#id, ...target });
  }

  #gone(): boolean {
    try {
      this.#read();
      return false;
    } catch (error) {
      return hasCode(error, "EINVAL") || hasCode(error, "EIDRM");
    }
  }

  #read(): Uint8Array<ArrayBuffer> {
    const bytes = allocate(this.#kind.layout);
    this.#control(platform.IPC_STAT, bytes);
    return bytes;
  }

  #control(command: number, bytes: Uint8Array<ArrayBuffer>): void {
    const result = this.#kind.control(this.#id, command, bytes);
    check(this.#kind.syscall, result, { id: this.#id });
  }

  /** The structure about this object. */
  stat(): RawStat<L> {
    return this.#orRemoved(() => readStruct(this.#kind.layout, this.#read()));
  }

  /** Changes the named fields of the structure. */
  set(changes: Partial<RawStat<L>>): void {
    this.#orRemoved(() => {
      const bytes = this.#read();
      writeStruct(this.#kind.layout, bytes, changes);
      this.#control(platform.IPC_SET, bytes);
    });
  }

  /** Removes the object from the system. */
  remove(): void {
    this.#orRemoved(() => this.#control(platform.IPC_RMID, allocate(this.#kind.layout)));
  }

  #orRemoved<T>(action: () => T): T {
    void this.id; // throws once closed
    try {
      return action();
    } catch (error) {
      if (!hasCode(error, "EINVAL")) throw error;
      throw this.failure(this.#kind.syscall, "EINVAL");
    }
  }

  /** Ends our use of the object and every wait for it; removes it if it is temporary and was not made before a fork. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closing?.abort();
    if (!this.#temporary || this.#madeAt !== forks()) return;
    try {
      this.#control(platform.IPC_RMID, allocate(this.#kind.layout));
    } catch (error) {
      if (!hasCode(error, "EINVAL") && !hasCode(error, "EIDRM")) throw error; // removed by another
    }
  }
}

/**
 * Undoes once, when it is disposed, what this process has done to an object. A forked child has not done it; and the kernel,
 * which counts by process, would take back what it does when it ends.
 */
export function undoing(action: () => void): Disposable {
  const doneAt = forks();
  let undone = false;
  return {
    [Symbol.dispose]() {
      if (!undone && forks() === doneAt) unlessRemoved(action);
      undone = true;
    },
  };
}

/** Does to an object what need not be done any more once it has been removed. */
export function unlessRemoved(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!hasCode(error, "EIDRM")) throw error;
  }
}
