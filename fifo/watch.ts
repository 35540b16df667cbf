/**
 * Hearing of what happens to a FIFO: readers that close it, and that it is removed.
 */
import { Fd, identityAt, refer, type WaitOptions } from "../io/mod.ts";
import {
  check,
  fileStatus,
  geteuid,
  inotify_add_watch,
  inotify_init1,
  inotifyMasks,
  platform,
  SyscallError,
} from "../libc/mod.ts";

/** A FIFO at its path. */
export class Place implements Disposable {
  /** Where it is. */
  readonly path: string;
  #identity: string | undefined;
  readonly #events: Fd;
  readonly #memory = new Uint8Array(new ArrayBuffer(4096));

  /** The FIFO that is at `path` now; throws ENOENT if there is none any more, EACCES if it is a stranger's. */
  constructor(path: string) {
    this.path = path;
    const flags = platform.IN_CLOEXEC | platform.IN_NONBLOCK;
    this.#events = Fd.made(check("inotify_init1", inotify_init1(flags)));
    try {
      check("inotify_add_watch", inotify_add_watch(this.#events.number, path, WATCHED), { path });
      this.#identity = ownIdentityAt(path);
    } catch (error) {
      this.#events.close();
      throw error;
    }
  }

  /** Whether it is there no more, or another file is. */
  get gone(): boolean {
    return this.#identity === undefined || identityAt(this.path) !== this.#identity;
  }

  /** Whether this is what was opened as `fd`. */
  isOf(fd: Fd): boolean {
    return fileStatus(fd.number).identity === this.#identity;
  }

  /** Whether readers have closed it since this was asked last: any, and one that closed it after it was read from. */
  closings(): { any: boolean; afterReading: boolean } {
    let [any, read, afterReading] = [false, false, false];
    for (let size; (size = this.#events.tryRead(this.#memory)) !== undefined;) {
      for (const mask of this.#masks(size!)) {
        read ||= (mask & platform.IN_ACCESS) !== 0;
        if ((mask & platform.IN_CLOSE_NOWRITE) === 0) continue;
        any = true;
        afterReading ||= read;
      }
    }
    return { any, afterReading };
  }

  /** Waits until it is gone. */
  async untilGone(options: WaitOptions): Promise<void> {
    while (!this.gone) await this.#happened(options);
  }

  /** Waits until a reader has closed it, be it one that could have written as well, or it is gone. */
  async untilReaderCloses(options: WaitOptions): Promise<void> {
    const closing = platform.IN_CLOSE_NOWRITE | platform.IN_CLOSE_WRITE;
    while (!this.gone) {
      if ((await this.#happened(options)) & closing) return;
    }
  }

  /** Waits for something to happen; returns all that has happened. */
  async #happened(options: WaitOptions): Promise<number> {
    const size = await this.#events.read(this.#memory, options);
    return this.#masks(size!).reduce((all, mask) => all | mask, 0);
  }

  #masks(size: number): number[] {
    const masks = inotifyMasks(this.#memory.subarray(0, size));
    // What is made at the path now can have the number that this one had.
    if (masks.some((mask) => mask & platform.IN_DELETE_SELF)) this.#identity = undefined;
    return masks;
  }

  [Symbol.dispose](): void {
    this.#events.close();
  }
}

// A name that is taken away from a file that is in use changes the file's attributes.
const WATCHED = platform.IN_ACCESS | platform.IN_CLOSE_NOWRITE | platform.IN_CLOSE_WRITE |
  platform.IN_ATTRIB | platform.IN_DELETE_SELF | platform.IN_MOVE_SELF | platform.IN_DONT_FOLLOW;

// Who owns a FIFO reads it whatever its mode was to be; in /tmp anybody could have made it before us.
function ownIdentityAt(path: string): string {
  using file = refer(path);
  const { uid, identity } = fileStatus(file.number);
  if (uid === 0 || uid === geteuid()) return identity;
  throw new SyscallError("open", "EACCES", { path }, `it belongs to another user, ${uid}`);
}
