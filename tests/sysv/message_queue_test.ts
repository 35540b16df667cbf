import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MessageQueue } from "../../sysv/mod.ts";
import { library } from "../fixtures/processes.ts";
import { denoCommand, emulated, run, test } from "../harness.ts";

const KEY = 0x6d710001;

function texts(queue: MessageQueue): string[] {
  const result = [];
  for (let message; (message = queue.tryReceive());) result.push(message.text());
  return result;
}

test("a message arrives with its type and bytes, however it is sent and received", async () => {
  using queue = MessageQueue.create("private");
  queue.sendSync("one", { type: 7 });
  assert.equal(queue.trySend(new Uint8Array([1, 0, 255]), { type: 8 }), true);
  await queue.send("", { type: 2n ** 53n - 1n });
  const first = await queue.receive();
  assert.deepEqual([first.type, first.text(), first.exactType], [7, "one", 7n]);
  const second = queue.receiveSync();
  assert.deepEqual([second.type, second.bytes], [8, new Uint8Array([1, 0, 255])]);
  const third = queue.tryReceive();
  assert.deepEqual([third?.type, third?.bytes.length], [2 ** 53 - 1, 0]);
  assert.equal(queue.tryReceive(), undefined);
});

test("a type beyond what a number can hold is kept exactly", () => {
  using queue = MessageQueue.create("private");
  const largest = 2n ** 63n - 1n;
  queue.sendSync("", { type: largest });
  queue.sendSync("", { type: largest - 1n });
  assert.equal(queue.receiveSync({ type: largest - 1n }).exactType, largest - 1n);
  assert.equal(queue.receiveSync({ except: 1 }).exactType, largest);
});

test("a receiver chooses by type, by the lowest type, or all but one", () => {
  using queue = MessageQueue.create("private");
  const fill = () => {
    for (const type of [5, 3, 9, 3]) queue.sendSync(`${type}`, { type });
  };
  fill();
  assert.equal(queue.receiveSync({ type: 9 }).text(), "9");
  assert.deepEqual(texts(queue), ["5", "3", "3"]);
  fill();
  assert.equal(queue.receiveSync({ upTo: 4 }).text(), "3");
  assert.equal(queue.receiveSync({ upTo: 8 }).text(), "3");
  assert.equal(queue.receiveSync({ upTo: 8 }).text(), "5");
  assert.equal(queue.tryReceive({ upTo: 8 }), undefined);
  assert.deepEqual(texts(queue), ["9"]);
  fill();
  assert.equal(queue.receiveSync({ except: 5 }).text(), "3");
  assert.deepEqual(texts(queue), ["5", "9", "3"]);
});

test("a message of more than maxSize bytes stays in the queue unless truncation is asked for", async () => {
  using queue = MessageQueue.create("private");
  queue.sendSync("four");
  const tooBig = { code: "E2BIG", syscall: "msgrcv", id: queue.id, size: 3 };
  assert.throws(() => queue.receiveSync({ maxSize: 3 }), tooBig);
  await assert.rejects(queue.receive({ maxSize: 3 }), tooBig);
  assert.throws(() => queue.tryReceive({ into: new Uint8Array(3) }), { code: "E2BIG" });
  assert.equal(queue.stat().messages, 1);
  assert.equal(queue.receiveSync({ maxSize: 3, truncate: true }).text(), "fou");
  assert.equal(queue.stat().messages, 0);
});

test("an awaited message that is too big for maxSize is refused and stays", async () => {
  using queue = MessageQueue.create("private");
  const waiting = queue.receive({ maxSize: 3 });
  setTimeout(() => queue.sendSync("four"), 5);
  await assert.rejects(waiting, { code: "E2BIG" });
  const cut = queue.receive({ type: 9, maxSize: 3, truncate: true });
  setTimeout(() => queue.sendSync("nine", { type: 9 }), 5);
  assert.equal((await cut).text(), "nin");
  assert.deepEqual(texts(queue), ["four"]);
});

