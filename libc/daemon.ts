/**
 * What a process does to itself when it becomes a daemon.
 */
import { type Credentials, stayDumpable } from "./credentials.ts";
import { check } from "./error.ts";
import { libc } from "./library.ts";
import { cString } from "./text.ts";

/** @see https://man7.org/linux/man-pages/man2/ftruncate.2.html */
export function ftruncate(fd: number, length: number): number {
  return libc("daemons").ftruncate(fd, BigInt(length));
}

/** @see https://man7.org/linux/man-pages/man2/umask.2.html */
export function umask(mask: number): number {
  return libc("daemons").umask(mask);
}

/** @see https://man7.org/linux/man-pages/man3/unsetenv.3.html */
export function unsetenv(name: string): number {
  return libc("daemons").unsetenv(cString(name, "Name"));
}

/**
 * Gives this whole process other credentials, for good: the C library changes all of its threads, and the
 * saved ids as well. Without `groups` it has no supplementary ones any more.
 */
export function becomeUser({ uid, gid, groups = [] }: Credentials): void {
  using _dumpable = stayDumpable();
  const { setgroups, setresgid, setresuid } = libc("daemons");
  if (uid !== undefined || gid !== undefined) {
    const list = new Uint8Array(Uint32Array.from(groups).buffer);
    check("setgroups", setgroups(BigInt(groups.length), list));
  }
  if (gid !== undefined) check("setresgid", setresgid(gid, gid, gid));
  if (uid !== undefined) check("setresuid", setresuid(uid, uid, uid));
}
