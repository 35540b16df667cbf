/**
 * Programs that go on without us.
 */
import { checked, namedDescriptors } from "../libc/mod.ts";
import { prepareToReap, reapOnEnd, stillHeld } from "./reap.ts";
import { spawn, type SpawnOptions } from "./spawn.ts";

/**
 * Starts a program that is not ours to wait for: in a session of its own, without a terminal, its standard
 * descriptors on /dev/null unless `fds` say otherwise. It survives us, and leaves no zombie behind when it
 * ends while we are still there.
 *
 * @returns Its process number, which may be another process's once it has ended.
 * @throws {SyscallError} As `spawn`; EMFILE also if there is no descriptor left to hear of its end.
 * @throws {Deno.errors.NotCapable} As `spawn`.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts ignore
 * import { background } from "@deno-ipc/ipc/process";
 *
 * const pid = background("rsync", ["-a", "pictures", "backup:"], { cwd: "/home/me" });
 * console.log(`copying as process ${pid}`);
 * ```
 */
export function background(
  command: string,
  args: readonly string[] = [],
  options: Omit<SpawnOptions, "session" | "processGroup"> = {},
): number {
  checked(options, { fds: true });
  const fds = { 0: "null", 1: "null", 2: "null", ...namedDescriptors(options.fds) } as const;
  prepareToReap(); // what runs already could not be taken back
  const child = spawn(command, args, { ...options, fds, session: true, processGroup: undefined });
  stillHeld(child.pid);
  reapOnEnd(child.pid);
  return child.pid;
}
