/**
 * Other users' and groups' ids for one moment on one thread.
 *
 * The C library's own functions change every thread of the process. The bare system calls change only the
 * calling thread; a child that it starts meanwhile has the new ids, and our other threads never notice.
 */
import { check } from "./error.ts";
import { libc } from "./library.ts";
import { platform } from "./platform.ts";

/** What a child is to be: each where it shall differ from us. */
export interface Credentials {
  readonly uid?: number;
  readonly gid?: number;
  readonly groups?: readonly number[];
}

const KEEP = 0xffff_ffff; // (uid_t) -1

/**
 * Runs `action` with these credentials. The saved user stays what it was, which is the way back; a child
 * does not have it, since executing a program sets it.
 *
 * @see https://man7.org/linux/man-pages/man7/credentials.7.html
 */
export function withCredentials<T>({ uid, gid, groups }: Credentials, action: () => T): T {
  // Groups first and the user last: without being root one may change no more.
  if (uid === undefined && gid === undefined && groups === undefined) return action();
  using _dumpable = stayDumpable();
  using undo = new DisposableStack();
  if (groups !== undefined) {
    const before = currentGroups();
    setGroups(Uint32Array.from(groups));
    undo.defer(() => setGroups(before));
  }
  if (gid !== undefined) {
    const [real, effective] = currentIds("getresgid");
    setIds("setresgid", gid, gid);
    undo.defer(() => setIds("setresgid", real, effective));
  }
  if (uid !== undefined) {
    const [real, effective] = currentIds("getresuid");
    setIds("setresuid", uid, uid);
    undo.defer(() => setIds("setresuid", real, effective));
  }
  return action();
}

/**
 * Keeps what happens until the result is disposed from making this process undumpable. The kernel takes a change of
 * ids for a reason to do so, and gives our files in /proc to root: then we could not read any more in which calls our
 * own threads block.
 *
 * A worker may do the same at this moment, so what is found now can be its doing: that we were dumpable once counts.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html
 */
export function stayDumpable(): Disposable {
  const { prctl } = libc("credentials");
  wasDumpable ||= prctl(platform.PR_GET_DUMPABLE, 0n) === 1;
  return {
    [Symbol.dispose]: () => {
      if (wasDumpable) prctl(platform.PR_SET_DUMPABLE, 1n);
    },
  };
}

let wasDumpable = false;

function currentGroups(): Uint32Array<ArrayBuffer> {
  const { getgroups } = libc("credentials");
  const count = check("getgroups", getgroups(0, null));
  const list = new Uint32Array(new ArrayBuffer(4 * count));
  check("getgroups", getgroups(count, new Uint8Array(list.buffer)));
  return list;
}

function setGroups(list: Uint32Array<ArrayBuffer>): void {
  const bytes = new Uint8Array(list.buffer);
  const number = BigInt(platform.SYS_setgroups);
  const { syscallGroups } = libc("credentials");
  check("setgroups", Number(syscallGroups(number, BigInt(list.length), bytes)));
}

function currentIds(call: "getresuid" | "getresgid"): [real: number, effective: number] {
  const [real, effective, saved] = [0, 0, 0].map(() => new Uint32Array(new ArrayBuffer(8)));
  const [r, e, s] = [real, effective, saved].map(({ buffer }) => new Uint8Array(buffer));
  check(call, libc("credentials")[call](r, e, s));
  return [real[0], effective[0]];
}

function setIds(call: "setresuid" | "setresgid", real: number, effective: number): void {
  const number = BigInt(platform[`SYS_${call}`]);
  check(call, Number(libc("credentials").syscallIds(number, real, effective, KEEP)));
}
