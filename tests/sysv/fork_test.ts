import assert from "node:assert/strict";
import { forking, library } from "../fixtures/processes.ts";
import { test } from "../harness.ts";

test("a forked child that closes its parent's private objects leaves them, and removes its own", async () => {
  const code = `import { list, MessageQueue, SemaphoreSet, SharedMemory } from "${library("sysv")}";
    using queue = MessageQueue.create("private");
    using set = SemaphoreSet.create("private", { count: 1 });
    using memory = SharedMemory.create("private", { size: 8 });
    const before = list().length;
    const child = process.fork(() => {
      for (const object of [queue, set, memory]) object[Symbol.dispose]();
      { using own = MessageQueue.create("private"); }
      return list().length - before;
    });
    console.log((await child.status).code);
    queue.sendSync("still here");
    console.log(queue.receiveSync().text(), set.count, memory.stat().size);
    const removing = process.fork(() => set.remove());
    console.log((await removing.status).code, list().length - before);`;
  assert.equal(await forking(code), "0\nstill here 1 8\n0 -1\n");
});

test("a forked child that disposes its parent's lock or lease gives up neither, but its own", async () => {
  const code = `import { lease, reclaim, SemaphoreSet } from "${library("sysv")}";
    const KEY = 0x6c650002;
    using set = SemaphoreSet.create("private", { count: 1 });
    const lock = await set.lock();
    const held = await lease(KEY);
    const child = process.fork(() => {
      lock[Symbol.dispose]();
      held[Symbol.dispose]();
      return 10 * set.value() + SemaphoreSet.open(KEY).value();
    });
    console.log((await child.status).code, set.value(), SemaphoreSet.open(KEY).value());
    lock[Symbol.dispose]();
    held[Symbol.dispose]();
    const locking = process.fork(() => {
      { using own = set.lockSync(); }
      return set.value();
    });
    console.log((await locking.status).code, set.value(), reclaim(KEY, () => {}));`;
  assert.equal(await forking(code), "11 1 1\n0 0 true\n");
});
