/**
 * A program at the other end of a FIFO that answers whoever reads it.
 */
import {
  atOnce,
  type Fd,
  pollAll,
  requirePatience,
  statusOf,
  whenReady,
  withPatience,
} from "../io/mod.ts";
import {
  absolutePath,
  bytes,
  checked,
  fcntl,
  hasCode,
  type OptionNames,
  platform,
  requireFunction,
  SyscallError,
  unreadBytes,
} from "../libc/mod.ts";
import { isFifo, mkfifo, mkfifoNames, type MkfifoOptions } from "./make.ts";
import { openFifo } from "./open.ts";
import { Place } from "./watch.ts";

/** How a FIFO is served. `mode` is for a FIFO that has to be made. */
export interface ServeFifoOptions extends MkfifoOptions {
  /** Ends the serving. */
  signal?: AbortSignal;
}

const serveNames: OptionNames<ServeFifoOptions> = { ...mkfifoNames, signal: true };

/**
 * Serves a FIFO: whoever opens it to read gets one whole answer, and then the end of file; like the page's server of a
 * `.signature`. It is made if it is not there, and made again when somebody removes it; it stays when the serving ends.
 *
 * Readers that come one after the other get one answer each: the next one is written only when the last reader has
 * closed the FIFO. (After one that leaves in the middle of an answer of more than 4 KiB the next may be given the rest.)
 * Readers that have it open at the same moment share one stream, as a FIFO has it; where that can
 * happen, take a Unix socket. A reader that goes before the end has missed the rest; an answer that nobody has read
 * any of is kept for the next.
 *
 * @param path Where the FIFO is; a relative one means the same although our directory changes.
 * @param producer Called when a reader has come; what it returns is the answer. If it throws, the serving ends.
 * @returns Resolves when `signal` is aborted; what a producer that is at work then still returns is for nobody.
 * @throws {SyscallError} With the path, made absolute: EEXIST if there is something else, which is left alone; EACCES if
 * the FIFO belongs neither to our user nor to root, who could read the answers; ENOENT.
 * @throws {Deno.errors.NotCapable} Without `--allow-read` and `--allow-write` for the path.
 * @tags allow-ffi, allow-read, allow-write
 *
 * @example
 * ```ts
 * import { serveFifo } from "@deno-ipc/ipc/fifo";
 * import { capture } from "@deno-ipc/ipc/process";
 *
 * const directory = Deno.makeTempDirSync();
 * const server = new AbortController();
 * let visits = 0;
 * const served = serveFifo(`${directory}/status`, () => `visit ${++visits}\n`, server);
 * console.log((await capture("sh", ["-c", `until cat ${directory}/status; do :; done`])).text()); // visit 1
 * server.abort();
 * await served;
 * Deno.removeSync(directory, { recursive: true });
 * ```
 */
export async function serveFifo(
  path: string,
  producer: () => string | Uint8Array | Promise<string | Uint8Array>,
  options: ServeFifoOptions = {},
): Promise<void> {
  const { mode, signal = never } = checked(options, serveNames);
  requireFunction("Producer", producer);
  const answers = new Answers(producer);
  const absolute = absolutePath(path); // our directory may change meanwhile
  try {
    for (;;) {
      requirePatience({ signal });
      using place = findPlace(absolute, mode);
      if (place === undefined) await atOnce(undefined);
      while (place && !place.gone) await answerOne(place, answers, signal);
    }
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
  }
}

const never = new AbortController().signal;

/** The FIFO at `path`, which is made if there is none; `undefined` if somebody made or removed it in the same moment. */
function findPlace(path: string, mode: number | undefined): Place | undefined {
  try {
    if (statusOf(path) === undefined) mkfifo(path, { mode });
    if (statusOf(path)?.isFifo === false) {
      throw new SyscallError("mkfifo", "EEXIST", { path }, "it is not a FIFO");
    }
    return placeAt(path);
  } catch (error) {
    if (hasCode(error, "EEXIST") && (isFifo(path) || isGone(path))) return undefined;
    const noDirectory = error instanceof SyscallError && error.syscall === "mkfifo";
    if (hasCode(error, "ENOENT") && !noDirectory) return undefined;
    throw error;
  }
}

