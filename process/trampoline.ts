/**
 * What `posix_spawn` cannot do itself, and no system call can do for one thread alone: the file mode
 * creation mask, and signals that are ignored. A fixed script of the system's shell does it and then
 * becomes the program. Everything is handed over as positional arguments: the shell parses no word of it.
 *
 * What a shell does besides is the price: it sets PWD, OPTIND, PPID and IFS, leaves out variables whose names it
 * could not have, and the program's `argv[0]` is its path. What could have it do more is kept from it, and so from the
 * program.
 */
import { beginning, integer, requireArray, signalName, signalNumber } from "../libc/mod.ts";
import { SyscallError, whyNotExecutable } from "../libc/mod.ts";

/** A program and its arguments. */
export interface Program {
  /** The absolute path. */
  readonly path: string;
  /** The arguments, from `argv[0]` on. */
  readonly argv: readonly Uint8Array[];
  /** The variables that it must not find. */
  readonly without?: readonly string[];
}

/** What needs the script. */
export interface TrampolineOptions {
  /** The file mode creation mask. */
  umask?: number;
  /** The signals to be ignored. */
  ignoreSignals?: readonly (string | number)[];
  /** What the shell would not pass on: `argv[0]`, and blocked signals. */
  arg0?: string;
  signalMask?: readonly (string | number)[];
}

// A shell runs what is neither a program nor a script that names its interpreter as a script of its own, and an
// interpreter that is missing it only complains about. So both are refused before it comes to that.
function requireRunnable(path: string): void {
  const refused = whyNotExecutable(path);
  if (refused !== undefined) throw new SyscallError("posix_spawn", refused, { path });
  const first = beginning(path, 256);
  if (first === undefined || first.startsWith("\x7fELF")) return; // what we may not read is a program
  const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(first)?.[1];
  const reason = interpreter === undefined ? "ENOEXEC" : whyNotExecutable(interpreter);
  if (reason !== undefined) throw new SyscallError("posix_spawn", reason, { path });
}

// Of its words only umask could be a function, which bash takes from the environment.
const SCRIPT = [
  "unset -f umask",
  'case $1 in ?*) umask "$1"; esac',
  'case $2 in ?*) trap "" $2; esac',
  "shift 2",
  'exec "$@"',
].join("; ");
// By these bash is told to trace, for which it runs what is in PS4 as a script, or to run nothing at all.
const COMMANDING = ["SHELLOPTS", "BASHOPTS"];
const encoder = new TextEncoder();

/** The program itself, or the script that becomes it where `options` need that. */
export function trampoline(
  program: Program,
  { umask, ignoreSignals = [], arg0, signalMask = [] }: TrampolineOptions,
): Program {
  requireArray("ignoreSignals", ignoreSignals);
  if (umask === undefined && ignoreSignals.length === 0) return program;
  if (arg0 !== undefined || signalMask.length > 0) {
    throw new TypeError("arg0 and signalMask cannot be given together with umask or ignoreSignals");
  }
  requireRunnable(program.path);
  const mask = umask === undefined ? "" : integer("umask", umask, 0, 0o777).toString(8);
  const ignored = ignoreSignals.map(ignorable).join(" ");
  const words = ["sh", "-c", SCRIPT, "sh", mask, ignored, program.path];
  return {
    path: "/bin/sh",
    argv: [...words.map((word) => encoder.encode(word)), ...program.argv.slice(1)],
    without: COMMANDING,
  };
}

function ignorable(signal: string | number): number {
  const number = signalNumber(signal);
  // The kernel refuses the first two; a shell needs the third itself, and does not pass it on ignored.
  if (!["SIGKILL", "SIGSTOP", "SIGCHLD"].includes(signalName(number))) return number;
  throw new TypeError(`A child cannot be made to ignore ${signalName(number)}`);
}
