/**
 * Talking to a program through its terminal: waiting for what it shows, and typing.
 */
import {
  atOnce,
  countdown,
  forget,
  isTimeout,
  type LineOptions,
  lines,
  lineWaitNames,
  passingChunks,
  pollOne,
  readableOf,
  requirePatience,
  requireTimeout,
  timeoutNames,
  waitNames,
  type WaitOptions,
  whenReady,
} from "../io/mod.ts";
import {
  bytes as toBytes,
  checked,
  describe,
  endsLine,
  integer,
  type OptionNames,
  platform,
  requireFunction,
  requireInstance,
  tcgetattr,
} from "../libc/mod.ts";
import { EndOfFileError, ExpectTimeoutError } from "./errors.ts";
import { Incoming, wholeCharacters } from "./incoming.ts";
import { interact, type Interaction, interactNames, type InteractOptions } from "./interact.ts";
import {
  type Found,
  type Match,
  type Patterns,
  search,
  type Wanted,
  wantedOf,
} from "./patterns.ts";
import type { Which } from "./patterns.ts";
import { Pty } from "./pty.ts";
import { controlCharacter, lookUntil, sendNames, type SendOptions, typedSlowly } from "./typing.ts";
import { encode } from "./text.ts";
import type { Transcript } from "./transcript.ts";

const nothing = new Uint8Array();

/** How one talks to a program. */
export interface DialogueOptions {
  /** How long each expectation waits where it does not say so itself, in milliseconds. Default without end. */
  timeout?: number;
  /**
   * How many characters are kept that no pattern has matched, from 1 on. When there are more the first ones are let
   * go, which `forgotten` of the match counts. Default 1,048,576.
   */
  maxBuffer?: number;
  /** Is told of all that passes. */
  transcript?: Transcript;
}

/** What {@linkcode DialogueOptions} are called. */
export const dialogueNames: OptionNames<DialogueOptions> = {
  timeout: true,
  maxBuffer: true,
  transcript: true,
};

/**
 * A conversation with whatever has the terminal of a {@linkcode Pty}. What the terminal shows is text in UTF-8 here; a
 * byte that is not becomes a lone surrogate, U+DC80 to U+DCFF, and that byte again when it is sent, so none is lost.
 *
 * Several patterns: the one that is found first in the text counts, of several that begin there the first of the list. A
 * regular expression sees what has come so far and was not taken yet, so `.*` at its end may match less than what comes
 * a moment later, `^` is where the last match ended, and one that can match nothing does so at once.
 */
export class Dialogue {
  /** The terminal. What is read from it directly is not seen here. */
  readonly pty: Pty;
  readonly #incoming: Incoming;
  readonly #timeout: number | undefined;
  readonly #transcript: Transcript | undefined;

  /** Talks to whatever has the terminal of `pty` open. */
  constructor(pty: Pty, options: DialogueOptions = {}) {
    requireInstance("Terminal", Pty, pty);
    requireDialogueOptions(checked(options, dialogueNames));
    const { timeout, maxBuffer = 1 << 20, transcript } = options;
    this.pty = pty;
    this.#timeout = timeout;
    this.#transcript = transcript;
    this.#incoming = new Incoming(pty, maxBuffer, (data) => this.#tell("received", data, false));
  }

