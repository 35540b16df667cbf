import assert from "node:assert/strict";
import { Fd, pipe, poll, pollSync } from "../../io/mod.ts";
import { Program } from "../harness.ts";
import { test } from "../fixtures/warm_reactor.ts";

test("poll tells which of several are ready, to read and to write", async () => {
  using one = pipe();
  using two = pipe();
  const both = [one.reader, two.reader];
  const write = [one.writer, two.writer];
  assert.deepEqual(await poll({ read: both, write }), { read: [], write });
  two.writer.writeSync("x");
  assert.deepEqual(await poll({ read: both }), { read: [two.reader], write: [] });
  one.writer.close();
  assert.deepEqual(pollSync({ read: both }), { read: both, write: [] }); // an end of file counts
});

test("poll waits for the first one, and gives all that are ready then", async () => {
  using one = pipe();
  using two = pipe();
  const waiting = poll({ read: [one.reader, two.reader] }, { timeout: 10_000 });
  setTimeout(() => one.writer.writeSync("x"), 5);
  assert.deepEqual((await waiting).read, [one.reader]);
});

test("when the time is over none is ready, which is no error; an abort is one", async () => {
  using ends = pipe();
  const wanted = { read: [ends.reader] };
  const none = { read: [], write: [] };
  assert.deepEqual(await poll(wanted, { timeout: 20 }), none);
  assert.deepEqual(await poll(wanted, { timeout: 0 }), none);
  assert.deepEqual(pollSync(wanted, { timeout: 20 }), none);
  const reason = new Error("enough");
  await assert.rejects(poll(wanted, { signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  const waiting = poll(wanted, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 5);
  await assert.rejects(waiting, reason);
  await assert.rejects(poll(wanted, { timeout: -1 }), RangeError);
});

test("closing one that is polled ends the wait with a TypeError", async () => {
  using ends = pipe();
  const waiting = poll({ read: [ends.reader] });
  setTimeout(() => ends.reader.close(), 5);
  await assert.rejects(waiting, { name: "TypeError", message: "Fd is closed" });
});

test("pollSync sees what another process writes, and regular files are always ready", async () => {
  await using perl = new Program(["perl", "-e", '$| = 1; print "begun\\n"; <STDIN>']);
  assert.equal(await perl.line(), "begun");
  using file = Fd.open(new URL(import.meta.url).pathname);
  using ends = pipe();
  assert.deepEqual(pollSync({ read: [file, ends.reader] }).read, [file]);
  assert.deepEqual((await poll({ read: [file, ends.reader] })).read, [file]);
}, { needs: ["perl"] });

test("what is no Fd is refused, and standard input is not asked in its place", async () => {
  using ends = pipe();
  for (const junk of [0, {}, ends, undefined]) {
    const read = [junk as unknown as Fd];
    await assert.rejects(poll({ read }, { timeout: 0 }), TypeError);
    assert.throws(() => pollSync({ write: read }, { timeout: 0 }), TypeError);
  }
});
