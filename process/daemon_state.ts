/**
 * What a daemon tells itself when it starts anew: that it is one already, and where its pid file is.
 */
import type { Fd } from "../io/mod.ts";

/** The variable by which a starter tells the program that it is to be a daemon. */
export const VARIABLE = "DENO_IPC_DAEMON";

let daemon = false;
let pidFile: Fd | undefined;

/** This process is a daemon, and holds this pid file. */
export function beDaemon(file: Fd | undefined): void {
  daemon = true;
  pidFile = file;
}

/** What the environment of this program must have when it starts anew; its pid file goes along. */
export function passedOn(): Record<string, string> {
  if (!daemon) return {};
  if (pidFile) pidFile.closeOnExec = false;
  return { [VARIABLE]: `again ${pidFile?.number ?? ""}` };
}
