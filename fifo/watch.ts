/**
 * Hearing of what happens to a FIFO: readers that close it, and that it is removed.
 */
import { Fd, type WaitOptions } from "../io/mod.ts";
import { check, inotify_add_watch, inotify_init1, inotifyMasks, platform } from "../libc/mod.ts";
import { statusOf } from "./make.ts";

/** A FIFO at its path. */
export class Place implements Disposable {
  /** Where it is. */
  readonly path: string;
  readonly #identity: string | undefined;
  readonly #events: Fd;
  readonly #memory = new Uint8Array(new ArrayBuffer(4096));

  /** The FIFO that is at `path` now; throws ENOENT if there is none any more. */
  constructor(path: string) {
    this.path = path;
    const flags = platform.IN_CLOEXEC | platform.IN_NONBLOCK;
    this.#events = Fd.made(check("inotify_init1", inotify_init1(flags)));
    try {
      check("inotify_add_watch", inotify_add_watch(this.#events.number, path, WATCHED), { path });
      this.#identity = identityAt(path);
    } catch (error) {
      this.#events.close();
      throw error;
    }
  }

  /** Whether it is there no more, or another file is. */
  get gone(): boolean {
    return this.#identity === undefined || identityAt(this.path) !== this.#identity;
  }

  /** Whether a reader has closed it since this was asked last. */
  readerClosed(): boolean {
    let closed = false;
    for (let size; (size = this.#events.tryRead(this.#memory)) !== undefined;) {
      closed ||= (this.#masks(size!) & platform.IN_CLOSE_NOWRITE) !== 0;
    }
    return closed;
  }

  /** Waits until it is gone. */
  async untilGone(options: WaitOptions): Promise<void> {
    while (!this.gone) await this.#happened(options);
  }

  /** Waits until a reader has closed it, or it is gone. */
  async untilReaderCloses(options: WaitOptions): Promise<void> {
    while (!this.gone) {
      if ((await this.#happened(options)) & platform.IN_CLOSE_NOWRITE) return;
    }
  }

  /** Waits for something to happen; returns all that has happened. */
  async #happened(options: WaitOptions): Promise<number> {
    const size = await this.#events.read(this.#memory, options);
    return this.#masks(size!);
  }

  #masks(size: number): number {
    return inotifyMasks(this.#memory.subarray(0, size)).reduce((all, mask) => all | mask, 0);
  }

  [Symbol.dispose](): void {
    this.#events.close();
  }
}

// A name that is taken away from a file that is in use changes the file's attributes.
const WATCHED = platform.IN_CLOSE_NOWRITE | platform.IN_ATTRIB | platform.IN_DELETE_SELF |
  platform.IN_MOVE_SELF | platform.IN_DONT_FOLLOW;

function identityAt(path: string): string | undefined {
  const status = statusOf(path);
  return status && `${status.dev}:${status.ino}`;
}
