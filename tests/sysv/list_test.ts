import assert from "node:assert/strict";
import {
  list,
  MessageQueue,
  type ObjectInfo,
  remove,
  SemaphoreSet,
  SharedMemory,
} from "../../sysv/mod.ts";
import { denoCommand, run, test } from "../harness.ts";

test("list shows every object with all that its stat has", () => {
  using queue = MessageQueue.create(0x6c690001);
  using set = SemaphoreSet.create("private", { count: 3 });
  using memory = SharedMemory.create("private", { size: 100 });
  try {
    queue.sendSync("12345");
    set.release({ index: 2 });
    const ourselves = { pid: Deno.pid, alive: true };
    const row = (kind: ObjectInfo["kind"], id: number) =>
      list().find((row) => row.kind === kind && row.id === id);
    assert.deepEqual(row("queue", queue.id), { kind: "queue", id: queue.id, ...queue.stat() });
    assert.deepEqual(row("segment", memory.id), {
      kind: "segment",
      id: memory.id,
      ...memory.stat(),
    });
    assert.deepEqual(row("set", set.id), {
      kind: "set",
      id: set.id,
      ...set.stat(),
      lastProcesses: [ourselves],
    });
    assert.deepEqual(list("segment").map(({ kind }) => kind), list("segment").map(() => "segment"));
    assert.equal(list("queue").find(({ id }) => id === queue.id)?.key, 0x6c690001);
  } finally {
    queue.remove();
  }
});

test("list agrees with ipcs on all objects, their keys, modes and sizes", async () => {
  using _queue = MessageQueue.create("private", { mode: 0o640 });
  using _set = SemaphoreSet.create("private", { count: 7, mode: 0o604 });
  using _memory = SharedMemory.create("private", { size: 4321, mode: 0o666 });
  using kept = SharedMemory.create(0x900d0001, { size: 11 });
  try {
    kept.write("x");
    const shown = await Promise.all(["-q", "-s", "-m"].map((flag) => run(["ipcs", flag])));
    const rows = shown.map((text) =>
      text.split("\n").filter((line) => line.startsWith("0x")).map((line) =>
        line.trim().split(/\s+/)
      )
        .map((
          [key, id, _owner, mode, a, b],
        ) => [Number(key) | 0, Number(id), parseInt(mode, 8), a, b])
    );
    assert.deepEqual(rows, [
      list("queue").map((q) => [q.key, q.id, q.mode, `${q.bytes}`, `${q.messages}`]),
      list("set").map((s) => [s.key, s.id, s.mode, `${s.count}`, undefined]),
      list("segment").map((m) => [m.key, m.id, m.mode, `${m.size}`, `${m.attachCount}`]),
    ]);
  } finally {
    kept.remove();
  }
}, { needs: ["ipcs"] });

test("the list tells whether the last process still lives", async () => {
  using memory = SharedMemory.create("private", { size: 10 });
  using queue = MessageQueue.create("private");
  const code = `
    import { MessageQueue, SharedMemory } from "${new URL("../../sysv/mod.ts", import.meta.url)}";
    MessageQueue.fromId(${queue.id}).sendSync("x");
    SharedMemory.fromId(${memory.id}).write("x");
    console.log(Deno.pid);`;
  const pid = Number(await run(denoCommand("eval", code)));
  assert.deepEqual(list("queue").find(({ id }) => id === queue.id)?.lastSender, {
    pid,
    alive: false,
  });
  const row = list("segment").find(({ id }) => id === memory.id);
  assert.deepEqual(row?.lastProcess, { pid, alive: false });
  assert.deepEqual(row?.creator, { pid: Deno.pid, alive: true });
}, { emulated: false });

test("remove ends an object of each kind, and says when there is none", () => {
  const objects = [
    { kind: "queue", id: MessageQueue.create("private").id },
    { kind: "set", id: SemaphoreSet.create("private", { count: 1 }).id },
    { kind: "segment", id: SharedMemory.create("private", { size: 1 }).id },
  ] as const;
  const there = () =>
    list().filter(({ kind, id }) => objects.some((o) => o.kind === kind && o.id === id));
  assert.equal(there().length, 3);
  for (const object of there()) remove(object);
  assert.deepEqual(there(), []);
  for (const object of objects) {
    assert.throws(() => remove(object), { code: "EIDRM", id: object.id });
  }
});

test("wrong arguments are refused", () => {
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  assert.throws(() => list(any("queues")), { name: "TypeError", message: /^Kind must be "queue"/ });
  assert.throws(() => list(any("toString")), { name: "TypeError" });
  assert.throws(() => remove(any({ kind: "shm", id: 1 })), { name: "TypeError" });
  assert.throws(() => remove({ kind: "queue", id: -1 }), { name: "RangeError" });
  assert.throws(() => remove({ kind: "queue", id: NaN }), { name: "RangeError" });
});
