/**
 * The programs on the other end of a test.
 */
import assert from "node:assert/strict";

const emulator = Deno.env.get("DENO_EMULATOR")?.split(" ") ?? [];

/**
 * Whether we run under qemu-user, which is slower and in some details not what it emulates: the tests
 * that must leave out such a detail say which.
 */
export const emulated: boolean = emulator.length > 0;

/** The command line of Deno with `args`, through the emulator if we run in one ourselves. */
export function denoCommand(...args: string[]): string[] {
  return [...emulator, Deno.execPath(), ...args];
}

/** How to run a command that may have no more than so many descriptors. */
export function limited(descriptors: number, command: readonly string[]): string[] {
  return ["sh", "-c", `ulimit -n ${descriptors}; exec "$@"`, "sh", ...command];
}

/** The path of a program under tests/fixtures. */
export function fixture(name: string): string {
  return new URL(`fixtures/${name}`, import.meta.url).pathname;
}

/** How to run a fixture in its language. */
export const language = {
  perl: (name: string, ...args: unknown[]) => ["perl", fixture(name), ...args.map(String)],
  python: (
    name: string,
    ...args: unknown[]
  ) => ["/usr/bin/python3", fixture(name), ...args.map(String)],
  deno: (name: string, ...args: unknown[]) =>
    denoCommand("run", "-A", fixture(name), ...args.map(String)),
};

/** Runs a program to its end and returns what it printed; fails unless it ends well. */
export async function run([command, ...args]: readonly string[]): Promise<string> {
  const output = await new Deno.Command(command, { args, stdin: "null" }).output();
  const text = new TextDecoder().decode(output.stdout);
  const complaint = new TextDecoder().decode(output.stderr);
  assert.ok(
    output.success,
    `${command} ${args.join(" ")} ended with ${output.code}: ${complaint}${text}`,
  );
  return text;
}

/** A running program whose lines are awaited one by one; killed when disposed. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor([command, ...args]: readonly string[]) {
    this.#child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The next line it prints, without its end. */
  async line(): Promise<string> {
    let end: number;
    while ((end = this.#rest.indexOf("\n")) < 0) {
      const { done, value } = await this.#lines.read();
      if (done) throw new Error(`no more lines, only ${JSON.stringify(this.#rest)}`);
      this.#rest += value;
    }
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return line;
  }

  /** Writes a line to its standard input. */
  async write(line: string): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(line + "\n"));
    writer.releaseLock();
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits until it ends. */
  async end(): Promise<Deno.CommandStatus> {
    return await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended already
    }
    await this.#lines.cancel();
    await this.#child.stdin.close().catch(() => {});
    await this.#child.status;
  }
}
