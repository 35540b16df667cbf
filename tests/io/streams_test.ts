import assert from "node:assert/strict";
import { pipe } from "../../io/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** What `promise` comes to, or "hangs" if it takes very long. */
async function within<T>(promise: Promise<T>): Promise<T | "hangs"> {
  const { promise: late, resolve } = Promise.withResolvers<"hangs">();
  const timer = setTimeout(() => resolve("hangs"), 20_000);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

test("a stream reads to the end and closes the descriptor", async () => {
  using ends = pipe();
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const text = bytes.toHex().repeat(3);
  const writing = ends.writer.write(text).then(() => ends.writer.close());
  assert.ok(await new Response(ends.reader.readable).text() === text);
  await writing;
  assert.equal(ends.reader.closed, true);
});

test("a stream through a transformation, and from a stream to a stream", async () => {
  using ends = pipe();
  const source = ReadableStream.from(["ä".repeat(100_000), "€", "end"]);
  const piping = source.pipeThrough(new TextEncoderStream()).pipeTo(ends.writer.writable);
  const parts = await Array.fromAsync(ends.reader.readable.pipeThrough(new TextDecoderStream()));
  assert.ok(parts.join("") === "ä".repeat(100_000) + "€end");
  await piping;
  assert.ok(ends.reader.closed && ends.writer.closed);
});

test("a reader that brings its own buffer gets it filled, and its end", async () => {
  using ends = pipe();
  const reader = ends.reader.readable.getReader({ mode: "byob" });
  ends.writer.writeSync("hello");
  const first = await reader.read(new Uint8Array(new ArrayBuffer(10), 2, 3));
  assert.equal(new TextDecoder().decode(first.value), "hel");
  assert.deepEqual([first.value!.byteOffset, first.value!.buffer.byteLength], [2, 10]);
  const waiting = reader.read(new Uint8Array(4), { min: 4 });
  ends.writer.writeSync("p!");
  assert.equal(new TextDecoder().decode((await waiting).value), "lop!");
  const words = reader.read(new Uint16Array(2));
  ends.writer.writeSync("abc");
  assert.deepEqual([...(await words).value!], [0x6261]);
  ends.writer.writeSync("d");
  assert.deepEqual([...(await reader.read(new Uint16Array(2))).value!], [0x6463]);
  const last = reader.read(new Uint8Array(1));
  ends.writer.close();
  assert.equal((await last).done, true);
  assert.equal(ends.reader.closed, true);
});

test("a stream reads nothing before it is asked, so that the writer waits", async () => {
  using ends = pipe();
  const { readable } = ends.reader;
  let size = 0;
  while (ends.writer.tryWrite(new Uint8Array(4096)) !== undefined) size += 4096;
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(ends.writer.tryWrite(new Uint8Array(1)), undefined, "nothing was taken out");
  assert.equal(size, 65536);
  const reader = readable.getReader();
  assert.equal((await reader.read()).value!.length, 65536);
  await reader.cancel();
});

test("cancelling closes the descriptor at once, also while a read waits", async () => {
  using ends = pipe();
  const reader = ends.reader.readable.getReader();
  const waiting = reader.read();
  assert.equal(await within(reader.cancel()), undefined);
  assert.deepEqual(await waiting, { value: undefined, done: true });
  assert.equal(ends.reader.closed, true);
  assert.throws(() => ends.writer.writeSync("x"), { code: "EPIPE" });
});

test("breaking out of a loop over the stream cancels it", async () => {
  using ends = pipe();
  ends.writer.writeSync("x");
  for await (const chunk of ends.reader.readable) {
    assert.equal(chunk.length, 1);
    break;
  }
  assert.equal(ends.reader.closed, true);
});

test("closing the descriptor beneath a stream is its error", async () => {
  using ends = pipe();
  const waiting = ends.reader.readable.getReader().read();
  ends.reader.close();
  await assert.rejects(waiting, { name: "TypeError", message: "Fd is closed" });
});

test("a stream that writes holds back its source until there is room", async () => {
  using ends = pipe();
  let asked = 0;
  const source = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(65536).fill(asked++)),
  }, { highWaterMark: 0 });
  const controller = new AbortController();
  const piping = source.pipeTo(ends.writer.writable, { signal: controller.signal });
  const buffer = new Uint8Array(65536);
  for (let i = 0; i < 10; i++) await ends.reader.read(buffer);
  assert.ok(
    asked < 18, // ten read, four in the pipe that has grown, and one in each hand
    `${asked} chunks were asked for`,
  );
  ends.reader.close();
  await assert.rejects(piping, { code: "EPIPE" });
});

test("a writer that closes has everything written before the end", async () => {
  using ends = pipe();
  const writer = ends.writer.writable.getWriter();
  void writer.write(new Uint8Array(100_000));
  void writer.write(new TextEncoder().encode("end"));
  const closing = writer.close();
  const chunks = await Array.fromAsync(ends.reader.readable);
  await closing;
  assert.equal(chunks.reduce((sum, { length }) => sum + length, 0), 100_003);
  assert.equal(ends.writer.closed, true);
});

test("aborting a stream ends a write that waits for room, and closes the descriptor", async () => {
  using ends = pipe();
  const writer = ends.writer.writable.getWriter();
  await writer.ready;
  const writing = writer.write(new Uint8Array(1 << 20)).catch((reason) => reason);
  await ends.reader.read(new Uint8Array(1)); // it has begun
  assert.equal(await within(writer.abort("enough")), undefined);
  assert.equal(await within(writing), "enough");
  assert.equal(ends.writer.closed, true);
});

test("writing to a stream whose reader is gone is EPIPE for the writer", async () => {
  using ends = pipe();
  const writer = ends.writer.writable.getWriter();
  ends.reader.close();
  await assert.rejects(writer.write(Uint8Array.of(1)), { code: "EPIPE" });
  await assert.rejects(writer.closed, { code: "EPIPE" });
});

test("what is not bytes is the stream's error", async () => {
  using ends = pipe();
  const writer = ends.writer.writable.getWriter();
  await assert.rejects(writer.write([1] as never), TypeError);
  await assert.rejects(writer.closed, TypeError);
});

test("a stream can be teed, and both halves get everything", async () => {
  using ends = pipe();
  const halves = ends.reader.readable.tee();
  const writing = ends.writer.write("x".repeat(200_000)).then(() => ends.writer.close());
  const texts = await Promise.all(halves.map((half) => new Response(half).text()));
  await writing;
  assert.deepEqual(texts.map(({ length }) => length), [200_000, 200_000]);
});
