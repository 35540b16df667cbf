/**
 * Sockets that whoever started us has opened for us, and telling it that we are ready.
 */
import { Fd } from "../io/mod.ts";
import {
  describe,
  getenv,
  getpid,
  integer,
  platform,
  readSocketOption,
  unsetenv,
} from "../libc/mod.ts";
import { Socket } from "./socket.ts";

const FIRST = 3; // where a service manager puts them

/**
 * The sockets that a service manager has opened for this program, by their names: what systemd calls socket activation.
 * They are taken over: a second call, and a child, finds none.
 *
 * @returns Each socket with its name (`FileDescriptorName=`), or "unknown"; none if we were not started so.
 * @throws {SyscallError} EBADF or ENOTSOCK if a descriptor that should be a socket is none: then none is taken over.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { inheritedSockets, Listener, listenTcp, notifyReady, serve } from "@deno-ipc/ipc/sockets";
 *
 * const [activated] = inheritedSockets();
 * using listener = activated ? new Listener(activated.socket) : await listenTcp("127.0.0.1:0");
 * notifyReady(`listening at ${JSON.stringify(listener.addr)}`);
 * ```
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
 */
export function inheritedSockets(): { name: string; socket: Socket }[] {
  const [pid, count, names] = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"].map(taken);
  if (count === undefined || Number(pid) !== getpid()) return [];
  integer("LISTEN_FDS", Number(count), 0, 0xffff);
  const numbers = Array.from({ length: Number(count) }, (_, i) => FIRST + i);
  // None is taken over unless all are sockets: another one may be the runtime's own.
  for (const number of numbers) readSocketOption(number, platform.SOL_SOCKET, platform.SO_TYPE);
  return numbers.map((number, i) => {
    const fd = Fd.from(number, { ours: true });
    fd.closeOnExec = true;
    return { name: names?.split(":")[i] || "unknown", socket: Socket.from(fd) };
  });
}

/** The value of a variable, which is not passed on. */
function taken(name: string): string | undefined {
  const value = getenv(name);
  if (value !== undefined) unsetenv(name);
  return value;
}

/**
 * Tells the service manager that this program is ready, which then starts what waits for it; with `Type=notify`.
 *
 * @param status What is shown of it, one line.
 * @returns Whether anybody wanted to know.
 * @throws {SyscallError} ECONNREFUSED, ENOENT if it does not listen any more.
 * @throws {Deno.errors.NotCapable} Without `--allow-net`, and `--allow-write` for the path in NOTIFY_SOCKET.
 * @tags allow-ffi, allow-net, allow-write
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 */
export function notifyReady(status?: string): boolean {
  if (status !== undefined && (typeof status !== "string" || status.includes("\n"))) {
    throw new TypeError(`Status must be one line, got ${describe(status)}`);
  }
  const path = getenv("NOTIFY_SOCKET");
  if (!path) return false;
  using socket = Socket.open("unix", "datagram");
  socket.sendSync(`READY=1\n${status === undefined ? "" : `STATUS=${status}\n`}`, {
    to: { path: path.replace(/^@/, "\0") },
  });
  return true;
}
