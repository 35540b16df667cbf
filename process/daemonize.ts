/**
 * Becoming a daemon.
 */
import { Fd, pipe, requireRun } from "../io/mod.ts";
import {
  becomeUser,
  chdir,
  check,
  checked,
  commandLine,
  executable,
  exitNow,
  getenv,
  integer,
  type OptionNames,
  SyscallError,
  umask,
  unsetenv,
} from "../libc/mod.ts";
import { fromAnywhere } from "./command_line.ts";
import { credentials } from "./credentials.ts";
import { beDaemon, VARIABLE } from "./daemon_state.ts";
import { isHeld, lockPidFile } from "./pid_file.ts";
import { spawn } from "./spawn.ts";
import { describeStatus } from "./status.ts";

/** What the daemon is to be. */
export interface DaemonOptions {
  /** Its working directory. Default "/". */
  chdir?: string;
  /** Its file mode creation mask, from 0 to 0o777, for its pid file as well. Default ours. */
  umask?: number;
  /** A file for its process number, which is locked so that no second daemon starts. */
  pidFile?: string;
  /** Where its standard output goes: "null", or the path of a file that is appended to. Default "null". */
  stdout?: string;
  /** Where its standard error goes, likewise. Default "null". */
  stderr?: string;
  /** Descriptors that it keeps, by their numbers in it, from 4 on. */
  keep?: Record<number, Fd>;
  /** Its user, once the pid file is made. */
  uid?: number;
  /** Its group, once the pid file is made. */
  gid?: number;
  /** Its supplementary groups; none by default where `uid` or `gid` are given. */
  groups?: readonly number[];
  /** Whether it shall not lead its session, and so can never be given a terminal. Default false. */
  double?: boolean;
  /** Whether the starter waits until the daemon calls `ready`. Default false: until it is a daemon. */
  ready?: boolean;
}

const daemonNames: OptionNames<DaemonOptions> = {
  chdir: true,
  umask: true,
  pidFile: true,
  stdout: true,
  stderr: true,
  keep: true,
  uid: true,
  gid: true,
  groups: true,
  double: true,
  ready: true,
};

/** The daemon that this program has become. */
export interface Daemon {
  /** Tells the starter, which waits for it if asked to, that all is well: it ends with 0. */
  ready(): void;
  /** Tells the starter, if that still waits, what went wrong: it prints that and ends with 1. */
  fail(reason: unknown): void;
}

const REPORT = 3; // where the daemon finds the pipe to its starter

/**
 * Makes this program a daemon, which goes on without the terminal and without whoever started it. To be called
 * first: the program is started anew, with the same flags and arguments, and only there this function returns.
 *
 * The daemon leads a session of its own without a terminal; its directory is "/", its standard descriptors are
 * /dev/null, and nothing else of ours is open. The starter waits for it: it ends with 0 when the daemon runs,
 * and prints its error and ends with 1 when it does not.
 *
 * @returns In the daemon only.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for Deno itself, or without `--allow-read` and
 * `--allow-write` for the files that are named.
 * @throws {SyscallError} In the starter: for a file that cannot be opened.
 * @tags allow-ffi, allow-run, allow-read, allow-write
 *
 * @example
 * ```ts ignore
 * import { daemonize } from "@deno-ipc/ipc/process";
 *
 * const daemon = await daemonize({ pidFile: "/run/clock.pid", stderr: "/var/log/clock.log", ready: true });
 * Deno.serve({ port: 8000, onListen: () => daemon.ready() }, () => new Response(`${new Date()}`));
 * ```
 */
export async function daemonize(options: DaemonOptions = {}): Promise<Daemon> {
  requireOptions(checked(options, daemonNames));
  const stage = getenv(VARIABLE);
  if (stage === undefined) {
    requireRun(executable());
    return await start(options);
  }
  unsetenv(VARIABLE);
  if (stage.startsWith("again")) return adopt(stage);
  const report = Fd.from(REPORT);
  report.closeOnExec = true;
  if (stage === "leader") return handOver(report, options);
  return become(report, options);
}

