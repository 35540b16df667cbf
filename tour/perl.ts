/**
 * The Perl programs on the other end, from tour/peers.
 */

/** Starts a program with these arguments. */
export type Perl = (program: string, ...args: (string | number)[]) => PerlProgram;

/** Whether this machine has a Perl with the modules that the programs use. */
export async function hasPerl(signal: AbortSignal): Promise<boolean> {
  const args = ["-MIPC::SysV", "-MIPC::Msg", "-MIPC::SharedMem", "-e", "1"];
  try {
    const command = new Deno.Command("perl", { args, stdin: "null", stderr: "null", signal });
    return (await command.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A Perl whose programs end when `signal` is aborted. */
export function perlUntil(signal: AbortSignal): Perl {
  return (program, ...args) => new PerlProgram(program, args.map(String), signal);
}

/** A running Perl program; killed when disposed. */
export class PerlProgram implements AsyncDisposable {
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(name: string, args: readonly string[], signal: AbortSignal) {
    this.#name = name;
    this.#child = new Deno.Command("perl", {
      args: [`${import.meta.dirname}/peers/${name}`, ...args],
      stdin: "piped",
      stdout: "piped",
      signal,
    }).spawn();
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next line it prints. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf("\n");
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      const { done, value } = await this.#output.read();
      if (done) throw new Error(`${this.#name} ended without a word`);
      this.#text += value;
    }
  }

  /** Writes an empty line to its standard input, for which it waits. */
  async goOn(): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new Uint8Array([10]));
    writer.releaseLock();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended already
    }
    await this.#output.cancel();
    await this.#child.stdin.close().catch(() => {});
    await this.#child.status;
  }
}
