/**
 * What a case is done on: a directory, the programs that were started in it, and nothing left of either at the end.
 */
import { delimiter } from "node:path";
import {
  capture,
  type Child,
  type ChildDescriptors,
  type ChildStatus,
  Fd,
  spawn,
  type SpawnOptions,
} from "../process/mod.ts";

/** A program and its arguments. */
export type Command = readonly string[];

/** How a program is run. */
export interface RunOptions extends Pick<SpawnOptions, "uid" | "gid" | "groups" | "umask" | "cwd"> {
  /** What it reads. Default nothing. */
  input?: string;
  /** Variables of its environment beside ours. */
  env?: Record<string, string>;
  /** Descriptors beside 0, 1 and 2. */
  fds?: ChildDescriptors;
}

/** What a program printed, what it said on standard error, and how it ended. */
export interface Result {
  readonly printed: string;
  readonly said: string;
  readonly end: number | string;
}

/** A case's own place, and all that it needs from the system. */
export class Stage implements AsyncDisposable {
  /** Aborted when the whole is interrupted, or the case takes too long. */
  readonly signal: AbortSignal;
  readonly directory: string = Deno.makeTempDirSync({ prefix: "deno_ipc_conformance_" });
  readonly #cleanUp = new AsyncDisposableStack();

  constructor(signal: AbortSignal) {
    this.signal = signal;
    this.#cleanUp.defer(() => Deno.remove(this.directory, { recursive: true }));
    Deno.mkdirSync(this.path("bin"));
    Deno.chmodSync(this.directory, 0o755); // others than we may come here as well
  }

  /** A path in its directory. */
  path(name: string): string {
    return `${this.directory}/${name}`;
  }

  /** Writes a file into its directory, and returns the path. */
  write(name: string, text: string, mode = 0o644): string {
    Deno.writeTextFileSync(this.path(name), text, { mode });
    return this.path(name);
  }

  /** Makes what programs find under this name in PATH be `command`. */
  stub(name: string, command: Command): string {
    const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    return this.write(`bin/${name}`, `#!/bin/sh\nexec ${words} "$@"\n`, 0o755);
  }

  /** Takes over what is to be disposed at the end. */
  use<T extends Disposable | AsyncDisposable>(resource: T): T {
    return this.#cleanUp.use(resource);
  }

  /** Does this at the end. */
  defer(action: () => void | Promise<void>): void {
    this.#cleanUp.defer(action);
  }

  /** Runs a program to its end. */
  async run(
    [command, ...args]: Command,
    { input, env, ...options }: RunOptions = {},
  ): Promise<Result> {
    const { stderr, status, ...output } = await capture(command, args, {
      ...this.around(env),
      ...options,
      input,
      signal: this.signal,
    });
    const said = new TextDecoder().decode(stderr);
    return { printed: output.text(), said, end: endOf(status) };
  }

  /** Starts a program with which one talks line by line. */
  start([command, ...args]: Command, { env, fds, ...options }: RunOptions = {}): Running {
    using errors = Fd.open(this.path("errors"), { write: true, create: true, append: true });
    const child = spawn(command, args, {
      ...this.around(env),
      ...options,
      fds: { 0: "pipe", 1: "pipe", 2: errors, ...fds },
    });
    return this.use(new Running(child, this.signal));
  }

  /** What started programs have said on standard error. */
  errors(): string {
    try {
      return Deno.readTextFileSync(this.path("errors"));
    } catch {
      return ""; // there was none
    }
  }

  /** Where programs are run, with these variables in their environment beside ours. */
  around(env: Record<string, string> = {}): SpawnOptions {
    const PATH = this.path("bin") + delimiter + Deno.env.get("PATH");
    return {
      cwd: this.directory,
      env: { PATH, LC_ALL: "C", ...env },
      processGroup: "new", // it is ended with all that it has started
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleanUp.disposeAsync();
  }
}

/** A program that runs. */
export class Running implements AsyncDisposable {
  readonly child: Child;
  readonly #signal: AbortSignal;
  readonly #lines: AsyncGenerator<string, void>;

  constructor(child: Child, signal: AbortSignal) {
    this.child = child;
    this.#signal = signal;
    this.#lines = child.fd(1).lines({ signal });
  }

  get pid(): number {
    return this.child.pid;
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value } = await this.#lines.next();
    if (value === undefined) throw new Error(`process ${this.pid} has ended without a word`);
    return value;
  }

  /** So many lines. */
  async lines(count: number): Promise<string[]> {
    const lines = [];
    while (lines.length < count) lines.push(await this.line());
    return lines;
  }

  /** The lines that it prints until nobody has its output open any more. */
  rest(): Promise<string[]> {
    return Array.fromAsync(this.#lines);
  }

  /** Writes to its standard input. */
  async write(text: string): Promise<void> {
    await this.child.fd(0).write(text, { signal: this.#signal });
  }

  /** With what it ends: a code, or the name of a signal. */
  async end(): Promise<number | string> {
    return endOf(await this.child.wait({ signal: this.#signal }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.end({ signal: "SIGKILL" });
    await this.#lines.return();
  }
}

function endOf({ code, signal }: ChildStatus): number | string {
  return signal ?? code;
}