function requireOptions({ umask, keep = {}, ...ids }: DaemonOptions): void {
  if (umask !== undefined) integer("umask", umask, 0, 0o777);
  credentials(ids);
  for (const number of Object.keys(keep)) {
    integer("Kept descriptor", Number(number), REPORT + 1, 0xffff);
  }
}

/** In a daemon that has started itself anew: it is one already. */
function adopt(stage: string): Daemon {
  const number = stage.slice("again ".length);
  const pidFile = number === "" ? undefined : Fd.from(Number(number));
  if (pidFile) pidFile.closeOnExec = true;
  beDaemon(pidFile);
  return { ready: () => {}, fail: () => {} };
}

/** In the starter: starts the daemon, waits for its report, and ends. */
async function start(options: DaemonOptions): Promise<never> {
  using ends = pipe();
  using files = new DisposableStack();
  const log = (path = "null") =>
    path === "null" ? path : files.use(Fd.open(path, { append: true, create: true, mode: 0o640 }));
  const fds = { 0: "null", 1: log(options.stdout), 2: log(options.stderr) } as const;
  const stage = options.double ? "leader" : "daemon";
  const child = again(stage, { ...fds, ...options.keep, [REPORT]: ends.writer }, true);
  ends.writer.close();
  for await (const line of ends.reader.lines()) {
    const failure: string | null = JSON.parse(line);
    if (failure === null) exitNow(0);
    console.error(failure);
    exitNow(1);
  }
  const how = options.double ? "" : ` with ${describeStatus(await child.wait())}`;
  console.error(`The daemon ended${how} before it was ready`);
  exitNow(1);
}

/** Starts this program once more as it was started. */
function again(stage: string, fds: Record<number, Fd | "null" | "inherit">, session: boolean) {
  const { argv: [arg0, ...args], directory: cwd } = fromAnywhere(commandLine());
  return spawn(executable(), args, { arg0, cwd, fds, session, env: { [VARIABLE]: stage } });
}

/** In the leader of the session: starts the daemon, which then is none, and ends. */
function handOver(report: Fd, { keep }: DaemonOptions): never {
  const kept = Object.keys(keep ?? {}).map((number) => [number, Fd.from(Number(number))]);
  const fds = Object.fromEntries([...kept, [REPORT, report]]);
  again("daemon", { 0: "inherit", 1: "inherit", 2: "inherit", ...fds }, false);
  exitNow(0);
}

/** In the daemon. */
function become(report: Fd, options: DaemonOptions): Daemon {
  const uncaught = (event: ErrorEvent | PromiseRejectionEvent) =>
    tell(explanation(event instanceof ErrorEvent ? event.error : event.reason));
  const tell = (failure: string | null) => {
    removeEventListener("error", uncaught);
    removeEventListener("unhandledrejection", uncaught);
    if (report.closed) return;
    try {
      report.writeSync(`${JSON.stringify(failure)}\n`);
    } catch {
      // The starter has not waited for it.
    }
    report.close();
  };
  addEventListener("error", uncaught);
  addEventListener("unhandledrejection", uncaught);
  try {
    if (options.umask !== undefined) umask(options.umask); // which is for the pid file as well
    // The lock lasts as long as the descriptor, which is never closed.
    beDaemon(options.pidFile === undefined ? undefined : lockPidFile(options.pidFile));
    const directory = options.chdir ?? "/";
    check("chdir", chdir(directory), { path: directory });
    becomeUser(options);
  } catch (error) {
    tell(explanation(error));
    exitNow(1);
  }
  if (!options.ready) tell(null);
  return {
    ready: () => tell(null),
    fail: (reason) => tell(explanation(reason)),
  };
}

function explanation(error: unknown): string {
  if (isHeld(error)) {
    return `Already running${error.pid ? ` as process ${error.pid}` : ""}: ${error.path} is locked`;
  }
  const { path } = error instanceof SyscallError ? error : {};
  const text = error instanceof Error ? error.message : Deno.inspect(error);
  return path === undefined ? text : `${path}: ${text}`;
}
