/**
 * Programs one behind the other.
 */
import {
  type Fd,
  feed,
  type Input,
  type LineOptions,
  lines,
  lineWaitNames,
  passingChunks,
  pipe,
  readAll,
  requireInput,
  textOf,
  waitNames,
  type WaitOptions,
} from "../io/mod.ts";
import { checked, describe, type OptionNames, requireArray } from "../libc/mod.ts";
import type { Child, ChildDescriptor, ChildStatus } from "../process/mod.ts";
import { spawn, type SpawnOptions } from "../process/mod.ts";
import { MOMENT } from "./moment.ts";

/** How programs are put one behind the other. */
export interface PipelineOptions extends Omit<SpawnOptions, "fds" | "arg0"> {
  /** What the first one is given to read. */
  input?: Input;
  /** What the first one reads where there is no `input`. Default "inherit". */
  stdin?: Exclude<ChildDescriptor, "pipe">;
  /** Where the last one's output goes. Default "pipe", to us. */
  stdout?: ChildDescriptor;
  /** Where the errors of all of them go. Default "inherit". */
  stderr?: Exclude<ChildDescriptor, "pipe">;
}

const pipelineNames: OptionNames<Omit<PipelineOptions, keyof SpawnOptions>> = {
  input: true,
  stdin: true,
  stdout: true,
  stderr: true,
};
const statusNames = { pipefail: true, ...waitNames } as const;

/** Programs one behind the other, from {@linkcode pipeline}. */
export class Pipeline implements AsyncDisposable {
  /** The programs, in their order. */
  readonly children: readonly Child[];
  readonly #output: Fd | undefined;
  readonly #feeding: Promise<void>;
  readonly #over = new AbortController();
  #ended = false;

  /** The programs, of which the first one is given `input`. */
  constructor(children: readonly Child[], input: Input) {
    this.children = children;
    this.#output = children.at(-1)!.pipe(1);
    this.#feeding = feed(children[0].pipe(0), input, { done: this.#over.signal });
    this.#feeding.catch(() => {}); // who asks for the statuses is told
  }

  /** What the last one prints. Throws a TypeError if that does not come to us. */
  get output(): Fd {
    if (this.#output === undefined) throw new TypeError("The pipeline's output is not a pipe");
    return this.#output;
  }

  /** The lines that the last one prints. Leaving the loop early ends all of them. */
  async *lines(options: LineOptions & WaitOptions = {}): AsyncGenerator<string, void, undefined> {
    const { maxLength, signal, timeout } = checked(options, lineWaitNames);
    try {
      yield* lines(passingChunks(this.output, { signal, timeout }), { maxLength });
      this.#ended = true;
    } finally {
      if (!this.#ended) await this.end();
    }
  }

  /** All that the last one prints. */
  async bytes(options: WaitOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const all = await readAll(this.output, options);
    this.#ended = true;
    return all;
  }

  /** All that the last one prints, as UTF-8 text. */
  async text(options: WaitOptions = {}): Promise<string> {
    return textOf(await this.bytes(options));
  }

  /** Waits until all have ended: how each did, in their order. */
  async statuses(options: WaitOptions = {}): Promise<ChildStatus[]> {
    const statuses = await Promise.all(this.children.map((child) => child.wait(options)));
    this.#over.abort(); // nobody is there any more to be fed
    await this.#feeding;
    return statuses;
  }

  /**
   * Waits until all have ended: how the last one did, as a shell says; with `pipefail` how the last one did
   * that did not succeed.
   */
  async status(
    options: WaitOptions & { pipefail?: boolean } = {},
  ): Promise<ChildStatus> {
    const { pipefail = false, signal, timeout } = checked(options, statusNames);
    const statuses = await this.statuses({ signal, timeout });
    const failed = pipefail ? statuses.findLast(({ success }) => !success) : undefined;
    return failed ?? statuses.at(-1)!;
  }

  /** Ends all of them and reaps them. */
  async end(): Promise<void> {
    this.#over.abort();
    this.#output?.close();
    await Promise.all(this.children.map((child) => child[Symbol.asyncDispose]()));
    await this.#feeding.catch(() => {});
  }

  /** Ends all of them and reaps them. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) await this.statuses({ timeout: MOMENT }).catch(() => {}); // about to end by themselves
    await this.end();
  }
}

/**
 * Starts programs one behind the other, each reading what the one before prints. The kernel does the plumbing:
 * no byte goes through us but what we put in at one end or take out at the other.
 *
 * @param stages Command and arguments of each. No shell is involved.
 * @throws {SyscallError} ENOENT and its like at once, see {@linkcode spawn}; then none goes on.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for the programs.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { pipeline } from "@deno-ipc/ipc/pipes";
 *
 * const input = "pear\napple\npear\n";
 * await using counted = pipeline([["sort"], ["uniq", "-c"], ["sort", "-rn"]], { input });
 * for await (const line of counted.lines()) console.log(line.trim()); // 2 pear, 1 apple
 * console.log((await counted.status({ pipefail: true })).success); // true
 * ```
 */
export function pipeline(
  stages: readonly (readonly [command: string, ...args: string[]])[],
  options: PipelineOptions = {},
): Pipeline {
  const { input, stdin = "inherit", stdout = "pipe", stderr = "inherit", ...spawning } = checked(
    options,
    pipelineNames,
  );
  if (input !== undefined) requireInput(input);
  requireArray("Stages", stages);
  if (stages.length === 0) throw new TypeError("A pipeline must have at least one stage");
  stages.forEach(requireStage);
  const children: Child[] = [];
  using between = new DisposableStack(); // what only the children need
  try {
    let previous: ChildDescriptor = input === undefined ? stdin : "pipe";
    stages.forEach(([command, ...args], i) => {
      const last = i === stages.length - 1;
      const next = last ? undefined : pipe();
      if (next) between.use(next);
      const fds = { 0: previous, 1: next?.writer ?? stdout, 2: stderr };
      children.push(spawn(command, args, { ...spawning, arg0: undefined, fds }));
      previous = next?.reader ?? "null";
    });
    return new Pipeline(children, input ?? "");
  } catch (error) {
    for (const child of children) child[Symbol.dispose]();
    throw error;
  }
}

function requireStage(stage: unknown): void {
  if (Array.isArray(stage)) return; // of text each character would become an argument
  throw new TypeError(
    `A stage must be an array of a command and its arguments, got ${describe(stage)}`,
  );
}