test("a message can be received into an array of the caller's", async () => {
  using queue = MessageQueue.create("private");
  const into = new Uint8Array(10).fill(9);
  queue.sendSync("abc", { type: 4 });
  const message = queue.receiveSync({ into });
  assert.deepEqual([message.type, message.bytes, message.bytes.buffer === into.buffer], [
    4,
    into.subarray(0, 3),
    true,
  ]);
  assert.deepEqual([...into], [97, 98, 99, 9, 9, 9, 9, 9, 9, 9]);
  const awaited = queue.receive({ into });
  setTimeout(() => queue.sendSync("xy"), 5);
  assert.equal((await awaited).text(), "xy");
  assert.deepEqual([...into.subarray(0, 3)], [120, 121, 99]);
});

test("messages of every size keep their bytes, also after later ones have come", () => {
  using queue = MessageQueue.create("private");
  const sizes = [0, 1, 63, 64, 65, 1000, 4096, 8191, 8192];
  const sent = Array.from({ length: 300 }, (_, i) => {
    const bytes = new Uint8Array(sizes[i % sizes.length]);
    return bytes.map((_, at) => (i * 31 + at) & 255);
  });
  const received = sent.map((bytes) => {
    queue.sendSync(bytes);
    return queue.receiveSync();
  });
  assert.deepEqual(received.map(({ bytes }) => bytes), sent);
});

test("receiving goes on when a user has transferred the buffer of a message away", () => {
  using queue = MessageQueue.create("private");
  queue.sendSync("moved");
  const { buffer } = queue.receiveSync().bytes;
  structuredClone(buffer, { transfer: [buffer] });
  queue.sendSync("next");
  assert.equal(queue.receiveSync().text(), "next");
});

test("a full queue makes trySend return false and send wait", async () => {
  using queue = MessageQueue.create("private");
  const filling = new Uint8Array(4096);
  while (queue.trySend(filling));
  const content = new Uint8Array([1, 2, 3]);
  const sending = queue.send(content, { type: 5 });
  content.fill(9); // the message was what the array held when send was called
  await assert.rejects(queue.send("late", { timeout: 5 }), { name: "TimeoutError" });
  queue.receiveSync();
  await sending;
  assert.deepEqual([...queue.receiveSync({ type: 5 }).bytes], [1, 2, 3]);
});

