/**
 * Pid files: who is the one that runs.
 */
import { Fd } from "../io/mod.ts";
import { ftruncate, hasCode, SyscallError } from "../libc/mod.ts";

/**
 * Writes our process number into the file at `path` and locks it for as long as this process lives: the kernel
 * unlocks it however we end, so that a file which was left behind is in nobody's way.
 *
 * @throws {SyscallError} EWOULDBLOCK if another process holds it: then `pid` says which.
 * @throws {SyscallError} ELOOP if `path` is a symbolic link.
 */
export function lockPidFile(path: string): Fd {
  const file = Fd.open(path, {
    read: true,
    write: true,
    create: true,
    mode: 0o644,
    followLinks: false,
  });
  if (file.tryLock() === undefined) {
    const pid = Number(contents(file));
    file.close();
    throw new SyscallError("flock", "EAGAIN", { path, ...(pid > 0 ? { pid } : {}) });
  }
  ftruncate(file.number, 0);
  file.writeSync(`${Deno.pid}\n`);
  return file;
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
