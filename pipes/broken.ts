/**
 * What writing to a program fails with.
 */
import { hasCode, SyscallError } from "../libc/mod.ts";
import { type ChildStatus, describeStatus } from "../process/mod.ts";

/** A program does not read any more what we write: EPIPE, and how the program ended. */
export class BrokenPipeError extends SyscallError {
  /** The command. */
  readonly command: string;
  /** How it ended; absent if it goes on, and has only closed its standard input. */
  readonly status?: ChildStatus;

  /** `command`, which ended with `status`, does not read any more. */
  constructor(command: string, status?: ChildStatus) {
    super("write", "EPIPE", { path: command });
    this.name = "BrokenPipeError";
    this.command = command;
    this.status = status;
    this.message += status
      ? `: ${command} ended with ${describeStatus(status)}`
      : `: ${command} has closed its standard input`;
  }
}

/** The error for writing to `command` that failed with `error`. */
export async function explainBroken(
  error: unknown,
  command: string,
  status: () => Promise<ChildStatus | undefined>,
): Promise<unknown> {
  return hasCode(error, "EPIPE") ? new BrokenPipeError(command, await status()) : error;
}
