/**
 * Becoming another program, or the same one anew.
 */
import { requireRun } from "../io/mod.ts";
import { chdir, commandLine, executable, execute, signalSet, SyscallError } from "../libc/mod.ts";
import { encodeArguments, findCommand } from "./command.ts";
import { childEnvironment, type EnvironmentOptions } from "./environment.ts";
import { passedOn } from "./daemon_state.ts";

/** What is to be different in the program that we become. */
export interface ExecOptions extends EnvironmentOptions {
  /** What it finds as `argv[0]`. Default the command. */
  arg0?: string;
}

/**
 * Replaces this program by another one in the same process: same number, directory, user, and the descriptors
 * that are not close-on-exec, which are 0, 1, 2 and what was inherited. Nothing of this program runs any
 * more, no `finally` and no event.
 *
 * @returns Never. If it fails it throws, and this program goes on.
 * @throws {SyscallError} With the command as `path`: ENOENT, EACCES, ENOEXEC, E2BIG.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for the program.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { exec, hasCode } from "@deno-ipc/ipc/process";
 *
 * try {
 *   exec("no-such-program", ["--verbose"]);
 * } catch (error) {
 *   console.log(hasCode(error, "ENOENT")); // true
 * }
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/execve.2.html
 */
export function exec(
  command: string,
  args: readonly string[] = [],
  options: ExecOptions = {},
): never {
  const path = findCommand(command);
  requireRun(path);
  const argv = encodeArguments(command, args, options.arg0);
  const code = execute({ path, argv, environment: childEnvironment(options) });
  throw new SyscallError("execve", code, { path: command });
}

/**
 * Starts this program anew in the same process, with the same flags and arguments: how a daemon takes a
 * new configuration on SIGHUP. It begins in the directory in which it was started first, as far as its script's
 * path tells, and with all the permissions that its flags give.
 *
 * @returns Never. If it fails it throws, and this program goes on.
 * @throws {SyscallError} As `exec`.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for Deno itself.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts ignore
 * import { reexec } from "@deno-ipc/ipc/process";
 *
 * Deno.addSignalListener("SIGHUP", () => reexec());
 * ```
 */
export function reexec(): never {
  reexecWith(commandLine());
}

/** Starts Deno anew in this process with `words` as its command line. */
export function reexecWith(words: readonly string[], env: Record<string, string> = {}): never {
  const path = executable();
  requireRun(path);
  if (Deno.mainModule.endsWith("/$deno$stdin.mts")) {
    throw new TypeError("A program that was read from standard input cannot be started anew");
  }
  const { argv, directory } = fromAnywhere(words);
  if (directory !== undefined) chdir(directory);
  const environment = childEnvironment({ env: { ...env, ...passedOn() } });
  const code = execute({
    path,
    argv: encodeArguments(path, argv.slice(1), argv[0]),
    environment,
    signalMask: signalSet([...blocked]),
  });
  throw new SyscallError("execve", code, { path });
}

const blocked = new Set<number>();

/** Whenever this program starts anew, these signals are blocked from its beginning. */
export function keepBlocked(signals: readonly number[]): void {
  for (const signal of signals) blocked.add(signal);
}

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

// A script may have the name of one of these.
const subcommands = new Set(["run", "serve", "test", "bench", "eval"]);

function mainScript(): string | undefined {
  const url = new URL(Deno.mainModule);
  return url.protocol === "file:" ? decodeURIComponent(url.pathname) : undefined;
}

/** Whether a word of the command line is a path that can have been this script's. */
function isSame(word: string, script: string): boolean {
  const tail = word.replace(/^(\.{0,2}\/+)+/, "");
  return !word.startsWith("-") && tail !== "" && `${script}`.endsWith(`/${tail}`);
}
