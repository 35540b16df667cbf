/**
 * Two sockets that are connected with each other.
 */
import { Fd } from "../io/mod.ts";
import { check, socketpair } from "../libc/mod.ts";
import { type SocketType, typeNumber } from "./kinds.ts";
import { Socket } from "./socket.ts";

/** Two sockets that are connected with each other. Disposing closes both. */
export interface SocketPair extends Disposable {
  /** The one that is kept. */
  readonly ours: Socket;
  /** The one that is given to somebody else, such as a child. */
  readonly theirs: Socket;
}

/**
 * Makes two Unix sockets that are connected with each other: a pipe with two directions, over which descriptors go as
 * well.
 *
 * @param type "stream" for bytes, "seqpacket" or "datagram" for messages that stay whole. Default "stream".
 * @throws {SyscallError} EMFILE if no more descriptors may be opened.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { socketPair } from "@deno-ipc/ipc/sockets";
 * import { spawn } from "@deno-ipc/ipc/process";
 *
 * using pair = socketPair();
 * await using child = spawn("cat", [], { fds: { 0: pair.theirs.fd, 1: pair.theirs.fd } });
 * pair.theirs.close(); // ours would not see the end as long as we have it open
 * await pair.ours.write("through one socket, both ways\n");
 * await pair.ours.closeWrite();
 * for await (const line of pair.ours.fd.lines()) console.log(line);
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/socketpair.2.html
 */
export function socketPair(type: SocketType = "stream"): SocketPair {
  const ends = new Int32Array(new ArrayBuffer(8));
  check("socketpair", socketpair(typeNumber(type), ends));
  const [ours, theirs] = [...ends].map((end) => Socket.from(Fd.made(end)));
  return {
    ours,
    theirs,
    [Symbol.dispose]() {
      ours.close();
      theirs.close();
    },
  };
}
