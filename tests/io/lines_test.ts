import assert from "node:assert/strict";
import { lines, pipe } from "../../io/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** Byte by byte, in all-in-one, and cut in the given sizes. */
function cuts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  return (async function* () {
    // The same memory for every chunk, as a reader may do it.
    const memory = new Uint8Array(size);
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = bytes.subarray(at, at + size);
      memory.set(chunk);
      yield memory.subarray(0, chunk.length);
    }
  })();
}

const encoder = new TextEncoder();

async function split(text: string | Uint8Array, options = {}): Promise<string[]> {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  const results = [];
  for (const size of [1, 2, 3, 5, 7, Math.max(bytes.length, 1)]) {
    results.push(await Array.fromAsync(lines(cuts(bytes, size), options)));
  }
  for (const result of results) assert.deepEqual(result, results[0], "however it is cut");
  return results[0];
}

test("lines end with LF or CRLF; the last one may lack its end, and empty ones count", async () => {
  assert.deepEqual(await split("a\nb\r\n\nc\r\n\r\nd"), ["a", "b", "", "c", "", "d"]);
  assert.deepEqual(await split(""), []);
  assert.deepEqual(await split("\n"), [""]);
  assert.deepEqual(await split("\r\n"), [""]);
  assert.deepEqual(await split("a\n"), ["a"]);
  assert.deepEqual(await split("a\rb\n\rc\n"), ["a\rb", "\rc"]);
  assert.deepEqual(await split("a\r\r\n"), ["a\r"]);
  assert.deepEqual(await split("a\0b\n"), ["a\0b"]);
});

test("a carriage return without a newline is no end of a line", async () => {
  assert.deepEqual(await split("last\r"), ["last\r"]);
});

test("a line is all of its text, also one that begins with a byte order mark", async () => {
  assert.deepEqual(await split("a\n\ufeffb\n"), ["a", "\ufeffb"]);
});

test("characters that are cut in two are whole again, broken ones are replaced", async () => {
  assert.deepEqual(await split("ä€😀\n😀€ä"), ["ä€😀", "😀€ä"]);
  assert.deepEqual(await split(Uint8Array.of(0xff, 10, 0xe2, 0x82, 10, 65)), ["�", "�", "A"]);
});

test("a line may have maxLength bytes; one more is a RangeError, after the lines before it", async () => {
  assert.deepEqual(await split("12345\n123\n12345", { maxLength: 5 }), ["12345", "123", "12345"]);
  assert.deepEqual(await split("12345\r\n", { maxLength: 5 }), ["12345"], "its end does not count");
  for (const text of ["ab\n123456\n", "ab\n123456", "ab\n" + "x".repeat(1000)]) {
    for (const size of [1, 3, 1000]) {
      const found: string[] = [];
      await assert.rejects(
        (async () => {
          for await (const line of lines(cuts(encoder.encode(text), size), { maxLength: 5 })) {
            found.push(line);
          }
        })(),
        { name: "RangeError", message: "Line is longer than 5 bytes" },
      );
      assert.deepEqual(found, ["ab"]);
    }
  }
  for (const maxLength of [0, -1, 1.5, NaN]) {
    await assert.rejects(
      Array.fromAsync(lines(cuts(Uint8Array.of(10), 1), { maxLength })),
      RangeError,
    );
  }
});

test("an endless line is refused at 1 MiB, having taken little more than that", async () => {
  using ends = pipe();
  const writing = assert.rejects(
    (async () => {
      for (;;) await ends.writer.write("x".repeat(65536));
    })(),
    { code: "EPIPE" },
  );
  await assert.rejects(Array.fromAsync(ends.reader.lines()), RangeError);
  ends.reader.close();
  await writing;
});

test("a line of 20 MB arrives whole where that is allowed, in time that grows with its length", async () => {
  using ends = pipe();
  const long = "0123456789".repeat(2_000_000);
  const writing = ends.writer.write(long + "\nshort\n").then(() => ends.writer.close());
  const found = await Array.fromAsync(ends.reader.lines({ maxLength: 1 << 25 }));
  await writing;
  assert.equal(found.length, 2);
  assert.ok(found[0] === long && found[1] === "short");
});

test("200,000 short lines arrive in order", async () => {
  using ends = pipe();
  const count = 200_000;
  const text = Array.from({ length: count }, (_, i) => `${i}\n`).join("");
  const writing = ends.writer.write(text).then(() => ends.writer.close());
  let next = 0;
  for await (const line of ends.reader.lines()) if (line !== `${next++}`) assert.fail(line);
  await writing;
  assert.equal(next, count);
});

test("breaking out of the loop leaves the descriptor open and the rest in the pipe", async () => {
  using ends = pipe();
  ends.writer.writeSync("one\ntwo\n");
  for await (const line of ends.reader.lines()) {
    assert.equal(line, "one");
    break;
  }
  assert.equal(ends.reader.closed, false);
  ends.writer.writeSync("three\n");
  for await (const line of ends.reader.lines()) {
    assert.equal(line, "three"); // what was read in one piece with the first line went with the loop
    break;
  }
});

test("lines that do not come end with the timeout or the signal's reason", async () => {
  using ends = pipe();
  ends.writer.writeSync("one\nhalf");
  const reading = ends.reader.lines({ timeout: 20 });
  assert.deepEqual(await reading.next(), { value: "one", done: false });
  await assert.rejects(reading.next(), { name: "TimeoutError" });
  assert.deepEqual(await reading.next(), { value: undefined, done: true });
  const controller = new AbortController();
  const waiting = ends.reader.lines({ signal: controller.signal }).next();
  queueMicrotask(() => controller.abort("enough"));
  await assert.rejects(waiting, (reason) => reason === "enough");
});

test("closing the descriptor ends the lines with a TypeError", async () => {
  using ends = pipe();
  const waiting = assert.rejects(ends.reader.lines().next(), { message: "Fd is closed" });
  ends.reader.close();
  await waiting;
});
