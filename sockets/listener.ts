/**
 * Listening for connections.
 */
import { forks, requirePatience, waitNames, type WaitOptions, withPatience } from "../io/mod.ts";
import { checked, hasCode } from "../libc/mod.ts";
import { Connection } from "./connection.ts";
import { Socket } from "./socket.ts";

/**
 * Listens for connections, over Deno's own API or over a {@linkcode Socket}. As an iterator it gives them one by one.
 */
export class Listener implements AsyncIterable<Connection>, Disposable {
  /** What it listens with. */
  readonly listener: Deno.Listener | Socket;
  readonly #closed: (() => void) | undefined;
  readonly #madeAt = forks();
  #accepting: Promise<Deno.Conn> | undefined;
  #open = true;

  /** Takes over what listens; `closed` is called when it is closed. */
  constructor(listener: Deno.Listener | Socket, closed?: () => void) {
    this.listener = listener;
    this.#closed = closed;
  }

  /** Where it listens. */
  get addr(): Deno.Addr {
    return this.listener instanceof Socket ? this.listener.localAddr : this.listener.addr;
  }

  /**
   * Waits for a connection. One that was broken off before it was accepted is no error.
   *
   * @throws An error with the `code` EMFILE if no more descriptors may be opened: the connection waits on.
   * @throws The reason of `signal`, or a `DOMException` named TimeoutError: the connection waits on.
   */
  async accept(options: WaitOptions = {}): Promise<Connection> {
    requirePatience(checked(options, waitNames));
    this.#requireOpen();
    try {
      return new Connection(await this.#accept(options));
    } catch (error) {
      if (!options.signal?.aborted) this.#requireOpen(); // else it was we who ended the wait
      throw error;
    }
  }

  #requireOpen(): void {
    if (!this.#open) throw new TypeError("Listener is closed");
  }

  async #accept(options: WaitOptions): Promise<Deno.Conn | Socket> {
    const { listener } = this;
    if (listener instanceof Socket) return await listener.accept(options);
    return await withPatience(options, (signal) => this.#acceptDeno(listener, signal));
  }

  async #acceptDeno(listener: Deno.Listener, signal: AbortSignal): Promise<Deno.Conn> {
    for (;;) {
      const accepting = this.#accepting ??= this.#begin(listener);
      const conn = await accepting;
      signal.throwIfAborted(); // Deno's accepting cannot be given up, so what it brings is for whoever asks next
      if (this.#accepting !== accepting) continue; // somebody else has it
      this.#accepting = undefined;
      return conn;
    }
  }

  #begin(listener: Deno.Listener): Promise<Deno.Conn> {
    const accepting = acceptWhole(listener);
    accepting.catch(() => this.#accepting = undefined);
    return accepting;
  }

  /** The connections that come, until the listener is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Connection, void, undefined> {
    while (this.#open) {
      try {
        yield await this.accept();
      } catch (error) {
        if (this.#open) throw error;
      }
    }
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return !this.#open;
  }

  /** Ends the listening; connections stay. Twice is harmless. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#accepting?.then((conn) => conn.close(), () => {});
    const isOurs = forks() === this.#madeAt; // else the parent listens there, and has the path still
    try {
      if (isOurs) this.#closed?.(); // before anybody else could take what we leave for left behind
    } finally {
      // In a forked child Deno's closing would take the descriptor out of an epoll that both share, so that the parent
      // would hear of nobody any more. The child's copy is closed when it ends.
      if (isOurs || this.listener instanceof Socket) this.listener.close();
    }
  }

  /** Ends the listening; connections stay. */
  [Symbol.dispose](): void {
    this.close();
  }
}

async function acceptWhole(listener: Deno.Listener): Promise<Deno.Conn> {
  for (;;) {
    try {
      return await listener.accept();
    } catch (error) {
      if (!brokenOff.some((code) => hasCode(error, code))) throw error;
    }
  }
}

// Of a client that did not wait; the second is that Deno could not ask where it was.
const brokenOff = ["ECONNABORTED", "ENOTCONN", "EPROTO"];
