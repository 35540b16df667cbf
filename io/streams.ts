/**
 * Descriptors as streams and as chunks.
 */
import type { Fd } from "./fd.ts";
import type { WaitOptions } from "./wait.ts";

/** As much as a pipe usually holds. */
const CHUNK = 64 * 1024;

/** What can be read. */
interface Source {
  read(buffer: Uint8Array, options?: WaitOptions): Promise<number | null>;
}

/** What can be read from `source` until its end, in memory that is used again: a chunk is gone when the next comes. */
export async function* passingChunks(
  source: Source,
  options: WaitOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const memory = new Uint8Array(new ArrayBuffer(4 * CHUNK));
  for (let size; (size = await source.read(memory, options)) !== null;) {
    yield memory.subarray(0, size);
  }
}

/** A stream of what can be read from `source`. To cancel it closes `source`; at its end `ended` is called. */
export function readableOf(
  source: Source & { close(): void },
  ended: () => void = () => {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: CHUNK,
    async pull(controller) {
      const request = controller.byobRequest!;
      const view = request.view as Uint8Array;
      const size = await source.read(view);
      if (size === null) {
        ended();
        controller.close();
      }
      request.respond(size ?? 0);
    },
    cancel: () => source.close(),
  });
}

/** A stream into `fd`. Closing or aborting it closes `fd`. */
export function writableOf(fd: Fd): WritableStream<Uint8Array> {
  return new WritableStream({
    // An abort ends a write that waits for room, which would otherwise hold it up for ever.
    write: (chunk, { signal }) => fd.write(chunk, { signal }),
    close: () => fd.close(),
    abort: () => fd.close(),
  });
}
