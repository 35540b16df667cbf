/**
 * Pipes.
 */
import { check, pipe2, platform } from "../libc/mod.ts";
import { Fd } from "./fd.ts";

/** The two ends of a pipe. Disposing closes both. */
export interface Pipe extends Disposable {
  /** The end to read from. */
  readonly reader: Fd;
  /** The end to write to. */
  readonly writer: Fd;
}

/**
 * Makes a pipe, both ends close-on-exec and non-blocking.
 *
 * @throws {SyscallError} EMFILE or ENFILE if no more descriptors may be opened.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { pipe } from "@deno-ipc/ipc/pipes";
 *
 * using ends = pipe();
 * ends.writer.writeSync("through the kernel");
 * ends.writer.close(); // else the reader would wait for more
 * for await (const line of ends.reader.lines()) console.log(line);
 * ```
 *
 * @see https://man7.org/linux/man-pages/man2/pipe.2.html
 */
export function pipe(): Pipe {
  const ends = new Int32Array(new ArrayBuffer(8));
  check("pipe2", pipe2(ends, platform.O_CLOEXEC | platform.O_NONBLOCK));
  const reader = Fd.made(ends[0]);
  const writer = Fd.made(ends[1]);
  return {
    reader,
    writer,
    [Symbol.dispose]() {
      reader.close();
      writer.close();
    },
  };
}
