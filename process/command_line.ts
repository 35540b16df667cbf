/**
 * The command line that this program was started with: what of it is for Deno, and how it is said again.
 */

/**
 * A command line of this program that means the same in every directory: a relative script is made
 * absolute. Where the script's path tells, also the directory in which it was relative.
 */
export function fromAnywhere(words: readonly string[]): { argv: string[]; directory?: string } {
  const script = mainScript();
  const argv = [...words];
  const at = scriptIndex(argv, script);
  if (at < 0) return { argv };
  const relative = argv[at].replace(/^(\.\/+)+/, "");
  argv[at] = script!;
  return relative.startsWith("/") || !script!.endsWith(`/${relative}`)
    ? { argv }
    : { argv, directory: script!.slice(0, -relative.length) };
}

/** The words before the script: what is for Deno and not for the program. */
export function ownFlags(words: readonly string[]): string[] {
  const at = scriptIndex(words, mainScript());
  return words.slice(1, at < 0 ? undefined : at);
}

function scriptIndex(words: readonly string[], script: string | undefined): number {
  if (script === undefined) return -1;
  const start = subcommands.has(words[1]) ? 2 : 1;
  return words.findIndex((word, i) => i >= start && isSame(word, script));
}

/** The same with one more flag for V8. */
export function withV8Flag(words: readonly string[], flag: string): string[] {
  const at = words.findIndex((word) => word.startsWith("--v8-flags="));
  if (at >= 0) return words.with(at, `${words[at]},${flag}`);
  return words.toSpliced(subcommandEnd(words), 0, `--v8-flags=${flag}`);
}

/** Behind `deno run`; where no subcommand is named, behind `deno`. */
function subcommandEnd(words: readonly string[]): number {
  return words.findIndex((word) => subcommands.has(word)) + 1 || 1;
}

// A script may have the name of one of these.
const subcommands = new Set(["run", "serve", "test", "bench", "eval", "repl", "watch"]);

function mainScript(): string | undefined {
  const url = new URL(Deno.mainModule);
  return url.protocol === "file:" ? decodeURIComponent(url.pathname) : undefined;
}

/** Whether a word of the command line is a path that can have been this script's. */
function isSame(word: string, script: string): boolean {
  const tail = word.replace(/^(\.{0,2}\/+)+/, "");
  return !word.startsWith("-") && tail !== "" && `${script}`.endsWith(`/${tail}`);
}
