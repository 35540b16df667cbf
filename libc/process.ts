/**
 * What must be asked about processes.
 */
import { check, hasCode } from "./error.ts";
import { libc } from "./library.ts";

/** Whether `pid` is a process, be it ours to signal or not; also true of one not yet waited for. */
export function isAlive(pid: number): boolean {
  try {
    check("kill", libc("processes").kill(pid, 0), { pid });
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}
