/**
 * Files, commands and standard input read one after another, as Perl's magic ARGV does; but what is a command
 * is said, not guessed from a name.
 */
import { lineNames, type LineOptions, lines } from "../io/mod.ts";
import { checked, requireArray } from "../libc/mod.ts";
import { readFrom } from "./command_reader.ts";

/** Something to read: a file's path, "-" for our standard input, or a command with its arguments. */
export type InputSource = string | readonly [command: string, ...args: string[]];

/**
 * The lines of all sources, one source after another; by default of the files that this program was called
 * with, or of its standard input if there are none.
 *
 * @throws {SyscallError} For a command as {@linkcode readFrom}.
 * @throws {Deno.errors.NotFound} For a file that is not there, and other errors of `Deno.open`.
 * @throws {Deno.errors.NotCapable} Without `--allow-read` for a file, or `--allow-run` for a command.
 * @tags allow-ffi, allow-read, allow-run
 *
 * @example
 * ```ts
 * import { inputLines } from "@deno-ipc/ipc/pipes";
 *
 * for await (const line of inputLines([["echo", "from a command"], "/etc/hostname"])) console.log(line);
 * ```
 */
export async function* inputLines(
  sources: readonly InputSource[] = Deno.args.length > 0 ? Deno.args : ["-"],
  options: LineOptions = {},
): AsyncGenerator<string, void, undefined> {
  requireArray("Sources", sources);
  checked(options, lineNames);
  for (const source of sources) {
    if (typeof source !== "string") {
      requireArray("A source that is no path", source);
      const [command, ...args] = source;
      await using reader = readFrom(command, args);
      yield* reader.lines(options);
    } else if (source === "-") {
      // Standard input stays open: it is not ours alone, and may be named twice.
      yield* lines(Deno.stdin.readable.values({ preventCancel: true }), options);
    } else {
      using file = await Deno.open(source);
      yield* lines(file.readable, options);
    }
  }
}
