import assert from "node:assert/strict";
import type { Connection } from "../../sockets/mod.ts";
import { pairsOver, textOf } from "../fixtures/net_pairs.ts";
import { test } from "../fixtures/warm_reactor.ts";

const encoder = new TextEncoder();
const closed = { name: "TypeError" };
const late = { name: "TimeoutError" };

test("the time for a write over a socket counts from the call, also while it waits for its turn", async () => {
  using ends = await pairsOver.Socket();
  const { ours, theirs } = ends;
  const abort = new AbortController();
  const first = ours.write("1".repeat(20_000_000), abort);
  const second = ours.write("2".repeat(20_000_000), { timeout: 200 });
  const given = assert.rejects(second, { ...late, message: "Timed out after 200 ms" });
  setTimeout(() => abort.abort("enough"), 100);
  await assert.rejects(first, (reason) => reason === "enough");
  await given;
  // Nothing is under way any more: what comes next has its turn at once, and is refused for want of room only.
  await assert.rejects(ours.write("3", { timeout: 0 }), late);
  const text = textOf(theirs);
  await ours.write("4");
  await ours.closeWrite();
  assert.match(await text, /^1+4$/);
});

test("a signal's own TimeoutError stays what it is, whatever time there was besides", async () => {
  using ends = await pairsOver.Socket();
  const signal = AbortSignal.timeout(20);
  const reading = [ends.ours.readLine({ signal, timeout: 30_000 }), ends.ours.readLine({ signal })];
  for (const { reason } of await Promise.allSettled(reading) as PromiseRejectedResult[]) {
    assert.equal(reason, signal.reason);
  }
});

