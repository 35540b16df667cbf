/**
 * What comes over a connection, as a stream.
 */

/** What can be read, and closed. */
interface Source {
  read(buffer: Uint8Array): Promise<number | null>;
  close(): void;
}

const CHUNK = 64 * 1024;

/** A stream of what can be read until the end, which leaves the other way open. To cancel it closes `source`. */
export function readableOf(source: Source): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: CHUNK,
    pull: async (controller) => {
      const request = controller.byobRequest!;
      const size = await source.read(request.view as Uint8Array);
      if (size === null) controller.close();
      request.respond(size ?? 0);
    },
    cancel: () => source.close(),
  });
}
