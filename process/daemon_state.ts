/**
 * What a daemon tells itself when it starts anew: that it is one already, and where its pid file is.
 */
import { type Fd, forks, keepFromForks } from "../io/mod.ts";

/** The variable by which a starter tells the program that it is to be a daemon. */
export const VARIABLE = "DENO_IPC_DAEMON";

let daemon = false;
let pidFile: Fd | undefined;
let generation: number;

/** This process is a daemon, and holds this pid file. */
export function beDaemon(file: Fd | undefined): void {
  daemon = true;
  pidFile = file;
  generation = forks();
  if (file) keepFromForks(file.number); // a forked child would hold the lock after our end
}

/** The pid file, unless this is a forked child: there it is closed. */
function ownPidFile(): Fd | undefined {
  return forks() === generation ? pidFile : undefined;
}

/** Whether the pid file goes along when this program starts anew. */
export function passPidFile(along: boolean): void {
  const file = ownPidFile();
  if (file) file.closeOnExec = !along;
}

/** What the environment of this program must have when it starts anew. */
export function daemonVariables(): Record<string, string> {
  if (!daemon) return {};
  return { [VARIABLE]: `again ${ownPidFile()?.number ?? ""}` };
}
