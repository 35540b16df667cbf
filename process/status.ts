/**
 * How a child has ended.
 */
import { platform, signalName, type WaitResult } from "../libc/mod.ts";

/** How a child has ended. The first three are what `Deno.CommandStatus` has. */
export interface ChildStatus {
  /** Whether it ended by itself with code 0. */
  readonly success: boolean;
  /** Its exit code, or 128 and the number of the signal that killed it, as shells say. */
  readonly code: number;
  /** The signal that killed it, such as `SIGKILL`; null if it ended by itself. */
  readonly signal: string | null;
  /** Whether it left a core dump. */
  readonly coreDumped: boolean;
}

/** The status that `waitid` has told. */
export function childStatus({ reason, value }: WaitResult): ChildStatus {
  if (reason === platform.CLD_EXITED) {
    return { success: value === 0, code: value, signal: null, coreDumped: false };
  }
  const coreDumped = reason === platform.CLD_DUMPED;
  return { success: false, code: 128 + value, signal: signalName(value), coreDumped };
}

/** A status in words, for errors. */
export function describeStatus({ code, signal }: ChildStatus): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
