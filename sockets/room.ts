/**
 * Waiting until there is room for a message.
 */
import { Fd, pollOne } from "../io/mod.ts";
import { check, connect, platform, socket } from "../libc/mod.ts";

/**
 * What a message waits for. It may be too much that we have sent and nobody has received yet, or the receiver's queue
 * that is full; and of room in the queue at a path only a socket hears that is connected to it.
 */
export class Room implements Disposable {
  readonly #own: Fd;
  readonly #path: Uint8Array<ArrayBuffer> | null;
  #receiver: Fd | undefined;

  /** `path` is where the message goes if that is told with it, and a path. */
  constructor(own: Fd, path: Uint8Array<ArrayBuffer> | null) {
    this.#own = own;
    this.#path = path;
    if (path !== null) own.closing.addEventListener("abort", this.#close);
  }

  /** The descriptor to wait for after an attempt in vain: it can be written once there is room where there is none. */
  full(): number {
    const own = this.#own.number;
    if (this.#path === null) return own;
    const before = this.#fullReceiver();
    if (before !== undefined) return before;
    // There may be another receiver at the path by now.
    this.#close();
    this.#receiver = connected(this.#path);
    return this.#fullReceiver() ?? own;
  }

  #fullReceiver(): number | undefined {
    const receiver = this.#receiver?.number;
    return receiver === undefined || pollOne(receiver, platform.POLLOUT, 0) ? undefined : receiver;
  }

  // A wait for the receiver ends when the socket is closed that wants to send.
  readonly #close = () => this.#receiver?.close();

  [Symbol.dispose](): void {
    if (this.#path !== null) this.#own.closing.removeEventListener("abort", this.#close);
    this.#close();
  }
}

/** A socket that is connected to a path; none if that cannot be: the next attempt to send will tell why. */
function connected(path: Uint8Array<ArrayBuffer>): Fd | undefined {
  const fd = Fd.made(check("socket", socket(platform.AF_UNIX, platform.SOCK_DGRAM, 0)));
  if (connect(fd.number, path) !== -1) return fd;
  fd.close();
}
