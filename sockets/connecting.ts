/**
 * Connecting a socket to an address: at once, or waited for.
 */
import { type Fd, parked, pollOne, type WaitOptions, whenReady } from "../io/mod.ts";
import {
  connect,
  connectParked,
  type Endpoint,
  errorCode,
  isInterruption,
  nameOfError,
  platform,
  readSocketOption,
  setBlocking,
  SyscallError,
  type SyscallTarget,
} from "../libc/mod.ts";
import { encodeEndpoint, type SocketFamily, target } from "./kinds.ts";
import { requireEndpoint } from "./permission.ts";

const underWay = new Set(["EINPROGRESS", "EINTR"]);

// A socket for datagrams that no port is left for means EAGAIN each time.
const TRIES = 10;

/** A socket that is being connected. */
export class Connecting {
  readonly #fd: Fd;
  readonly #address: Uint8Array<ArrayBuffer>;
  readonly #target: SyscallTarget;
  /** Whether EAGAIN means that too many wait there already. */
  readonly #inLine: boolean;
  /** Whether it is under way; else it can only be tried again. */
  #begun = false;

  /** Connects the socket `fd` of this family, if this program may do so. */
  constructor(fd: Fd, family: SocketFamily, address: Endpoint) {
    void fd.number; // throws once closed
    this.#fd = fd;
    this.#address = encodeEndpoint(family, address, "connect");
    this.#target = target(family, address);
    this.#inLine = family === "unix";
    requireEndpoint(family, address, "connect");
  }

  /** Connects it if that takes no time: whether it is connected. */
  attempt(): boolean {
    for (let tries = 0;; tries++) {
      if (connect(this.#fd.number, this.#address) !== -1) return true;
      const code = errorCode();
      this.#begun = underWay.has(code) || tries > 0 && code === "EALREADY";
      if (this.#begun || code === "EAGAIN" && this.#inLine) return false;
      if (!isInterruption(code) || tries === TRIES) {
        throw new SyscallError("connect", code, this.#target);
      }
    }
  }

  /** After an attempt in vain: resolves when it is connected. */
  async wait(options: WaitOptions): Promise<void> {
    if (!this.#begun) return await this.#queue(options);
    const { number } = this.#fd;
    if (!pollOne(number, platform.POLLOUT, 0)) {
      await whenReady(number, "write", () => true, options);
    }
    this.#end();
  }

  /** After an attempt in vain: blocks the whole program until it is connected. */
  block(): void {
    const { number } = this.#fd;
    if (this.#begun) {
      pollOne(number, platform.POLLOUT, -1);
      return this.#end();
    }
    // Where too many wait at a path already, only a call that blocks waits for room.
    setBlocking(number, true);
    try {
      while (connect(number, this.#address) === -1) {
        const code = errorCode();
        // What a signal ends has left nothing: it waited for room, and has not begun to connect.
        if (!isInterruption(code)) throw new SyscallError("connect", code, this.#target);
      }
    } finally {
      setBlocking(number, false);
    }
  }

  #end(): void {
    const error = readSocketOption(this.#fd.number, platform.SOL_SOCKET, platform.SO_ERROR);
    if (error !== 0) throw new SyscallError("connect", nameOfError(error), this.#target);
  }

  // Where too many wait at a path already, nothing tells when there is room, but a call that blocks.
  async #queue(options: WaitOptions): Promise<void> {
    using copy = this.#fd.dup(); // whose number is nobody else's until the call is over
    try {
      await parked({
        attempt: () => {
          setBlocking(copy.number, false);
          return this.attempt() || undefined;
        },
        park: () => {
          setBlocking(copy.number, true);
          return connectParked(copy.number, this.#address);
        },
        complete: () => true,
        blocked: [copy.number],
        closed: this.#fd.closing,
      }, options);
    } finally {
      setBlocking(copy.number, false);
    }
  }
}
