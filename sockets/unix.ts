/**
 * Unix stream sockets.
 */
import { Fd, requirePatience, statusOf, waitNames, type WaitOptions } from "../io/mod.ts";
import {
  absolutePath,
  bind,
  check,
  checked,
  connect,
  errorCode,
  fchmod,
  hasCode,
  integer,
  open,
  type OptionNames,
  platform,
  SyscallError,
  unixAddress,
} from "../libc/mod.ts";
import { Connection } from "./connection.ts";
import { Listener } from "./listener.ts";
import { requireEndpoint } from "./permission.ts";
import { placed } from "./placed.ts";
import { Socket } from "./socket.ts";

/**
 * Connects to the server behind a Unix socket.
 *
 * @param path Where it is; an abstract name begins with NUL.
 * @throws An error with the `code` ENOENT if nothing is there, ECONNREFUSED if nobody listens, EACCES; and the `path`.
 * @throws {SyscallError} ENAMETOOLONG for a path of more than 107 bytes: a relative one may be shorter.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError.
 * @tags allow-net, allow-read, allow-write
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export async function connectUnix(path: string, options: WaitOptions = {}): Promise<Connection> {
  requirePatience(checked(options, waitNames));
  unixAddress(path, "connect"); // throws if it is none
  if (path === "") throw new TypeError("Path must not be empty");
  requireEndpoint("unix", { path }, "connect");
  try {
    return new Connection(await Deno.connect({ transport: "unix", path }));
  } catch (error) {
    // Too many wait there already; or Deno cannot say why, as for a socket of another type, and the system can.
    const unknown = (error as { code?: unknown }).code === undefined;
    if (!unknown && !hasCode(error, "EAGAIN")) throw placed(error, { path });
    return new Connection(await inLine(path, options));
  }
}

async function inLine(path: string, options: WaitOptions): Promise<Socket> {
  const socket = Socket.open("unix", "stream");
  try {
    await socket.connect({ path }, options);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** How one listens at a path. */
export interface ListenUnixOptions extends WaitOptions {
  /** The socket's permission bits: who may write it may connect. Default 0o600: only our user. */
  mode?: number;
}

const listenNames: OptionNames<ListenUnixOptions> = { mode: true, ...waitNames };

/**
 * Listens at a path. A socket that a server has left behind there is replaced, one that is in use never; of several
 * programs that do this at the same time one has it in the end. The path is removed when the listener is closed, if it
 * is still the same; a forked child that closes its copy leaves it. A relative path means the directory of the call, also
 * if the program is in another one when the socket is made.
 *
 * @param path Where the socket is made; an abstract name begins with NUL, and is no file.
 * @throws {SyscallError} EADDRINUSE if a socket is in use there, EEXIST if there is another file; ENAMETOOLONG for a
 * path of more than 107 bytes: a relative one may be shorter.
 * @throws The reason of `signal`, or a `DOMException` named TimeoutError, if another program keeps the directory locked.
 * @tags allow-net, allow-read, allow-write, allow-ffi
 *
 * @example
 * ```ts
 * import { connectUnix, listenUnix } from "@deno-ipc/ipc/sockets";
 *
 * const directory = Deno.makeTempDirSync();
 * {
 *   using listener = await listenUnix(`${directory}/socket`, { mode: 0o660 });
 *   using client = await connectUnix(`${directory}/socket`);
 *   using server = await listener.accept();
 *   await client.writeLine("hello", { end: "\n" });
 *   console.log(await server.readLine()); // hello
 * }
 * Deno.removeSync(directory); // it is empty
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export async function listenUnix(
  path: string,
  options: ListenUnixOptions = {},
): Promise<Listener> {
  const { mode = 0o600, signal, timeout } = checked(options, listenNames);
  const patience = { signal, timeout };
  requirePatience(patience);
  integer("Mode", mode, 0, 0o777);
  unixAddress(path, "bind"); // throws if it is none
  requireEndpoint("unix", { path }, "bind");
  const socket = Socket.open("unix", "stream");
  try {
    if (path === "" || path.startsWith("\0")) {
      socket.bind({ path });
      socket.listen();
      return new Listener(socket);
    }
    const absolute = absolutePath(path); // our directory may change while we wait, and later
    using directory = openDirectory(path);
    using _ = await directory.lock(patience); // against others who find the same socket left behind
    const place = placeOf(path, absolute);
    removeStale(place);
    return new Listener(socket, listenAt(place, mode, socket));
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** A place where a socket is bound, which errors call by the path that was given. */
interface Place {
  readonly path: string;
  readonly absolute: string;
  readonly address: Uint8Array<ArrayBuffer>;
}

/** The place as it is bound: by the path as given, which alone may be short enough, while that leads there. */
function placeOf(path: string, absolute: string): Place {
  const leading = absolutePath(path) === absolute ? path : absolute;
  return { path, absolute, address: unixAddress(leading, "bind") };
}

/** Has a socket listen at a path; returns what removes that again. */
function listenAt({ path, absolute, address }: Place, mode: number, socket: Socket): () => void {
  // Never more than the mode: who was let through a moment ago could connect after we listen.
  check("fchmod", fchmod(socket.fd.number, mode), { path });
  check("bind", bind(socket.fd.number, address), { path });
  const own = identity(absolute);
  const remove = () => {
    if (own !== undefined && identity(absolute) === own) Deno.removeSync(absolute);
  };
  try {
    Deno.chmodSync(absolute, mode); // what the umask has taken away
    socket.listen();
    return remove;
  } catch (error) {
    remove();
    throw error;
  }
}

function openDirectory(path: string): Fd {
  const directory = path.slice(0, path.lastIndexOf("/") + 1) || ".";
  const flags = platform.O_RDONLY | platform.O_DIRECTORY | platform.O_CLOEXEC;
  return Fd.made(check("open", open(directory, flags), { path: directory }));
}

/** Removes a socket that nobody has bound any more; throws if there is anything else. */
function removeStale({ path, absolute, address }: Place): void {
  const there = statusOf(absolute);
  if (there === undefined) return;
  if (!there.isSocket) throw new SyscallError("bind", "EEXIST", { path });
  // A socket of another type than it has connects to nobody, but tells whether it is in use; and it is never heard of.
  using probe = Socket.open("unix", "datagram");
  const code = connect(probe.fd.number, address) === -1 ? errorCode() : undefined;
  if (code !== "ECONNREFUSED") throw new SyscallError("bind", "EADDRINUSE", { path });
  Deno.removeSync(absolute);
}

/**
 * Whether there is a Unix socket at `path`: Perl's `-S`. A symbolic link to one is none. Whether anybody listens there
 * is another question, which only connecting answers.
 *
 * @throws {Deno.errors.PermissionDenied} If we may not look there.
 * @throws {Deno.errors.NotCapable} Without `--allow-read` for the path.
 * @tags allow-read
 */
export function isSocket(path: string): boolean {
  return statusOf(path)?.isSocket ?? false;
}

function identity(path: string): string | undefined {
  const status = statusOf(path);
  return status && `${status.dev}:${status.ino}`;
}
