/**
 * Pid files: who is the one that runs.
 */
import { Fd, identityAt } from "../io/mod.ts";
import { check, fileStatus, ftruncate, hasCode, SyscallError } from "../libc/mod.ts";

/**
 * Writes our process number into the file at `path` and locks it for as long as this process lives: the kernel
 * unlocks it however we end, so that a file which was left behind is in nobody's way.
 *
 * @throws {SyscallError} EAGAIN if another process holds it: then `pid` says which.
 * @throws {SyscallError} ELOOP if `path` is a symbolic link.
 */
export function lockPidFile(path: string): Fd {
  for (;;) {
    using made = new DisposableStack();
    const file = made.use(openPidFile(path));
    if (file.tryLock() === undefined) {
      const pid = Number(contents(file));
      throw new SyscallError("flock", "EAGAIN", { path, ...(pid > 0 ? { pid } : {}) });
    }
    // Somebody may have removed it since it was opened: then another process can lock what is there now.
    if (identityAt(path) !== fileStatus(file.number).identity) continue;
    check("ftruncate", ftruncate(file.number, 0), { path });
    file.writeSync(`${Deno.pid}\n`);
    made.move();
    return file;
  }
}

function openPidFile(path: string): Fd {
  return Fd.open(path, { read: true, write: true, create: true, mode: 0o644, followLinks: false });
}

function contents(file: Fd): string {
  const buffer = new Uint8Array(32);
  const size = file.readSync(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, size));
}

/** Whether the error says that another process holds the pid file. */
export function isHeld(error: unknown): error is SyscallError {
  return hasCode(error, "EAGAIN") && error instanceof SyscallError && error.syscall === "flock";
}
