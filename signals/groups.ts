/**
 * Process groups and sessions.
 */
import {
  check,
  getpgid,
  getpid,
  getsid as cGetsid,
  integer,
  setpgid as cSetpgid,
  setsid as cSetsid,
} from "../libc/mod.ts";

/**
 * The number of our process group, or of another process's.
 *
 * @param pid A process. Default this one.
 * @throws {SyscallError} ESRCH if there is no such process.
 * @tags allow-ffi
 * @see https://man7.org/linux/man-pages/man2/getpgrp.2.html
 */
export function getpgrp(pid: number = getpid()): number {
  return check("getpgid", getpgid(process(pid)), { pid });
}

/**
 * Moves a process into a process group: this one, or a child that has not executed another program yet.
 *
 * @param pid The process.
 * @param group The number of the group, which is in our session; or the process's own, for a group that it leads.
 * @throws {SyscallError} EPERM if the group is not in our session, or the process leads a session; ESRCH if it is
 * neither this one nor a child; EACCES if the child has executed another program already.
 * @tags allow-ffi
 *
 * @example
 * ```ts ignore
 * import { setpgid } from "@deno-ipc/ipc/signals";
 *
 * setpgid(Deno.pid, Deno.pid); // Ctrl-C at the terminal is not for us any more
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/setpgid.2.html
 */
export function setpgid(pid: number, group: number): void {
  integer("Process group", group, 1, 0x7fff_ffff);
  check("setpgid", cSetpgid(process(pid), group), { pid });
}

/**
 * The number of our session, or of another process's.
 *
 * @param pid A process. Default this one.
 * @throws {SyscallError} ESRCH if there is no such process.
 * @tags allow-ffi
 * @see https://man7.org/linux/man-pages/man2/getsid.2.html
 */
export function getsid(pid: number = getpid()): number {
  return check("getsid", cGetsid(process(pid)), { pid });
}

/**
 * Makes this process the leader of a new session and of a new process group in it, without a terminal.
 *
 * @returns The number of the session, which is this process's.
 * @throws {SyscallError} EPERM if this process leads a process group already, as one that a shell has started does;
 * `spawn` with `session` and `daemonize` do not have that trouble.
 * @tags allow-ffi
 * @see https://man7.org/linux/man-pages/man2/setsid.2.html
 */
export function setsid(): number {
  return check("setsid", cSetsid(), { pid: getpid() });
}

function process(pid: number): number {
  return integer("Process", pid, 1, 0x7fff_ffff);
}
