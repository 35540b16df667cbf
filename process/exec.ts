/**
 * Becoming another program, or the same one anew.
 */
import { requireRun } from "../io/mod.ts";
import {
  chdir,
  checked,
  close,
  commandLine,
  errorCode,
  executable,
  execute,
  open,
  type OptionNames,
  platform,
  signalSet,
  SyscallError,
} from "../libc/mod.ts";
import { encodeArguments, findCommand } from "./command.ts";
import { fromAnywhere } from "./command_line.ts";
import { childEnvironment, environmentNames, type EnvironmentOptions } from "./environment.ts";
import { daemonVariables, passPidFile } from "./daemon_state.ts";

/** What is to be different in the program that we become. */
export interface ExecOptions extends EnvironmentOptions {
  /** What it finds as `argv[0]`. Default the command. */
  arg0?: string;
}

const execNames: OptionNames<ExecOptions> = { ...environmentNames, arg0: true };

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
  checked(options, execNames);
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
 * @throws {SyscallError} As `exec`; EMFILE if no descriptor is left to look up the arguments with.
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

/** Starts Deno anew in this process with `words` as its command line, and with these variables besides. */
export function reexecWith(
  words: readonly string[],
  variables: Record<string, string> = {},
): never {
  const path = executable();
  requireRun(path);
  if (Deno.mainModule.endsWith("/$deno$stdin.mts")) {
    throw new TypeError("A program that was read from standard input cannot be started anew");
  }
  const { argv, directory } = fromAnywhere(words);
  const plan = {
    path,
    argv: encodeArguments(path, argv.slice(1), argv[0]),
    environment: childEnvironment({ env: { ...daemonVariables(), ...variables } }),
    signalMask: signalSet([...blocked]),
  };
  const goBack = directory === undefined ? () => {} : goTo(directory);
  passPidFile(true);
  const code = execute(plan);
  passPidFile(false);
  goBack();
  throw new SyscallError("execve", code, { path });
}

/** Changes our directory; returns what goes back, as far as where we were is there. */
function goTo(directory: string): () => void {
  const here = open(".", platform.O_PATH | platform.O_CLOEXEC);
  if (here === -1) {
    const code = errorCode();
    if (code !== "EACCES") throw new SyscallError("open", code, { path: "." });
  }
  chdir(directory);
  return () => {
    if (here === -1) return; // another user's, which we may not enter any more
    chdir(`/proc/self/fd/${here}`);
    close(here);
  };
}

const blocked = new Set<number>();

/** Whenever this program starts anew, these signals are blocked from its beginning; returns all that will be. */
export function keepBlocked(signals: readonly number[]): number[] {
  for (const signal of signals) blocked.add(signal);
  return [...blocked];
}
