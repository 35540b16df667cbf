/**
 * Becoming another program.
 */
import { stringArray } from "./address.ts";
import { defaulted, disposition, setDisposition } from "./disposition.ts";
import { environ } from "./environment.ts";
import { errorCode } from "./error.ts";
import { libc } from "./library.ts";
import { setSignalMask } from "./mask.ts";
import { signals, structs } from "./platform.ts";
import { allocate } from "./struct.ts";
import { cString } from "./text.ts";

/** What this process is to become. */
export interface ExecutionPlan {
  /** The program's absolute path. */
  readonly path: string;
  /** Its arguments, from `argv[0]` on. */
  readonly argv: readonly Uint8Array[];
  /** Its environment as `NAME=value`; ours where it is absent. */
  readonly environment?: readonly Uint8Array[];
  /** The set of signals that are blocked; none where it is absent. */
  readonly signalMask?: Uint8Array<ArrayBuffer>;
}

/**
 * Replaces this process's program; returns only if that fails, with the name of the error, and then
 * nothing has changed. In the new program SIGPIPE is not ignored, which is the runtime's doing and no program's
 * expectation.
 *
 * @see https://man7.org/linux/man-pages/man2/execve.2.html
 */
export function execute({ path, argv, environment, signalMask }: ExecutionPlan): string {
  const { execve, execveInherit } = libc("execution");
  const [name, words] = [cString(path, "Path"), stringArray(argv)];
  const variables = environment && stringArray(environment);
  const pipe = disposition(signals.SIGPIPE);
  setDisposition(signals.SIGPIPE, defaulted());
  const mask = setSignalMask(signalMask ?? allocate(structs.sigset));
  variables === undefined ? execveInherit(name, words, environ()) : execve(name, words, variables);
  const code = errorCode();
  setSignalMask(mask);
  setDisposition(signals.SIGPIPE, pipe);
  return code;
}

/** @see https://man7.org/linux/man-pages/man2/chdir.2.html */
export function chdir(path: string): number {
  return libc("execution").chdir(cString(path, "Directory"));
}
