/**
 * Starting programs.
 */
import { Fd, requireRun } from "../io/mod.ts";
import {
  checked,
  describe,
  integer,
  namedDescriptors,
  type OptionNames,
  posixSpawn,
  requireArray,
  signalNumber,
  signalSet,
  SyscallError,
  terminalPath,
  whyNotDirectory,
  withCredentials,
} from "../libc/mod.ts";
import { Child } from "./child.ts";
import { encodeArguments, findCommand } from "./command.ts";
import { credentials } from "./credentials.ts";
import { type ChildDescriptors, DescriptorPlan } from "./descriptors.ts";
import { childEnvironment, environmentNames, type EnvironmentOptions } from "./environment.ts";
import { reapOnceAbandoned } from "./reap.ts";
import { trampoline } from "./trampoline.ts";

/** What a child is to be, where it shall not be as we are. */
export interface SpawnOptions extends EnvironmentOptions {
  /** Its working directory. The command is looked up from ours. */
  cwd?: string;
  /** Its descriptors by number. Only these are open; 0, 1 and 2 are ours where they are not named. */
  fds?: ChildDescriptors;
  /** "new" for a process group of its own, or the number of one to join. Default ours. */
  processGroup?: "new" | number;
  /** Whether it leads a session of its own, and so a process group, without a terminal. Default false. */
  session?: boolean;
  /**
   * A terminal: it leads a session that this one controls, and has it as those of 0, 1 and 2 that `fds` do not name, which
   * must be one at least; another session's terminal does not control it. See `spawnTerminal` of pty.
   */
  terminal?: Fd;
  /** The signals that are blocked in it, by name or number. Default none. */
  signalMask?: readonly (string | number)[];
  /**
   * The signals that it ignores. All others have their default action. Default none. See `umask` for what this
   * costs; SIGCHLD cannot be among them.
   */
  ignoreSignals?: readonly (string | number)[];
  /** Its user. Needs the privilege to change it, as root has. */
  uid?: number;
  /** Its group. */
  gid?: number;
  /** Its supplementary groups. */
  groups?: readonly number[];
  /**
   * Its file mode creation mask, from 0 to 0o777. No system call sets it for a child, so a shell with a fixed
   * script does. That sets PWD, OLDPWD, OPTIND, PPID and IFS, drops variables whose names are no shell's, besides
   * SHELLOPTS and BASHOPTS, and makes the program's path its `argv[0]`; it cannot be had together with `arg0` or
   * `signalMask`.
   */
  umask?: number;
  /** What it finds as `argv[0]`. Default the command. */
  arg0?: string;
}

const spawnNames: OptionNames<SpawnOptions> = {
  cwd: true,
  ...environmentNames,
  fds: true,
  processGroup: true,
  session: true,
  terminal: true,
  signalMask: true,
  ignoreSignals: true,
  uid: true,
  gid: true,
  groups: true,
  umask: true,
  arg0: true,
};

/**
 * Starts a program. No shell is involved: every argument arrives byte for byte.
 *
 * The child starts with exactly the descriptors of `fds`, default signal dispositions, no blocked signal,
 * and for the rest as we are: our environment, directory, user and process group.
 *
 * @param command A path if it has a slash, else a name to be found in the directories of our PATH.
 * @param args Its arguments, without `argv[0]`.
 * @throws {SyscallError} With the command as `path`: ENOENT, EACCES, ENOEXEC if it cannot be executed, E2BIG
 * if arguments and environment are too large, EAGAIN if there are too many processes; ENOTTY
 * if `terminal` is none; EPERM from
 * `setresuid` and its sisters without the privilege.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for the program.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { spawn } from "@deno-ipc/ipc/process";
 *
 * await using child = spawn("sort", ["-r"], { fds: { 0: "pipe", 1: "pipe", 2: "null" } });
 * await child.fd(0).write("1\n3\n2\n");
 * child.fd(0).close();
 * console.log(await Array.fromAsync(child.fd(1).lines())); // [ "3", "2", "1" ]
 * ```
 *
 * @see https://man7.org/linux/man-pages/man3/posix_spawn.3.html
 */
export function spawn(
  command: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): Child {
  checked(options, spawnNames);
  const path = findCommand(command);
  requireRun(path);
  const { without, ...program } = trampoline(
    { path, argv: encodeArguments(command, args, options.arg0) },
    options,
  );
  const settings = {
    ...program,
    environment: childEnvironment(options, without),
    directory: options.cwd,
    processGroup: processGroup(options),
    session: leadsSession(options),
    signalMask: blocked(options),
  };
  const who = credentials(options);
  using plan = new DescriptorPlan(namedDescriptors(options.fds) ?? {}, pathOf(options.terminal));
  try {
    const { descriptors, closed } = plan;
    const pid = withCredentials(who, () => posixSpawn({ ...settings, descriptors, closed }));
    const leads = settings.session || settings.processGroup === 0;
    const child = new Child(pid, leads, plan.ends);
    reapOnceAbandoned(child, pid);
    return child;
  } catch (error) {
    for (const end of plan.ends.values()) end.close();
    throw explained(error, command, options.cwd);
  }
}

function blocked({ signalMask }: SpawnOptions): Uint8Array<ArrayBuffer> | undefined {
  if (signalMask === undefined) return undefined;
  requireArray("signalMask", signalMask);
  return signalSet(signalMask.map(signalNumber));
}

function pathOf(terminal: Fd | undefined): string | undefined {
  if (terminal === undefined) return undefined;
  if (terminal instanceof Fd) return terminalPath(terminal.number);
  throw new TypeError(`terminal must be an Fd, got ${describe(terminal)}`);
}

function leadsSession({ session = false, terminal }: SpawnOptions): boolean {
  return session || terminal !== undefined;
}

/** C's number for the process group; a leader of a session leads a group without being asked. */
function processGroup(options: SpawnOptions): number | undefined {
  const { processGroup } = options;
  if (processGroup === undefined || processGroup === "new") {
    return processGroup === undefined || leadsSession(options) ? undefined : 0;
  }
  if (leadsSession(options)) throw new TypeError("A new session cannot join a process group");
  return integer("Process group", processGroup, 1, 0x7fff_ffff);
}

/** What posix_spawn failed with, about what the user knows: the command, or its directory. */
function explained(error: unknown, command: string, cwd: string | undefined): unknown {
  if (!(error instanceof SyscallError) || error.syscall !== "posix_spawn") return error;
  if (error.fd !== undefined) return error;
  const noDirectory = cwd === undefined ? undefined : whyNotDirectory(cwd);
  return noDirectory === undefined
    ? new SyscallError("posix_spawn", error.code, { path: command })
    : new SyscallError("chdir", noDirectory, { path: cwd });
}
