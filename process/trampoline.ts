/**
 * What `posix_spawn` cannot do itself, and no system call can do for one thread alone: the file mode
 * creation mask, and signals that are ignored. A fixed script of the system's shell does it and then
 * becomes the program. Everything is handed over as positional arguments: the shell parses no word of it.
 */
import { integer, signalNumber } from "../libc/mod.ts";

/** A program and its arguments. */
export interface Program {
  /** The absolute path. */
  readonly path: string;
  /** The arguments, from `argv[0]` on. */
  readonly argv: readonly Uint8Array[];
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

const SCRIPT = 'test -n "$1" && umask "$1"; test -n "$2" && trap "" $2; shift 2; exec "$@"';
const encoder = new TextEncoder();

/** The program itself, or the script that becomes it where `options` need that. */
export function trampoline(
  program: Program,
  { umask, ignoreSignals = [], arg0, signalMask = [] }: TrampolineOptions,
): Program {
  if (umask === undefined && ignoreSignals.length === 0) return program;
  if (arg0 !== undefined || signalMask.length > 0) {
    throw new TypeError("arg0 and signalMask cannot be given together with umask or ignoreSignals");
  }
  const mask = umask === undefined ? "" : integer("umask", umask, 0, 0o777).toString(8);
  const ignored = ignoreSignals.map(signalNumber).join(" ");
  const words = ["sh", "-c", SCRIPT, "sh", mask, ignored, program.path];
  return {
    path: "/bin/sh",
    argv: [...words.map((word) => encoder.encode(word)), ...program.argv.slice(1)],
  };
}
