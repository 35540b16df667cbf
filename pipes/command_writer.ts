/**
 * Printing what a program reads, as if it were a file.
 */
import { keepFromForks, pipe, requirePatience, waitNames } from "../io/mod.ts";
import { checked, dup2, namedDescriptors } from "../libc/mod.ts";
import type { Child, ChildStatus, Fd, WaitOptions } from "../process/mod.ts";
import { fork, spawn, type SpawnOptions } from "../process/mod.ts";
import { explainBroken } from "./broken.ts";
import { MOMENT } from "./moment.ts";

/** What a child reads, from {@linkcode writeTo} or {@linkcode forkWriter}. */
export class CommandWriter implements AsyncDisposable {
  /** The child. */
  readonly child: Child;
  /** Our end of the pipe. */
  readonly fd: Fd;
  readonly #command: string;

  /** Writes into `fd` what `child`, which runs `command`, reads. */
  constructor(child: Child, fd: Fd, command: string) {
    this.child = child;
    this.fd = fd;
    this.#command = command;
  }

  /**
   * Writes all of `data`.
   *
   * @param data Bytes, or text that is written as UTF-8.
   * @throws {BrokenPipeError} EPIPE, with the command and how it ended, if it does not read any more. Its end is waited
   * for, but no longer than a second: it may only have closed its standard input.
   */
  async write(data: string | Uint8Array, options: WaitOptions = {}): Promise<void> {
    try {
      await this.fd.write(data, options);
    } catch (error) {
      throw await explainBroken(error, this.#command, () => {
        const { signal, timeout = MOMENT } = options;
        const patience = { signal, timeout: Math.min(timeout, MOMENT) };
        return this.child.wait(patience).catch(() => undefined);
      });
    }
  }

  /**
   * Closes our end, which is the child's end of file, and waits until it has ended.
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
    this.fd.close();
    await this.child[Symbol.asyncDispose]();
  }
}

/**
 * Starts a program and writes what it reads, Perl's `open` with `|-`. No shell is involved.
 *
 * Its standard output and error are ours, unless `options.fds` say otherwise. Close the writer and look at the
 * status: disposing it without that ends the program, which may not have read all.
 *
 * @throws {SyscallError} ENOENT and its like at once, see {@linkcode spawn}.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for the program.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { writeTo } from "@deno-ipc/ipc/pipes";
 *
 * await using sort = writeTo("sort", ["-n"]);
 * await sort.write("10\n9\n");
 * console.log((await sort.close()).success); // 9, 10, true
 * ```
 */
export function writeTo(
  command: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): CommandWriter {
  const child = spawn(command, args, {
    ...checked(options, { fds: true }),
    fds: { ...namedDescriptors(options.fds), 0: "pipe" },
  });
  return new CommandWriter(child, child.fd(0), command);
}

/**
 * Forks this program and writes what the child reads, Perl's `open(…, "|-")`: the child has our variables, and
 * its standard input is the pipe. See {@linkcode fork} for what `fn` can do.
 *
 * @throws {TypeError} If this program cannot fork; see {@linkcode ensureForkable}.
 * @throws {Deno.errors.NotCapable} Without unscoped `--allow-run`.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { forkWriter } from "@deno-ipc/ipc/pipes";
 * import { forkable } from "@deno-ipc/ipc/process";
 *
 * if (forkable()) {
 *   const child = forkWriter(() => Deno.stdin.readSync(new Uint8Array(100)) ?? 0);
 *   await child.write("seven\n!");
 *   console.log((await child.close()).code); // 7
 * }
 * ```
 */
export function forkWriter(fn: () => number | void): CommandWriter {
  const { reader, writer } = pipe();
  reader.setBlocking();
  try {
    const child = fork(() => {
      dup2(reader.number, 0);
      writer.close();
      reader.close();
      return fn();
    });
    keepFromForks(writer.number);
    return new CommandWriter(child, writer, "forked child");
  } catch (error) {
    writer.close();
    throw error;
  } finally {
    reader.close();
  }
}
