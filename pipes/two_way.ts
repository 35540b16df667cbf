/**
 * Programs that one talks to both ways.
 */
import type { Child, ChildDescriptor, ChildStatus, Communication, Fd } from "../process/mod.ts";
import { communicate, type CommunicateOptions, type Input } from "../process/mod.ts";
import { spawn, type SpawnOptions, type WaitOptions } from "../process/mod.ts";
import { checked, namedDescriptors, type OptionNames } from "../libc/mod.ts";
import { requirePatience, waitNames } from "../io/mod.ts";

/** A child that we write to and read from, from {@linkcode open2} or {@linkcode open3}. */
export class TwoWay implements AsyncDisposable {
  /** The child. */
  readonly child: Child;

  /** Talks to `child`. */
  constructor(child: Child) {
    this.child = child;
  }

  /** What the child reads. Throws a TypeError if that is not a pipe of ours. */
  get stdin(): Fd {
    return this.child.fd(0);
  }

  /** What the child prints. Throws a TypeError if that is not a pipe of ours. */
  get stdout(): Fd {
    return this.child.fd(1);
  }

  /** What the child prints as errors. Throws a TypeError if that is not a pipe of ours. */
  get stderr(): Fd {
    return this.child.fd(2);
  }

  /**
   * Writes `input`, reads all that the child prints, and waits until it has ended; all at once, so that no full
   * pipe blocks either side. See {@linkcode communicate}.
   */
  communicate(input: Input = "", options: CommunicateOptions = {}): Promise<Communication> {
    return communicate(this.child, input, options);
  }

  /** Closes our ends of the pipes and waits until the child has ended. */
  async close(options: WaitOptions = {}): Promise<ChildStatus> {
    requirePatience(checked(options, waitNames));
    for (const number of [0, 1, 2]) this.child.pipe(number)?.close();
    return await this.child.wait(options);
  }

  /** Closes our ends of the pipes, ends the child and reaps it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.child[Symbol.asyncDispose]();
  }
}

/**
 * Starts a program and talks to it both ways, Perl's IPC::Open2. Its errors go where ours go.
 *
 * Many programs keep what they print until there is much of it when that is a pipe; then a question is never
 * answered, and both wait. Use `communicate`, or a terminal.
 *
 * @throws {SyscallError} ENOENT and its like at once, see {@linkcode spawn}.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for the program.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { open2 } from "@deno-ipc/ipc/pipes";
 *
 * await using cat = open2("cat", ["-u"]);
 * const answers = cat.stdout.lines();
 * await cat.stdin.write("who is there?\n");
 * console.log((await answers.next()).value); // who is there?
 * ```
 */
export function open2(
  command: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): TwoWay {
  return new TwoWay(
    spawn(command, args, {
      ...checked(options, { fds: true }),
      fds: { ...namedDescriptors(options.fds), 0: "pipe", 1: "pipe" },
    }),
  );
}

/** Where the standard descriptors of a program go. */
export interface Open3Options extends SpawnOptions {
  /** What it reads: "pipe" for what we write, "inherit" for what we would read, "null", or an `Fd`. */
  stdin?: ChildDescriptor;
  /** What it prints goes: to us ("pipe"), where ours goes ("inherit"), nowhere ("null"), to an `Fd`. */
  stdout?: ChildDescriptor;
  /** Where its errors go: the same, or "merge" for where `stdout` goes. */
  stderr?: ChildDescriptor | "merge";
}

const open3Names: OptionNames<Omit<Open3Options, keyof SpawnOptions>> = {
  stdin: true,
  stdout: true,
  stderr: true,
};

/**
 * Starts a program and talks to it both ways, its errors apart, Perl's IPC::Open3. All three are pipes unless
 * `options` say otherwise. Read output and errors at the same time, or the one that is not read fills its
 * pipe and the program stops: `communicate` does.
 *
 * @throws {SyscallError} ENOENT and its like at once, see {@linkcode spawn}.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for the program.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { open3 } from "@deno-ipc/ipc/pipes";
 *
 * await using sh = open3("sh", ["-c", "cat; echo done >&2; exit 3"]);
 * const { stdout, stderr, status } = await sh.communicate("input");
 * console.log(stdout.length, stderr.length, status.code); // 5 5 3
 * ```
 */
export function open3(
  command: string,
  args: readonly string[] = [],
  options: Open3Options = {},
): TwoWay {
  const { stdin = "pipe", stdout = "pipe", stderr = "pipe", ...spawning } = checked(
    options,
    open3Names,
  );
  const fds = {
    ...namedDescriptors(spawning.fds),
    0: stdin,
    1: stdout,
    2: stderr === "merge" ? 1 : stderr,
  };
  return new TwoWay(spawn(command, args, { ...spawning, fds }));
}
