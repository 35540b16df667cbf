/**
 * Reading what a program prints, as if it were a file.
 */
import {
  keepFromForks,
  type LineOptions,
  lines,
  lineWaitNames,
  passingChunks,
  pipe,
  readAll,
  requirePatience,
  textOf,
  waitNames,
} from "../io/mod.ts";
import type { Child, ChildStatus, Fd, WaitOptions } from "../process/mod.ts";
import { fork, spawn, type SpawnOptions } from "../process/mod.ts";
import { checked, defaultSignals, dup2, namedDescriptors, signalNumber } from "../libc/mod.ts";
import { MOMENT } from "./moment.ts";

/** What a child prints, from {@linkcode readFrom} or {@linkcode forkReader}. */
export class CommandReader implements AsyncDisposable {
  /** The child. */
  readonly child: Child;
  /** Our end of the pipe. */
  readonly fd: Fd;
  #ended = false;

  /** Reads from `fd` what `child` prints. */
  constructor(child: Child, fd: Fd) {
    this.child = child;
    this.fd = fd;
  }

  /** Reads at least one byte into `buffer`; null at the end. See {@linkcode Fd.read}. */
  async read(buffer: Uint8Array, options: WaitOptions = {}): Promise<number | null> {
    const size = await this.fd.read(buffer, options);
    if (size === null) this.#ended = true;
    return size;
  }

  /**
   * The lines that the child prints, without their ends. Leaving the loop early ends the child and reaps it.
   *
   * @throws {RangeError} If a line is longer than `maxLength`, by default 1 MiB.
   */
  async *lines(options: LineOptions & WaitOptions = {}): AsyncGenerator<string, void, undefined> {
    const { maxLength, signal, timeout } = checked(options, lineWaitNames);
    try {
      yield* lines(passingChunks(this.fd, { signal, timeout }), { maxLength });
      this.#ended = true;
    } finally {
      if (!this.#ended) await this.#end();
    }
  }

  /** All that the child prints, from here to the end. */
  async bytes(options: WaitOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const all = await readAll(this.fd, options);
    this.#ended = true;
    return all;
  }

  /** All that the child prints, from here to the end, as UTF-8 text. */
  async text(options: WaitOptions = {}): Promise<string> {
    return textOf(await this.bytes(options));
  }

  /**
   * Closes our end and waits until the child has ended. A child that goes on printing is killed by SIGPIPE, as
   * everywhere; one that does neither is waited for, so give a `timeout`, or dispose instead.
   *
   * @returns How it ended; an exit code is not an error.
   */
  async close(options: WaitOptions = {}): Promise<ChildStatus> {
    requirePatience(checked(options, waitNames));
    this.fd.close();
    return await this.child.wait(options);
  }

  /** Closes our end, ends the child and reaps it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) await this.child.wait({ timeout: MOMENT }).catch(() => {}); // about to end by itself
    await this.#end();
  }

  async #end(): Promise<void> {
    this.fd.close();
    await this.child[Symbol.asyncDispose]();
  }
}

/**
 * Starts a program and reads what it prints, Perl's `open` with `-|`. No shell is involved.
 *
 * Its standard input and error are ours, unless `options.fds` say otherwise.
 *
 * @throws {SyscallError} ENOENT and its like at once, see {@linkcode spawn}.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for the program.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { readFrom } from "@deno-ipc/ipc/pipes";
 *
 * await using found = readFrom("find", ["/usr/lib", "-name", "*.so*"]);
 * for await (const path of found.lines()) {
 *   if (path.includes("/libc.so")) break; // ends find
 * }
 * ```
 */
export function readFrom(
  command: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): CommandReader {
  const child = spawn(command, args, {
    ...checked(options, { fds: true }),
    fds: { ...namedDescriptors(options.fds), 1: "pipe" },
  });
  return new CommandReader(child, child.fd(1));
}

/**
 * Forks this program and reads what the child prints, Perl's `open(…, "-|")`: the child has our variables, and
 * its standard output is the pipe, and SIGPIPE ends it when nobody reads that any more. See {@linkcode fork} for what
 * `fn` can do.
 *
 * @throws {TypeError} If this program cannot fork; see {@linkcode ensureForkable}.
 * @throws {Deno.errors.NotCapable} Without unscoped `--allow-run`.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { forkReader } from "@deno-ipc/ipc/pipes";
 * import { forkable } from "@deno-ipc/ipc/process";
 *
 * if (forkable()) {
 *   await using child = forkReader(() => console.log("from the child"));
 *   console.log(await child.text()); // "from the child\n"
 * }
 * ```
 */
export function forkReader(fn: () => number | void): CommandReader {
  const { reader, writer } = pipe();
  writer.setBlocking();
  try {
    const child = fork(() => {
      dup2(writer.number, 1);
      writer.close();
      reader.close();
      defaultSignals([signalNumber("SIGPIPE")]); // which the runtime ignores
      return fn();
    });
    keepFromForks(reader.number);
    return new CommandReader(child, reader);
  } catch (error) {
    reader.close();
    throw error;
  } finally {
    writer.close();
  }
}
