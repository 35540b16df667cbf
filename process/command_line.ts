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
  if (at < 0 || script === undefined) return { argv };
  const relative = argv[at].replace(/^(\.\/+)+/, "");
  argv[at] = script;
  return relative.startsWith("/") || !script.endsWith(`/${relative}`)
    ? { argv }
    : { argv, directory: script.slice(0, -relative.length) };
}

/** The words before the script: what is for Deno and not for the program. */
export function ownFlags(words: readonly string[]): string[] {
  const at = scriptIndex(words, mainScript());
  return words.slice(1, at < 0 ? undefined : at);
}

function scriptIndex(words: readonly string[], script: string | undefined): number {
  if (script === undefined) return words.indexOf(Deno.mainModule);
  const start = subcommands.has(words[1]) ? 2 : 1;
  return words.findIndex((word, i) => i >= start && isSame(word, script));
}

/** The same with one more flag for V8; `undefined` if it has that. What comes behind the script is the program's. */
export function withV8Flag(words: readonly string[], flag: string): string[] | undefined {
  const own = ownFlags(words);
  const at = own.findIndex((word) => word.startsWith("--v8-flags=")) + 1;
  if (at > 0) return words[at].includes(flag) ? undefined : words.with(at, `${words[at]},${flag}`);
  // Behind `deno run`; where no subcommand is named, behind `deno`.
  const behind = own.findIndex((word) => subcommands.has(word)) + 2;
  return words.toSpliced(behind, 0, `--v8-flags=${flag}`);
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
