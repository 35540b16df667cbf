/**
 * Talking to a child in full, both ways at once, so that neither waits for the other for ever.
 */
import {
  Collector,
  type Fd,
  feed,
  type Input,
  requireInput,
  requirePatience,
  textOf,
  together,
  waitNames,
  type WaitOptions,
} from "../io/mod.ts";
import { checked, integer, type OptionNames, requireInstance } from "../libc/mod.ts";
import { Child } from "./child.ts";
import type { ChildStatus } from "./status.ts";

/** Within which limits one talks to a child. */
export interface CommunicateOptions extends WaitOptions {
  /** How many bytes it may write to its output and error together. Default without limit. */
  maxBytes?: number;
}

/** What {@linkcode CommunicateOptions} are called. */
export const communicateNames: OptionNames<CommunicateOptions> = { maxBytes: true, ...waitNames };

/** What a child has written, and how it ended. */
export interface Communication {
  /** What it wrote to its standard output; nothing if that is not a pipe of ours. */
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** What it wrote to its standard error; nothing if that is not a pipe of ours. */
  readonly stderr: Uint8Array<ArrayBuffer>;
  /** How it ended. */
  readonly status: ChildStatus;
  /** Its standard output as UTF-8 text. */
  text(): string;
}

/**
 * Talking to a child was given up: it took too long, was aborted, or the child wrote too much. `cause` says
 * which: the `DOMException` named TimeoutError, the reason of the signal, or a RangeError. The child has been
 * ended and reaped.
 */
export class CommunicationError extends Error implements Communication {
  /** What it wrote to its standard output until then. */
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** What it wrote to its standard error until then. */
  readonly stderr: Uint8Array<ArrayBuffer>;
  /** How it was ended. */
  readonly status: ChildStatus;

  /** Gave up because of `cause`, with what was there. */
  constructor(cause: unknown, { stdout, stderr, status }: Omit<Communication, "text">) {
    const reason = cause instanceof Error ? cause.message : Deno.inspect(cause);
    super(`The child was ended: ${reason}`, { cause });
    this.name = "CommunicationError";
    this.stdout = stdout;
    this.stderr = stderr;
    this.status = status;
  }

  /** What it wrote to its standard output until then, as UTF-8 text. */
  text(): string {
    return textOf(this.stdout);
  }
}

/**
 * Writes `input` to the child's standard input, reads its standard output and error to their ends, and waits
 * until it has ended; all at once, so that no full pipe blocks either side. What is not a pipe is left
 * alone. A child that does not read its input to the end is no error.
 *
 * @param child Nobody else must read or write its pipes meanwhile.
 * @throws {CommunicationError} If it is given up, with what came until then; the child is ended and reaped.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { communicate, spawn } from "@deno-ipc/ipc/process";
 *
 * const child = spawn("tr", ["a-z", "A-Z"], { fds: { 0: "pipe", 1: "pipe" } });
 * console.log((await communicate(child, "hello")).text()); // HELLO
 * ```
 */
export async function communicate(
  child: Child,
  input: Input = "",
  options: CommunicateOptions = {},
): Promise<Communication> {
  requireInstance("Child", Child, child);
  const { maxBytes = Infinity, signal, timeout } = checked(options, communicateNames);
  // Also a signal that is aborted already ends the child, below.
  const over = signal instanceof AbortSignal && signal.aborted;
  requireCommunication(input, { maxBytes, signal: over ? undefined : signal, timeout });
  const out = new Collector();
  const err = new Collector();
  const within = () => {
    if (out.size + err.size > maxBytes) {
      throw new RangeError(`More than ${maxBytes} bytes of output`);
    }
  };
  const collected = () => ({ stdout: out.bytes(), stderr: err.bytes() });
  try {
    const stdin = child.pipe(0);
    const ended = stdin && new AbortController();
    const reading: Promise<void>[] = [];
    const [, , status] = await together([
      (options) => reading[0] = collect(child.pipe(1), out, within, options),
      (options) => reading[1] = collect(child.pipe(2), err, within, options),
      // What feeds the child must hear when that ends. Else it is enough to look once all is read: as a rule it
      // has then ended, so that there is nothing to wait for.
      (options) =>
        Promise.all(stdin ? [] : reading)
          .then(() => child.wait(options)).finally(() => ended?.abort()),
      (options) => feed(stdin, input, { ...options, done: ended?.signal }),
    ], { signal, timeout });
    return { ...collected(), status, text: () => textOf(out.bytes()) };
  } catch (error) {
    throw new CommunicationError(error, { ...collected(), status: await child.end() });
  }
}

/** Throws unless one can communicate like this. */
export function requireCommunication(
  input: Input,
  { maxBytes = Infinity, ...patience }: CommunicateOptions,
): void {
  requireInput(input);
  requirePatience(patience);
  if (maxBytes !== Infinity) integer("maxBytes", maxBytes, 0, Number.MAX_SAFE_INTEGER);
}

async function collect(
  fd: Fd | undefined,
  collector: Collector,
  added: () => void,
  options: WaitOptions,
): Promise<void> {
  if (fd === undefined) return;
  await collector.collect(fd, added, options);
  fd.close();
}
