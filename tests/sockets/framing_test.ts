import assert from "node:assert/strict";
import { pairsOver, textOf } from "../fixtures/net_pairs.ts";
import { test } from "../fixtures/warm_reactor.ts";

const encoder = new TextEncoder();

for (const [kind, pair] of Object.entries(pairsOver)) {
  test(`over ${kind}: lines end with CRLF when they are written, or as one says`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    await ours.writeLine("one");
    await ours.writeLine("");
    await ours.writeLine("zwei ü", { end: "\n" });
    await ours.writeMessage(["a", ".", "..", ".b", ""]);
    await ours.writeMessage([], { end: "\n" });
    await ours.closeWrite();
    assert.equal(
      await textOf(theirs),
      "one\r\n\r\nzwei ü\na\r\n..\r\n...\r\n..b\r\n\r\n.\r\n.\n",
    );
  });

  test(`over ${kind}: a line ends with LF or CRLF when it is read, wherever packets are split`, async () => {
    const text = "one\r\ntwo\n\n\r\nfour \u{1f600} ü\r\r\nfi\rve\n\ufeffBOM\nno end\r";
    const lines = ["one", "two", "", "", "four \u{1f600} ü\r", "fi\rve", "\ufeffBOM", "no end\r"];
    const all = encoder.encode(text);
    for (const size of [1, 2, 3, 7, all.length]) {
      using ends = await pair();
      const { ours, theirs } = ends;
      const reading = Array.fromAsync(ours.lines());
      for (let at = 0; at < all.length; at += size) {
        await theirs.write(all.subarray(at, at + size));
        await new Promise((resolve) => setTimeout(resolve)); // so that it is read piece by piece
      }
      await theirs.closeWrite();
      assert.deepEqual(await reading, lines, `packets of ${size}`);
    }
  });

  test(`over ${kind}: a message comes back as it was, wherever packets are split`, async () => {
    const messages = [["a", ".", "..", ".b", "", "ü"], [], [""], ["."], ["x".repeat(10_000)]];
    const written = "a\r\n..\r\n...\r\n..b\r\n\r\nü\n.\n.\r\n\r\n.\r\n..\n.\r\n" +
      "x".repeat(10_000) +
      "\r\n.\r\n";
    const all = encoder.encode(written);
    for (const size of [1, 2, 5, all.length]) {
      using ends = await pair();
      const { ours, theirs } = ends;
      const writing = (async () => {
        for (let at = 0; at < all.length; at += size) {
          await theirs.write(all.subarray(at, at + size));
        }
        for (const message of messages) await theirs.writeMessage(message);
        await theirs.closeWrite();
      })();
      for (const message of [...messages, ...messages]) {
        assert.deepEqual(await ours.readMessage(), message);
      }
      assert.equal(await ours.readMessage(), null);
      await writing;
    }
  });

  test(`over ${kind}: maxLength counts the bytes of a line, not its end`, async () => {
    for (const end of ["\n", "\r\n"]) {
      using ends = await pair();
      await ends.theirs.write(`üü${end}abcd${end}abcde${end}`);
      assert.equal(await ends.ours.readLine({ maxLength: 4 }), "üü");
      assert.equal(await ends.ours.readLine({ maxLength: 4 }), "abcd");
      await assert.rejects(ends.ours.readLine({ maxLength: 4 }), { name: "RangeError" });
      await assert.rejects(ends.ours.readLine(), { name: "TypeError" });
    }
    using ends = await pair();
    await ends.theirs.write("abcde"); // the last line, without an end
    await ends.theirs.closeWrite();
    await assert.rejects(ends.ours.readLine({ maxLength: 4 }), { name: "RangeError" });
  });

  test(`over ${kind}: the time for a line and for a message counts from the call, however slowly it comes`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    for (const read of ["readLine", "readMessage"] as const) {
      let end: Error | undefined;
      const reading = ours[read]({ timeout: 200 }).catch((error) => end = error);
      for (let i = 0; i < 100 && end === undefined; i++) {
        await theirs.write("x");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await theirs.write("\n.\n");
      await reading;
      assert.deepEqual([end?.name, end?.message], ["TimeoutError", "Timed out after 200 ms"]);
      assert.match((await ours.readMessage())!.join(), /^x+$/); // nothing is lost
    }
  });

  test(`over ${kind}: a line without end ends the connection, and takes no more memory than its limit`, async () => {
    using ends = await pair();
    const { ours, theirs } = ends;
    let taken = 0;
    const flood = (async () => {
      const chunk = new Uint8Array(1 << 16).fill(120);
      for (;;) taken += await theirs.write(chunk);
    })();
    await assert.rejects(ours.readLine({ maxLength: 1 << 20 }), { name: "RangeError" });
    const { code } = await flood.catch((error) => error);
    assert.match(code, /^(EPIPE|ECONNRESET)$/); // it is told
    assert.ok(taken < 20 << 20, `${taken} bytes`); // what was read, and the kernel's buffers
  });

  test(`over ${kind}: a message without end ends the connection, however short its lines are`, async () => {
    for (const line of ["\n", "a\n", "..\r\n", "x".repeat(5000)]) {
      using ends = await pair();
      const { ours, theirs } = ends;
      const flood = (async () => {
        for (const chunk = line.repeat(Math.ceil(1000 / line.length));;) await theirs.write(chunk);
      })();
      await assert.rejects(ours.readMessage({ maxLength: 10_000 }), { name: "RangeError" });
      assert.match((await flood.catch((error) => error)).code, /^(EPIPE|ECONNRESET)$/);
    }
  });

  test(`over ${kind}: a message that is cut off is an error, and one of nothing is none`, async () => {
    for (const part of ["a", "a\r\n", "a\r\n.", ".", "..\n", "a.\n"]) {
      using ends = await pair();
      await ends.theirs.write(part);
      await ends.theirs.closeWrite();
      await assert.rejects(ends.ours.readMessage(), { name: "UnexpectedEof" }, part);
      assert.equal(await textOf(ends.ours), part);
    }
    using ends = await pair();
    await ends.theirs.closeWrite();
    assert.equal(await ends.ours.readMessage(), null);
  });

  test(`over ${kind}: breaking out of lines() leaves the others, and a limit holds for each`, async () => {
    using ends = await pair();
    await ends.theirs.write("one\ntwo\nthree\n");
    for await (const line of ends.ours.lines({ maxLength: 4 })) {
      assert.equal(line, "one");
      break;
    }
    assert.equal(await ends.ours.readLine(), "two");
    await assert.rejects(Array.fromAsync(ends.ours.lines({ maxLength: 4 })), {
      name: "RangeError",
    });
  });
}