test("a wait ends at its timeout or with the reason of its signal, and takes no message", async () => {
  using queue = MessageQueue.create("private");
  await assert.rejects(queue.receive({ timeout: 20 }), {
    name: "TimeoutError",
    message: "Timed out after 20 ms",
  });
  await assert.rejects(queue.receive({ timeout: 0 }), { name: "TimeoutError" });
  await assert.rejects(queue.receive({ signal: AbortSignal.timeout(20) }), {
    name: "TimeoutError",
  });
  const reason = new Error("enough");
  await assert.rejects(queue.receive({ signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  const waiting = queue.receive({ signal: controller.signal });
  setTimeout(() => controller.abort(reason), 5);
  await assert.rejects(waiting, reason);
  queue.sendSync("kept");
  await assert.rejects(queue.receive({ signal: AbortSignal.abort(reason) }), reason);
  assert.deepEqual(texts(queue), ["kept"]);
});

test("changing the options while a receive waits changes nothing", async () => {
  using queue = MessageQueue.create("private");
  const controller = new AbortController();
  const options = { type: 1, signal: controller.signal };
  const waiting = queue.receive(options);
  options.type = 2;
  queue.sendSync("for another", { type: 2 });
  controller.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  assert.deepEqual(texts(queue), ["for another"]);
});

test("a message is not lost when the array it was to come into is gone or has shrunk", async () => {
  using queue = MessageQueue.create("private");
  const gone = new Uint8Array(10);
  const first = queue.receive({ into: gone });
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  const resizable = new ArrayBuffer(10, { maxByteLength: 10 });
  const second = queue.receive({ type: 2, into: new Uint8Array(resizable) });
  resizable.resize(1);
  await new Promise((resolve) => setTimeout(resolve, 5)); // both are parked by now
  queue.sendSync("first");
  queue.sendSync("second", { type: 2 });
  assert.deepEqual([(await first).text(), (await second).text()], ["first", "second"]);
});

test("what is sent later is what a Node Buffer held when send was called", async () => {
  using queue = MessageQueue.create("private");
  while (queue.trySend(new Uint8Array(4096)));
  const buffer = Buffer.from("original");
  const sending = queue.send(buffer, { type: 5 });
  buffer.fill("X");
  queue.receiveSync();
  await sending;
  assert.equal(queue.receiveSync({ type: 5 }).text(), "original");
});

test("iterating gives message after message and ends when the queue is disposed", async () => {
  using outer = MessageQueue.create("private");
  const seen: string[] = [];
  {
    using queue = MessageQueue.fromId(outer.id);
    for (const word of ["a", "b", "c"]) queue.sendSync(word);
    const loop = (async () => {
      for await (const message of queue) seen.push(message.text());
    })();
    setTimeout(() => outer.sendSync("d"), 5);
    while (seen.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    queue[Symbol.dispose]();
    await loop;
  }
  assert.deepEqual(seen, ["a", "b", "c", "d"]);
});

test("leaving a loop over messages loses none", async () => {
  using queue = MessageQueue.create("private");
  for (const word of ["a", "b", "c"]) queue.sendSync(word, { type: 2 });
  for await (const message of queue.messages({ type: 2 })) {
    if (message.text() === "a") break;
  }
  assert.deepEqual(texts(queue), ["b", "c"]);
  await assert.rejects(Array.fromAsync(queue.messages({ timeout: 5 })), { name: "TimeoutError" });
});

test("removal ends every wait with EIDRM, and later calls as well", async () => {
  using queue = MessageQueue.create("private");
  const waits = [queue.receive(), queue.receive({ type: 2 })];
  setTimeout(() => queue.remove(), 10);
  const removed = { code: "EIDRM", id: queue.id };
  await Promise.all(
    waits.map((wait) => assert.rejects(wait, { ...removed, syscall: "msgrcv" })),
  );
  assert.throws(() => queue.sendSync("x"), { ...removed, syscall: "msgsnd" });
  assert.throws(() => queue.tryReceive(), { ...removed, syscall: "msgrcv" });
  assert.throws(() => queue.stat(), { ...removed, syscall: "msgctl" });
  assert.throws(() => queue.remove(), { ...removed, syscall: "msgctl" });
  await assert.rejects(queue.send("x"), removed);
});

test("disposing ends our own waits with a TypeError, which is not what removal gives", async () => {
  using outer = MessageQueue.create("private");
  const queue = MessageQueue.fromId(outer.id);
  const waiting = queue.receive();
  setTimeout(() => queue[Symbol.dispose](), 5);
  const closed = { name: "TypeError", message: "MessageQueue is closed" };
  await assert.rejects(waiting, closed);
  queue[Symbol.dispose](); // twice is harmless
  assert.throws(() => queue.sendSync("x"), closed);
  assert.throws(() => queue.tryReceive(), closed);
  assert.throws(() => queue.stat(), closed);
  assert.throws(() => queue.set({ mode: 0o600 }), closed);
  assert.throws(() => queue.remove(), closed);
  assert.throws(() => queue.id, closed);
  await assert.rejects(queue.send("x"), closed);
  await assert.rejects(Array.fromAsync(queue), closed);
  outer.sendSync("still there");
  assert.deepEqual(texts(outer), ["still there"]);
});

test("create, open and openOrCreate differ in what must be there already", () => {
  assert.throws(() => MessageQueue.open(KEY), { code: "ENOENT", syscall: "msgget", key: KEY });
  using made = MessageQueue.create(KEY, { mode: 0o640 });
  try {
    assert.throws(() => MessageQueue.create(KEY), { code: "EEXIST", key: KEY });
    using opened = MessageQueue.open(KEY);
    using either = MessageQueue.openOrCreate(KEY);
    assert.deepEqual([opened.id, either.id], [made.id, made.id]);
    assert.equal(made.stat().mode, 0o640);
    assert.equal(made.stat().key, KEY);
  } finally {
    made.remove();
  }
  using again = MessageQueue.openOrCreate(KEY);
  again.remove();
});

test("a key above 2³¹ is the negative one of C", () => {
  using queue = MessageQueue.create(0x80000abc);
  try {
    assert.equal(queue.stat().key, 0x80000abc | 0);
    using same = MessageQueue.open(0x80000abc | 0);
    assert.equal(same.id, queue.id);
  } finally {
    queue.remove();
  }
});

test("a queue made under a key stays when it is disposed, a private one does not", () => {
  const [kept, gone] = [MessageQueue.create(KEY), MessageQueue.create("private")];
  const { id } = gone;
  kept[Symbol.dispose]();
  gone[Symbol.dispose]();
  MessageQueue.open(KEY).remove();
  assert.throws(() => MessageQueue.fromId(id).stat(), { code: "EIDRM" });
});

test("stat tells every field and set changes owner, mode and size", () => {
  const start = Math.floor(Date.now() / 1000) * 1000;
  using queue = MessageQueue.create("private", { mode: 0o600 });
  const fresh = queue.stat();
  assert.deepEqual([fresh.sendTime, fresh.receiveTime, fresh.lastSender, fresh.lastReceiver], [
    null,
    null,
    null,
    null,
  ]);
  queue.sendSync("12345");
  queue.sendSync("678");
  queue.receiveSync();
  const ourselves = { pid: Deno.pid, alive: true };
  const { changeTime, sendTime, receiveTime, lastReceiver, ...rest } = queue.stat();
  // qemu writes msg_lrpid where no arm64 kernel does.
  if (!emulated) assert.deepEqual(lastReceiver, ourselves);
  for (const time of [changeTime, sendTime!, receiveTime!]) {
    assert.ok(time.getTime() >= start - 1000 && time.getTime() <= Date.now(), `${time}`);
  }
  assert.deepEqual(rest, {
    key: 0,
    uid: Deno.uid(),
    gid: Deno.gid(),
    creatorUid: Deno.uid(),
    creatorGid: Deno.gid(),
    mode: 0o600,
    messages: 1,
    bytes: 3,
    maxBytes: fresh.maxBytes,
    lastSender: ourselves,
  });
  queue.set({ mode: 0o644, maxBytes: 100 });
  assert.deepEqual([queue.stat().mode, queue.stat().maxBytes], [0o644, 100]);
  queue.set({ uid: Deno.uid()!, gid: Deno.gid()! });
  assert.equal(queue.stat().mode, 0o644);
});

test("a message above the system's limit is refused with its size", () => {
  using queue = MessageQueue.create("private");
  const size = 1 << 20;
  assert.throws(() => queue.sendSync(new Uint8Array(size)), {
    code: "EINVAL",
    syscall: "msgsnd",
    size,
  });
  queue.sendSync("still works");
});

test("wrong arguments are refused before any call", async () => {
  const bad = (action: () => unknown, name: string, message: RegExp) =>
    assert.throws(action, { name, message });
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  bad(() => MessageQueue.create(0), "RangeError", /^Key must not be 0/);
  bad(() => MessageQueue.create(2 ** 32), "RangeError", /^Key must be an integer/);
  bad(() => MessageQueue.create(-(2 ** 31) - 1), "RangeError", /^Key/);
  bad(() => MessageQueue.create(1.5), "RangeError", /^Key/);
  bad(() => MessageQueue.open(NaN), "RangeError", /got NaN$/);
  bad(() => MessageQueue.create(any("0x12")), "TypeError", /^Key must be a number or "private"/);
  bad(() => MessageQueue.open(any("private")), "TypeError", /^Key/);
  bad(() => MessageQueue.open(any(5n)), "TypeError", /^Key/);
  bad(() => MessageQueue.create(KEY, { mode: 0o1000 }), "RangeError", /^Mode/);
  bad(() => MessageQueue.create(KEY, { mode: -1 }), "RangeError", /^Mode/);
  bad(() => MessageQueue.create(KEY, { mode: any("600") }), "TypeError", /^Mode/);
  bad(() => MessageQueue.fromId(-1), "RangeError", /^Identifier/);
  using queue = MessageQueue.create("private");
  bad(() => queue.sendSync(any(5)), "TypeError", /^Message must be a string or a Uint8Array/);
  bad(() => queue.sendSync(any(null)), "TypeError", /got null$/);
  for (const type of [0, -1, 1.5, NaN, 2 ** 53, 0n, -1n, 2n ** 63n]) {
    bad(() => queue.sendSync("", { type }), "RangeError", /^Type must be an integer from 1/);
    bad(() => queue.tryReceive({ type }), "RangeError", /^Type/);
    bad(() => queue.tryReceive({ upTo: type }), "RangeError", /^upTo/);
    bad(() => queue.tryReceive({ except: type }), "RangeError", /^except/);
  }
  bad(() => queue.sendSync("", { type: any("1") }), "TypeError", /^Type/);
  bad(() => queue.tryReceive({ type: 1, upTo: 2 }), "TypeError", /^Only one/);
  bad(() => queue.tryReceive({ maxSize: -1 }), "RangeError", /^maxSize/);
  bad(() => queue.tryReceive({ maxSize: 0.5 }), "RangeError", /^maxSize/);
  bad(() => queue.tryReceive({ into: any([]) }), "TypeError", /^into/);
  bad(() => queue.set({ maxBytes: NaN }), "RangeError", /^maxBytes/);
  bad(() => queue.set({ uid: -1 }), "RangeError", /^User/);
  for (const timeout of [-1, NaN]) {
    await assert.rejects(queue.receive({ timeout }), { name: "RangeError", message: /^Timeout/ });
  }
  await assert.rejects(queue.send("", { timeout: -1 }), { name: "RangeError" });
  for (const timeout of ["1000", null, true, 5n, new Date(5)]) {
    await assert.rejects(queue.receive({ timeout: any(timeout) }), { name: "TypeError" });
  }
  await assert.rejects(queue.receive({ signal: any({ aborted: false }) }), { name: "TypeError" });
  const detached = new Uint8Array(3);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  bad(() => queue.sendSync(detached), "TypeError", /detached$/);
  assert.equal(queue.stat().messages, 0);
});

test("an error tells the key as ipcs shows it", () => {
  for (const [key, shown] of [[0x6d71, "0x00006d71"], [0xfedcba98, "0xfedcba98"]] as const) {
    const message = `msgget failed: No such file or directory (ENOENT): key ${shown}`;
    assert.throws(() => MessageQueue.open(key), { message });
  }
});

test("the memory of a waiting send or receive is not collected", async () => {
  const code = `import { MessageQueue } from "${library("sysv")}";
    const SIZE = 777, made = [];
    globalThis.ArrayBuffer = class extends ArrayBuffer {
      constructor(size, ...rest) {
        super(size, ...rest);
        if (size >= SIZE && size < SIZE + 16) made.push(new WeakRef(this));
      }
    };
    const message = "x".repeat(SIZE);
    using full = MessageQueue.create("private");
    while (full.trySend(message));
    using empty = MessageQueue.create("private");
    const sent = full.send(message);
    const received = empty.receive({ maxSize: SIZE });
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve));
      gc();
    }
    console.log(...made.map((one) => one.deref() !== undefined));
    full.receiveSync();
    empty.sendSync(message);
    await Promise.all([sent, received]);`;
  assert.equal(await run(denoCommand("eval", "--v8-flags=--expose-gc", code)), "true true\n");
});

test("messages that are always there hold up no timer", async () => {
  using queue = MessageQueue.create("private");
  const end = performance.now() + 30_000; // it would have none of its own
  const talking = async () => {
    const signal = AbortSignal.timeout(100);
    while (performance.now() < end) {
      await queue.send("x", { signal });
      await queue.receive({ signal });
    }
  };
  await assert.rejects(talking(), { name: "TimeoutError" });
});