function isGone(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return false;
  } catch (error) {
    return hasCode(error, "ENOENT");
  }
}

function placeAt(path: string): Place | undefined {
  try {
    return new Place(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Waits for a reader and answers it. */
async function answerOne(place: Place, answers: Answers, signal: AbortSignal): Promise<void> {
  using writer = await openUnlessGone(place, signal);
  if (writer === undefined) return;
  if (place.isOf(writer)) return await answer(place, writer, answers, signal);
  using replacement = placeAt(place.path); // which has come in the same moment, with a reader of its own
  if (replacement?.isOf(writer)) await answer(replacement, writer, answers, signal);
}

/** Gives a reader one answer, and waits until it has closed the FIFO. */
async function answer(
  place: Place,
  writer: Fd,
  answers: Answers,
  signal: AbortSignal,
): Promise<void> {
  let closed = place.closings(); // of those before
  do {
    const outcome = await write(
      writer,
      await withPatience({ signal }, () => answers.next()),
      signal,
    );
    if (outcome === "untouched") answers.again();
    if (outcome !== "read") return;
    closed = place.closings();
  } while (closed.afterReading); // then the one that is there now is the next one
  writer.close(); // which is the end of file for the reader
  // To wait for one that has closed it already would never end; not to wait for one that has not costs nothing: it is
  // found to have gone without reading.
  const last = place.closings(); // our own closing is heard of now
  if (!closed.any && !last.any) await place.untilReaderCloses({ signal });
}

/** Opens the FIFO when a reader comes; `undefined` if it is removed before. */
async function openUnlessGone(place: Place, signal: AbortSignal): Promise<Fd | undefined> {
  const stop = new AbortController();
  const options = { signal: AbortSignal.any([signal, stop.signal]) };
  const watching = place.untilGone(options).then(() => stop.abort(), () => {});
  try {
    return await openFifo(place.path, "w", options);
  } catch (error) {
    // It may be back already, if it was only moved away and back: that it was gone is what counts.
    const wasGone = stop.signal.aborted || hasCode(error, "ENOENT") || place.gone;
    if (!wasGone) throw error;
    return undefined;
  } finally {
    stop.abort();
    await watching;
  }
}

/**
 * Writes an answer and waits until it is read: that the FIFO has room for no more than one piece is how one hears of
 * that. A reader can still be counted that has just closed the FIFO, and will read nothing: then it is "untouched".
 */
async function write(
  writer: Fd,
  answer: Uint8Array,
  signal: AbortSignal,
): Promise<"read" | "left" | "untouched"> {
  fcntl(writer.number, platform.F_SETPIPE_SZ, platform.PIPE_BUF);
  let rest = answer;
  const written = () => {
    const size = rest.length > 0 ? writer.tryWrite(rest) : 0;
    rest = rest.subarray(size ?? 0);
    if (rest.length === 0) return true;
  };
  try {
    if (!written()) await whenReady(writer.number, "write", written, { signal });
    await whenReady(writer.number, "write", () => true, { signal });
    if (!isAbandoned(writer)) return "read";
  } catch (error) {
    if (!hasCode(error, "EPIPE")) throw error;
  }
  return unreadBytes(writer.number) === answer.length - rest.length ? "untouched" : "left";
}

/** Whether nobody reads any more. */
function isAbandoned(writer: Fd): boolean {
  const [events] = pollAll([{ fd: writer.number, events: platform.POLLOUT }], 0);
  return (events & platform.POLLERR) !== 0;
}

/** What is answered: one answer after the other. */
class Answers {
  readonly #producer: () => string | Uint8Array | Promise<string | Uint8Array>;
  #last: Uint8Array | undefined;
  #again = false;

  constructor(producer: () => string | Uint8Array | Promise<string | Uint8Array>) {
    this.#producer = producer;
  }

  async next(): Promise<Uint8Array> {
    if (!this.#again || !this.#last) this.#last = bytes("Answer", await this.#producer());
    this.#again = false;
    return this.#last;
  }

  /** The last answer was for nobody: it is the next one as well. */
  again(): void {
    this.#again = true;
  }
}