for (const [kind, pair] of Object.entries(pairsOver)) {
  test(`over ${kind}: bytes go both ways, and null is read at the end`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    assert.equal(await ours.write("hé"), 3);
    assert.equal(await theirs.write(new Uint8Array([0, 255])), 2);
    const buffer = new Uint8Array(10);
    assert.equal(await theirs.read(buffer), 3);
    assert.deepEqual(buffer.subarray(0, 4), new Uint8Array([104, 0xc3, 0xa9, 0]));
    assert.equal(await ours.read(buffer), 2);
    assert.deepEqual(buffer.subarray(0, 2), new Uint8Array([0, 255]));
    await ours.closeWrite();
    assert.equal(await theirs.read(buffer), null);
    assert.equal(await theirs.readByte(), null);
    assert.equal(await theirs.readLine(), null);
    await theirs.write("still");
    assert.equal(await ours.readByte(), 115);
  });

  test(`over ${kind}: reading in different ways loses nothing`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    await theirs.write("one\r\n\u00fftwo\n.three\n..four\n.\nxyz and the rest");
    await theirs.closeWrite();
    const buffer = new Uint8Array(2);
    assert.equal(await ours.readByte(), 111);
    assert.equal(await ours.readLine(), "ne");
    assert.equal(await ours.read(buffer), 2);
    assert.deepEqual(buffer, encoder.encode("\u00ff"));
    assert.equal(await ours.readLine(), "two");
    assert.deepEqual(await ours.readMessage(), ["three", ".four"]);
    assert.equal(await ours.readByte(), 120);
    assert.equal(await ours.read(buffer.subarray(0, 1)), 1);
    assert.equal(buffer[0], 121);
    assert.equal(await textOf(ours), "z and the rest");
  });

  test(`over ${kind}: a read that was given up has taken nothing`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    const buffer = new Uint8Array(3);
    await assert.rejects(ours.read(buffer, { timeout: 5 }), late);
    await assert.rejects(ours.readByte({ timeout: 0 }), late);
    await assert.rejects(ours.readLine({ timeout: 5 }), late);
    const abort = new AbortController();
    const reads = [ours.read(buffer, abort), ours.readLine(abort), ours.readMessage(abort)];
    const given = Promise.allSettled<unknown>(reads);
    abort.abort("enough");
    assert.deepEqual(await given, Array(3).fill({ status: "rejected", reason: "enough" }));
    await assert.rejects(ours.readLine(abort), (reason) => reason === "enough");

    await theirs.write("abcdefgh");
    assert.equal(await ours.read(buffer), 3);
    assert.deepEqual(buffer, encoder.encode("abc"));
    await assert.rejects(ours.readLine({ timeout: 5 }), late); // it has "defgh", and no end
    assert.equal(await ours.readByte(), 100);
    await assert.rejects(ours.readMessage({ timeout: 5 }), late);
    await theirs.write("i\nj\n");
    await assert.rejects(ours.readMessage({ timeout: 20 }), late); // two lines, and no dot
    await theirs.write(".\nlast");
    assert.deepEqual(await ours.readMessage({ timeout: 30_000 }), ["efghi", "j"]);
    await theirs.closeWrite();
    assert.equal(await ours.readLine(), "last");
    assert.equal(await ours.readLine({ timeout: 30_000 }), null);
  });

  test(`over ${kind}: of several who read at once each gets the next piece, in their order`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    const reads = Array.from({ length: 20 }, (_, i) => {
      if (i % 5 === 4) return ours.readLine({ timeout: 1 }).catch((error) => error.name);
      return ours.readLine(i % 2 ? { timeout: 30_000 } : {});
    });
    for (const i of [4, 9, 14, 19]) assert.equal(await reads[i], "TimeoutError");
    for (let i = 0; i < 16; i++) {
      await theirs.write(`line ${i}`);
      await theirs.write("\n");
    }
    const lines = (await Promise.all(reads)).filter((line) => line !== "TimeoutError");
    assert.deepEqual(lines, Array.from({ length: 16 }, (_, i) => `line ${i}`));
    const mixed = [
      ours.readByte(),
      ours.readLine(),
      ours.read(new Uint8Array(1)),
      ours.readMessage(),
    ];
    await theirs.write("ab\nc");
    await theirs.write("d\n.\n");
    assert.deepEqual(await Promise.all<unknown>(mixed), [97, "b", 1, ["d"]]);
  });

  test(`over ${kind}: a byte is never lost between a time that is over and data that comes`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    const count = 300;
    const writing = (async () => {
      for (let i = 0; i < count; i++) {
        await theirs.write(new Uint8Array([i % 256]));
        await new Promise((resolve) => setTimeout(resolve, i % 3));
      }
      await theirs.closeWrite();
    })();
    const got: number[] = [];
    let gaveUp = 0;
    for (;;) {
      const one = await ours.readByte({ timeout: 1 }).catch((error) => {
        assert.equal(error.name, "TimeoutError");
        gaveUp++;
      });
      if (one === null) break;
      if (one !== undefined) got.push(one);
    }
    await writing;
    assert.deepEqual(got, Array.from({ length: count }, (_, i) => i % 256));
    assert.ok(gaveUp > 0);
  });

  test(`over ${kind}: writes that overlap keep their order and are whole`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    const letters = [..."abcdefgh"];
    const size = 300_000; // more than there is room for
    const writes = letters.map((letter) => ours.write(letter.repeat(size)));
    const ending = ours.closeWrite();
    const text = await textOf(theirs);
    assert.deepEqual(await Promise.all(writes), letters.map(() => size));
    await ending;
    assert.ok(text === letters.map((letter) => letter.repeat(size)).join(""));
  });

  test(`over ${kind}: a write that nobody reads ends when its time is over`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    await assert.rejects(ours.write("x".repeat(20_000_000), { timeout: 20 }), late);
    const abort = new AbortController();
    const write = ours.write("y", abort);
    abort.abort("enough");
    await assert.rejects(write, (reason) => reason === "enough");
    ours.close();
    assert.match((await textOf(theirs).catch(() => "x")).slice(0, 100), /^x+$/);
  });

  test(`over ${kind}: a write that is given up before its turn is never sent, and the others are in order`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    const size = 20_000_000; // more than there is room for
    const abort = new AbortController();
    const first = ours.write("1".repeat(size));
    const timedOut = ours.write("never", { timeout: 5 });
    const second = ours.write("2");
    const aborted = ours.write("never", { signal: abort.signal, timeout: 60_000 });
    const third = ours.writeLine("3", { end: "", timeout: 60_000 });
    const ending = ours.closeWrite();
    await assert.rejects(timedOut, late);
    abort.abort("enough");
    await assert.rejects(aborted, (reason) => reason === "enough");
    const text = await textOf(theirs);
    assert.deepEqual(await Promise.all([first, second, third]), [size, 1, undefined]);
    await ending;
    assert.equal(text.length, size + 2);
    assert.equal(text.slice(-10), "1111111123");
  });

  test(`over ${kind}: closing ends every wait, and what comes after says that it is closed`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    await theirs.write("left over\nand more");
    assert.equal(await ours.readLine(), "left over");
    const waits = [
      ours.readLine(),
      ours.read(new Uint8Array(1)),
      ours.readByte({ timeout: 60_000 }),
    ];
    const write = ours.write("x".repeat(20_000_000));
    const waiting = Promise.allSettled([...waits, write]);
    assert.equal(await theirs.readByte(), 120); // so the write is under way, and has no room
    ours.close();
    ours.close();
    for (const result of await waiting) {
      assert.equal(result.status, "rejected");
      assert.throws(() => {
        throw result.reason;
      }, closed);
    }
    await assert.rejects(ours.readLine(), closed);
    await assert.rejects(ours.readByte(), closed);
    await assert.rejects(ours.read(new Uint8Array(1)), closed);
    await assert.rejects(ours.write("x"), closed);
    await assert.rejects(ours.writeLine("x"), closed);
    await assert.rejects(ours.closeWrite(), closed);
  });

  test(`over ${kind}: writing to nobody is EPIPE or ECONNRESET`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    theirs.close();
    const error = await (async () => {
      for (;;) await ours.write("x".repeat(100_000));
    })().catch((error) => error);
    assert.match(error.code, /^(EPIPE|ECONNRESET)$/);
  });

  test(`over ${kind}: the streams carry bytes both ways`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    const data = crypto.getRandomValues(new Uint8Array(60_000));
    const whole = new Uint8Array(600_000).map((_, i) => data[i % data.length]);
    const echo = theirs.readable.pipeTo(theirs.writable);
    const back = new Response(ours.readable).bytes();
    const writer = ours.writable.getWriter();
    for (let i = 0; i < 10; i++) await writer.write(data);
    await writer.close(); // the other end reads an end of file
    await echo;
    assert.deepEqual(await back, whole);
    await assert.rejects(ours.write("x"), { code: "EPIPE" });
  });

  test(`over ${kind}: to cancel the one stream or to abort the other closes the connection`, async () => {
    for (
      const end of [
        (c: Connection) => c.readable.cancel(),
        (c: Connection) => c.writable.abort("no more"),
      ]
    ) {
      using ends = await pair();
      await end(ends.ours);
      await assert.rejects(ends.ours.read(new Uint8Array(1)), closed);
      assert.equal(await ends.theirs.readByte(), null);
    }
  });

  test(`over ${kind}: to abort the stream also ends a write that waits for room`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    const writer = ours.writable.getWriter();
    const write = writer.write(new Uint8Array(20_000_000));
    const given = assert.rejects(write, (reason) => reason === "no more");
    assert.equal(await theirs.readByte(), 0); // so it is under way, and has no room
    await Promise.all([given, writer.abort("no more")]);
    await assert.rejects(ours.write("x"), closed);
    assert.match((await textOf(theirs).catch(() => "\0")).slice(0, 100), /^\0+$/);
  });

  test(`over ${kind}: misuse is refused before anything is read or written`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    // deno-lint-ignore no-explicit-any
    const junk = (value: unknown) => value as any;
    await assert.rejects(ours.read(new Uint8Array(1), { timeout: -1 }), { name: "RangeError" });
    await assert.rejects(ours.readLine({ timeout: NaN }), { name: "RangeError" });
    await assert.rejects(ours.readLine({ signal: junk("x") }), { name: "TypeError" });
    for (const maxLength of [0, -1, 1.5, NaN, Infinity]) {
      await assert.rejects(ours.readLine({ maxLength }), { name: "RangeError" });
      await assert.rejects(ours.readMessage({ maxLength }), { name: "RangeError" });
    }
    for (const line of ["a\nb", "a\r", junk(5), junk(undefined)]) {
      await assert.rejects(ours.writeLine(line), { name: "TypeError" });
      await assert.rejects(ours.writeMessage(["fine", line]), { name: "TypeError" });
    }
    await assert.rejects(ours.write(junk(5)), { name: "TypeError" });
    await ours.writeLine("still open");
    assert.equal(await theirs.readLine(), "still open");
  });
}
