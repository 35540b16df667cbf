import assert from "node:assert/strict";
import { list, SharedMemory } from "../../sysv/mod.ts";
import { denoCommand, fixture, run, test } from "../harness.ts";

const KEY = 0x736d0001;

test("a message is written with zeros behind it and read back", () => {
  using memory = SharedMemory.create("private", { size: 100 });
  memory.write(new Uint8Array(100).fill(7));
  memory.write("grüße", 10, 20);
  const expected = new Uint8Array(100).fill(7).fill(0, 10, 30);
  expected.set(new TextEncoder().encode("grüße"), 10);
  assert.deepEqual(memory.read(), expected);
  assert.equal(memory.readText(10, 20), "grüße");
  assert.equal(memory.readText(10, 3), "gr\ufffd"); // cut within a character
  assert.deepEqual(memory.read(29, 2), new Uint8Array([0, 7]));
  assert.deepEqual([memory.read(100).length, memory.read(50, 0).length], [0, 0]);
  memory.write("");
  memory.write("", 100);
});

test("a view is the memory itself, as any kind of array", () => {
  using memory = SharedMemory.create("private", { size: 64 });
  const bytes = memory.view();
  const numbers = memory.view(Float64Array, 8, 2);
  const data = memory.view(DataView, 32);
  assert.deepEqual([bytes.length, numbers.length, data.byteLength], [64, 2, 32]);
  numbers[0] = 1.5;
  data.setUint16(0, 0xbeef);
  assert.equal(memory.read(8, 8)[7], 0x3f);
  assert.deepEqual([...memory.read(32, 2)], [0xbe, 0xef]);
  memory.write(new Uint8Array([1, 2, 3]));
  assert.deepEqual([...bytes.subarray(0, 4)], [1, 2, 3, 0]);
  assert.equal(memory.view(Int32Array).length, 16);
  assert.equal(memory.view(Int32Array, 4).length, 15);
});

test("writing a view of the segment onto itself is as if it were copied first", () => {
  using memory = SharedMemory.create("private", { size: 10 });
  memory.write("0123456789");
  memory.write(memory.view().subarray(0, 8), 2);
  assert.equal(memory.readText(), "0101234567");
});

test("after detach a view is empty, Atomics and our methods throw, and the segment is still there", () => {
  using memory = SharedMemory.create("private", { size: 4096 });
  const view = memory.view(Int32Array);
  view[5] = 42;
  assert.equal(memory.stat().attachCount, 1);
  memory.detach();
  assert.deepEqual([view.length, view[5]], [0, undefined]);
  view[5] = 1; // goes nowhere
  assert.throws(() => Atomics.load(view, 5));
  assert.throws(() => Atomics.add(view, 5, 1));
  const detached = { name: "TypeError", message: "SharedMemory is detached" };
  assert.throws(() => memory.read(), detached);
  assert.throws(() => memory.write("x"), detached);
  assert.throws(() => memory.view(), detached);
  memory.detach(); // twice is harmless
  assert.equal(memory.stat().attachCount, 0);
  using again = SharedMemory.fromId(memory.id);
  assert.equal(again.view(Int32Array)[5], 42);
});

test("a segment whose view was transferred away stays attached, and detach says so", async () => {
  // In a process of its own, since it leaves the segment attached until that ends.
  assert.deepEqual((await run(denoCommand("run", "-A", fixture("transfer.ts")))).split("\n"), [
    "view: TypeError: The buffer of this shared memory was transferred elsewhere",
    "detach: TypeError: The buffer of this shared memory was transferred elsewhere",
    "still mapped: 9",
    "",
  ]);
});

test("a read-only attachment reads, but neither writes nor shows itself", () => {
  using memory = SharedMemory.create("private", { size: 10 });
  memory.write("hello");
  using reader = SharedMemory.fromId(memory.id, { readOnly: true });
  assert.equal(reader.readText(), "hello");
  assert.throws(() => reader.write("x"), { name: "TypeError", message: /read-only/ });
  assert.throws(() => reader.view(), { name: "TypeError", message: /read-only/ });
});

test("a removed segment stays usable until it is detached, as System V promises", () => {
  using memory = SharedMemory.create(KEY, { size: 100 });
  const view = memory.view();
  memory.remove();
  assert.equal(memory.stat().removed, true);
  assert.throws(() => SharedMemory.open(KEY), { code: "ENOENT" });
  view[3] = 5;
  assert.equal(memory.read(3, 1)[0], 5);
  const { id } = memory;
  memory.detach();
  assert.equal(list("segment").some((segment) => segment.id === id), false);
  assert.throws(() => memory.stat(), { code: "EIDRM", id });
  assert.throws(() => memory.remove(), { code: "EIDRM", id });
});

test("a segment removed before it was attached is EIDRM", () => {
  using memory = SharedMemory.create("private", { size: 100 });
  memory.remove();
  assert.throws(() => memory.read(), { code: "EIDRM", syscall: "shmat", id: memory.id });
  assert.throws(() => memory.view(), { code: "EIDRM" });
  assert.throws(() => SharedMemory.fromId(memory.id).size, { code: "EIDRM" });
});