  #tell(direction: "received" | "sent", data: Uint8Array, hidden: boolean): void {
    this.#transcript?.({ direction, data: data.slice(), hidden });
  }

  /** What has come and was not taken yet, without looking for more. */
  get unread(): string {
    return this.#incoming.unread;
  }

  /**
   * Waits until one of the patterns is found in what the terminal shows, and takes all up to its end: the next
   * expectation begins behind it. If nothing is found nothing is taken.
   *
   * @param patterns A string, a RegExp, {@linkcode EOF} or {@linkcode TIMEOUT}; a list of them; or several by name.
   * @param options `timeout` 0 looks at what is there already.
   * @throws {ExpectTimeoutError} When the time is over and TIMEOUT is not among the patterns: a `DOMException` named
   * TimeoutError.
   * @throws {EndOfFileError} When the terminal ends and EOF is not among the patterns.
   * @throws The reason of `signal`.
   *
   * @example
   * ```ts
   * import { EOF, spawnTerminal } from "@deno-ipc/ipc/pty";
   *
   * await using terminal = spawnTerminal("sh", ["-c", "echo 1 file; exit 3"]);
   * const found = await terminal.expect({ files: /(\d+) files?/, none: "nothing", ended: EOF });
   * console.log(found.which, found.captures[0]); // files 1
   * ```
   */
  async expect<const P extends Patterns>(
    patterns: P,
    options: WaitOptions = {},
  ): Promise<Match<Which<P>>> {
    const { signal, timeout = this.#timeout } = checked(options, waitNames);
    requirePatience({ signal, timeout });
    const wanted = wantedOf(patterns);
    const attempt = () => this.#attempt<Which<P>>(wanted);
    const now = attempt();
    if (now !== undefined) return atOnce(now);
    try {
      return await whenReady(this.pty.fd.number, "read", attempt, { signal, timeout });
    } catch (error) {
      if (signal?.aborted || !isTimeout(error)) throw error;
      return this.#inVain(wanted, timeout!);
    }
  }

  /** Expects as `expect` does, but blocks the whole program until then. */
  expectSync<const P extends Patterns>(
    patterns: P,
    options: Pick<WaitOptions, "timeout"> = {},
  ): Match<Which<P>> {
    const { timeout = this.#timeout } = checked(options, timeoutNames);
    requireTimeout(timeout);
    const wanted = wantedOf(patterns);
    const timeLeft = countdown(timeout);
    for (;;) {
      const found = this.#attempt<Which<P>>(wanted);
      if (found !== undefined) return found;
      const left = timeLeft() ?? -1;
      const over = left === 0 && timeout! > 0; // also where there is always more to be looked at
      if (over || !pollOne(this.pty.fd.number, platform.POLLIN, left)) {
        return this.#inVain(wanted, timeout!);
      }
    }
  }

  /** Looks whether one of the patterns is found in what is there now; `undefined` if not. */
  tryExpect<const P extends Patterns>(patterns: P): Match<Which<P>> | undefined {
    return this.#attempt(wantedOf(patterns));
  }

  // Takes in no more than once, or a program that prints as fast as we search would never let anything else happen.
  #attempt<W>(wanted: Wanted): Match<W> | undefined {
    const found = search(this.#incoming.text, wanted) ??
      (this.#fill() ? search(this.#incoming.text, wanted) : undefined);
    if (found !== undefined) return this.#take(found);
    if (this.#incoming.ended) return this.#atEnd(wanted);
  }

  #fill(): boolean {
    const filled = this.#incoming.fill();
    if (filled) forget(this.pty.fd.number); // whoever else waits for this looks at what is here now
    return filled;
  }

  #take<W>({ index, ...found }: Found): Match<W> {
    const { text, forgotten } = this.#incoming;
    this.#incoming.drop(wholeCharacters(text, index + found.match.length));
    return { ...found, before: text.slice(0, index), forgotten } as Match<W>;
  }

  #atEnd<W>(wanted: Wanted): Match<W> {
    const { text: before } = this.#incoming;
    if (wanted.atEnd === undefined) throw new EndOfFileError(wanted.text, before);
    return this.#take({
      which: wanted.atEnd,
      index: before.length,
      match: "",
      captures: [],
      groups: {},
    });
  }

  #inVain<W>(wanted: Wanted, timeout: number): Match<W> {
    const { text: before, forgotten } = this.#incoming;
    if (wanted.atTimeout === undefined) throw new ExpectTimeoutError(timeout, wanted.text, before);
    return { which: wanted.atTimeout as W, before, match: "", captures: [], groups: {}, forgotten };
  }

  /**
   * Types text or bytes; waits until there is room, without end unless `timeout` or `signal` say so. A program that is
   * itself held back, since nobody reads what it prints or what is echoed, reads nothing: send much only while
   * something else reads. A line of more than 4,095 bytes does not fit into a terminal that hands over whole lines.
   *
   * @throws {SyscallError} EPIPE if no program has the terminal open any more.
   */
  async send(data: string | Uint8Array, options: SendOptions = {}): Promise<void> {
    const { delay, signal, timeout } = checked(options, sendNames);
    const waiting = { signal, timeout };
    requirePatience(waiting);
    if (delay !== undefined) return await typedSlowly(this, data, delay, waiting);
    const { bytes, tellSent } = this.#typing(data);
    await this.pty.write(bytes, waiting);
    tellSent();
  }

  /** Types as `send` does, but blocks the whole program until there is room. */
  sendSync(data: string | Uint8Array): void {
    const { bytes, tellSent } = this.#typing(data);
    this.pty.writeSync(bytes);
    tellSent();
  }

  #typing(data: string | Uint8Array): { bytes: Uint8Array; tellSent: () => void } {
    const bytes = typeof data === "string" ? encode(data) : toBytes("Data", data);
    if (this.#transcript === undefined) return { bytes, tellSent: () => {} };
    const { echo, lines } = this.pty.modes; // before it is typed: a program that has its password shows the next line
    const hidden = lines && !echo;
    return { bytes, tellSent: () => this.#tell("sent", hidden ? nothing : bytes, hidden) };
  }

  /** Types text and the Enter key. */
  async sendLine(text = "", options: SendOptions = {}): Promise<void> {
    if (typeof text !== "string") {
      throw new TypeError(`Text must be a string, got ${describe(text)}`);
    }
    await this.send(`${text}\r`, options);
  }

  /**
   * Types a control character.
   *
   * @param key The key that is pressed together with Ctrl: a letter, or one of `@ [ \ ] ^ _ ?`.
   * @throws {TypeError} If there is no such character.
   *
   * @example
   * ```ts
   * import { spawnTerminal } from "@deno-ipc/ipc/pty";
   *
   * await using sleeper = spawnTerminal("sleep", ["1000"]);
   * await sleeper.sendControl("c");
   * console.log((await sleeper.wait()).signal); // SIGINT
   * ```
   */
  async sendControl(key: string, options: WaitOptions = {}): Promise<void> {
    await this.send(controlCharacter(key), options);
  }

  /**
   * Types what ends the input: ^D, unless the terminal has another character for that. It does so at the beginning of a
   * line; in the middle of one it hands over what was typed so far.
   *
   * @throws {TypeError} If the terminal has no such character.
   */
  async sendEof(options: WaitOptions = {}): Promise<void> {
    const byte = this.pty.endOfFileByte;
    if (byte === 0) throw new TypeError("The terminal has no character that ends the input");
    await this.send(Uint8Array.of(byte), options);
  }

  /**
   * Waits until the terminal reads a line without showing it, as for a password: then it is safe to type one. A program
   * that reads keys one by one and shows them itself, as a shell with line editing does, is not meant.
   *
   * The kernel tells nobody when that changes, so this looks again and again, every 2 to 50 ms. What the terminal shows
   * meanwhile is kept for the next expectation.
   *
   * @throws {EndOfFileError} If no program has the terminal open any more.
   * @throws {ExpectTimeoutError} When the time is over: a `DOMException` named TimeoutError.
   */
  async waitNoEcho(options: WaitOptions = {}): Promise<void> {
    const { signal, timeout = this.#timeout } = checked(options, waitNames);
    const awaited = "a line without echo";
    const isSilent = () => {
      this.#fill(); // a program that is held back would never come so far
      const { echo, lines } = this.pty.modes;
      if (lines && !echo) return true;
      if (this.pty.hungUp) throw new EndOfFileError(awaited, this.unread);
      return false;
    };
    try {
      await lookUntil(isSilent, { signal, timeout });
    } catch (error) {
      if (signal?.aborted || !isTimeout(error)) throw error;
      throw new ExpectTimeoutError(timeout!, awaited, this.unread);
    }
  }

  /** Reads what the terminal shows as bytes: at least one; null at its end. See {@linkcode Fd.read}. */
  async read(buffer: Uint8Array, options: WaitOptions = {}): Promise<number | null> {
    requirePatience(checked(options, waitNames));
    const now = this.#tryRead(buffer);
    if (now !== undefined) return atOnce(now);
    return await whenReady(this.pty.fd.number, "read", () => this.#tryRead(buffer), options);
  }

  #tryRead(buffer: Uint8Array): number | null | undefined {
    const size = this.#incoming.takeBytes(buffer);
    if (size > 0 || buffer.length === 0) return size;
    if (this.#incoming.ended) return null;
    const read = this.pty.tryRead(buffer);
    if (read) this.#tellRead(buffer.subarray(0, read));
    return read;
  }

  #tellRead(bytes: Uint8Array): void {
    try {
      this.#tell("received", bytes, false);
    } catch (error) {
      this.#putBack(bytes); // since nobody will hear of them now
      throw error;
    }
  }

  #putBack(bytes: Uint8Array): void {
    this.#incoming.putBack(bytes);
    if (!this.pty.fd.closed) forget(this.pty.fd.number); // as where it has just come
  }

  /** What the terminal shows, as lines, without their ends; see {@linkcode Fd.lines}. */
  lines(options: LineOptions & WaitOptions = {}): AsyncGenerator<string, void, undefined> {
    const { maxLength, signal, timeout } = checked(options, lineWaitNames);
    return lines(passingChunks(this, { signal, timeout }), { maxLength });
  }

  /** What the terminal shows, as a stream. Cancelling it closes our side. */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const read = (buffer: Uint8Array) => this.read(buffer);
    return readableOf({ read, close: () => this.pty.close() });
  }

  /**
   * A stream that types. Closing it types what ends the input, as `sendEof` does, twice after a line without end;
   * aborting it closes our side.
   */
  get writable(): WritableStream<string | Uint8Array> {
    let last: string | number | undefined; // a character or a byte
    return new WritableStream({
      write: async (chunk, { signal }) => {
        await this.send(chunk, { signal });
        last = chunk.at(-1) ?? last;
      },
      close: async () => {
        const byte = typeof last === "string" ? last.charCodeAt(0) : last;
        if (byte !== undefined && !endsLine(tcgetattr(this.pty.fd.number), byte)) {
          await this.sendEof();
        }
        await this.sendEof();
      },
      abort: () => this.pty.close(),
    });
  }

  /**
   * Joins our own terminal with this one: what is typed there goes here, what is shown here is shown there, until the
   * escape character is typed or this terminal ends. Our terminal is raw meanwhile, and as before afterwards whatever
   * happens; changes of its size are passed on. As long as the program takes nothing of what was typed, the escape
   * character behind that is not seen. What has come and was not shown at the end, since our standard output took no more,
   * is what is read next.
   *
   * @returns Why it ended.
   * @throws {TypeError} If our standard input is no terminal.
   */
  async interact(options: InteractOptions = {}): Promise<Interaction> {
    return await interact(this, checked(options, interactNames), (rest) => this.#putBack(rest));
  }
}

/** Throws unless one can talk like this. */
export function requireDialogueOptions(
  { timeout, maxBuffer = 1, transcript }: DialogueOptions,
): void {
  requireTimeout(timeout);
  if (transcript !== undefined) requireFunction("transcript", transcript);
  integer("maxBuffer", maxBuffer, 1, Number.MAX_SAFE_INTEGER);
}