test("create, open and openOrCreate differ in what must be there already", () => {
  assert.throws(() => SharedMemory.open(KEY), { code: "ENOENT", syscall: "shmget", key: KEY });
  using made = SharedMemory.create(KEY, { size: 5000, mode: 0o640 });
  try {
    assert.throws(() => SharedMemory.create(KEY, { size: 1 }), { code: "EEXIST", key: KEY });
    assert.throws(() => SharedMemory.openOrCreate(KEY, { size: 5001 }), {
      code: "EINVAL",
      size: 5001,
    });
    using opened = SharedMemory.open(KEY);
    using smaller = SharedMemory.openOrCreate(KEY, { size: 10 });
    assert.deepEqual([opened.size, smaller.size, opened.id], [5000, 5000, made.id]);
    assert.throws(() => SharedMemory.create("private", { size: 2 ** 52 }), {
      code: /^(EINVAL|ENOSPC|ENOMEM)$/,
    });
  } finally {
    made.remove();
  }
});

test("stat tells every field, and set changes owner and mode", () => {
  using memory = SharedMemory.create("private", { size: 123 });
  const fresh = memory.stat();
  assert.deepEqual([fresh.attachTime, fresh.detachTime, fresh.lastProcess], [null, null, null]);
  memory.read();
  const { changeTime, attachTime, ...rest } = memory.stat();
  for (const time of [changeTime, attachTime!]) {
    assert.ok(Math.abs(time.getTime() - Date.now()) < 60_000, `${time}`);
  }
  const ourselves = { pid: Deno.pid, alive: true };
  assert.deepEqual(rest, {
    key: 0,
    uid: Deno.uid(),
    gid: Deno.gid(),
    creatorUid: Deno.uid(),
    creatorGid: Deno.gid(),
    mode: 0o600,
    size: 123,
    attachCount: 1,
    detachTime: null,
    creator: ourselves,
    lastProcess: ourselves,
    removed: false,
    locked: false,
  });
  memory.set({ mode: 0o644 });
  assert.equal(memory.stat().mode, 0o644);
  memory.detach();
  assert.ok(memory.stat().detachTime instanceof Date);
});

test("a segment of 3 GiB is written and read at its end", () => {
  const size = 3 * 2 ** 30;
  using memory = SharedMemory.create("private", { size });
  memory.write("end", size - 3);
  assert.equal(memory.readText(size - 3), "end");
  assert.equal(memory.view(Uint8Array, size - 1)[0], "d".charCodeAt(0));
});

test("wrong arguments are refused before any call", () => {
  const bad = (action: () => unknown, name: string, message: RegExp) =>
    assert.throws(action, { name, message });
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  for (const size of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
    bad(() => SharedMemory.create("private", { size }), "RangeError", /^Size/);
  }
  bad(() => SharedMemory.create("private", any({})), "TypeError", /^Size/);
  using memory = SharedMemory.create("private", { size: 100 });
  for (const offset of [-1, 101, 0.5, NaN]) {
    bad(() => memory.read(offset), "RangeError", /^Offset must be an integer from 0 to 100/);
    bad(() => memory.write("", offset), "RangeError", /^Offset/);
    bad(() => memory.view(Uint8Array, offset), "RangeError", /^Offset/);
  }
  bad(() => memory.read(90, 11), "RangeError", /^Length must be an integer from 0 to 10/);
  bad(() => memory.write("hello", 96), "RangeError", /^Length/);
  bad(() => memory.write("hello", 0, 4), "RangeError", /^Data must be at most 4 bytes, got 5/);
  bad(() => memory.write(any([1, 2])), "TypeError", /^Data must be a string or a Uint8Array/);
  bad(() => memory.view(Int32Array, 0, 26), "RangeError", /^Length/);
  for (const length of [-1, 1.25, NaN]) {
    bad(() => memory.view(Int32Array, 0, length), "RangeError", /^Length/);
  }
  bad(() => memory.view(Int32Array, 2), "RangeError", /multiple of 4/);
  bad(() => memory.read(any("0")), "TypeError", /^Offset/);
  using unused = SharedMemory.create("private", { size: 10 });
  bad(() => SharedMemory.fromId(unused.id).write(any([1])), "TypeError", /^Data/);
  assert.equal(unused.stat().attachCount, 0);
  unused.remove();
  bad(() => SharedMemory.fromId(unused.id).read(-1), "RangeError", /^Offset/);
  memory[Symbol.dispose]();
  const closed = { name: "TypeError", message: "SharedMemory is closed" };
  assert.throws(() => memory.read(), closed);
  assert.throws(() => memory.view(), closed);
  assert.throws(() => memory.stat(), closed);
});

test("a view of what is no class is refused", () => {
  using memory = SharedMemory.create("private", { size: 8 });
  const message = 'View must be a class, such as Int32Array or DataView, got "Int32Array"';
  assert.throws(() => memory.view("Int32Array" as unknown as typeof Int32Array), { message });
});
