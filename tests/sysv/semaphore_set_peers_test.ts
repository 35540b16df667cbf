import assert from "node:assert/strict";
import { SemaphoreSet, SharedMemory } from "../../sysv/mod.ts";
import { denoCommand, fixture, language, Program, run, test } from "../harness.ts";

const KEY = 0x73650002;

test(
  "Perl and we count in shared memory, guarded by the page's take and give: no count is lost",
  async () => {
    using set = SemaphoreSet.create("private", { count: 1 });
    using memory = SharedMemory.create("private", { size: 4 });
    const counter = memory.view(Int32Array);
    const times = 2000;
    const argument = `${memory.id}:${times}`;
    await using perl = new Program(language.perl("semaphore.pl", set.id, "count", argument));
    for (let i = 0; i < times; i++) {
      using _ = await set.lock();
      const value = counter[0];
      if (i % 100 === 0) await Promise.resolve(); // hold it across a turn of the loop now and then
      counter[0] = value + 1;
    }
    assert.equal(await perl.line(), "counted");
    assert.equal(counter[0], 2 * times);
  },
  { needs: ["perl"] },
);

test("what a Perl program holds with undo is free when it is killed", async () => {
  using set = SemaphoreSet.create("private", { count: 1 });
  const perl = new Program(language.perl("semaphore.pl", set.id, "hold"));
  assert.equal(await perl.line(), "holding");
  assert.equal(set.tryLock(), undefined);
  const lock = set.lock();
  await perl[Symbol.asyncDispose](); // SIGKILL
  (await lock)[Symbol.dispose]();
  assert.equal(set.value(), 0);
}, { needs: ["perl"] });

for (const form of ["sync", "awaited"]) {
  test(`what we hold with undo is free when we are killed (${form})`, async () => {
    using set = SemaphoreSet.create("private", { count: 2 });
    set.setAll([0, 5]);
    const holder = new Program(denoCommand("run", "-A", fixture("hold.ts"), `${set.id}`, form));
    assert.equal(await holder.line(), "holding");
    assert.deepEqual(set.values(), [1, 2]);
    await holder[Symbol.asyncDispose](); // SIGKILL
    assert.deepEqual(set.values(), [0, 5]);
  }, { emulated: false });
}

test("Python sees our values and its waits are ours to end", async () => {
  using set = SemaphoreSet.create(KEY, { count: 1 });
  using _removed = { [Symbol.dispose]: () => set.remove() };
  set.setValue(0, 2);
  const code = `
import sysv_ipc
s = sysv_ipc.Semaphore(${KEY})
print(s.value, oct(s.mode), s.last_pid, flush=True)
s.acquire(delta=3)
print("acquired", flush=True)
s.release(delta=7)`;
  await using python = new Program(["/usr/bin/python3", "-c", code]);
  assert.equal(await python.line(), `2 0o600 ${Deno.pid}`);
  while (set.waitersForIncrease() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  set.release();
  assert.equal(await python.line(), "acquired");
  await set.acquire({ count: 7 });
  assert.equal(set.lastProcess()?.pid, Deno.pid);
}, { needs: ["python"] });

test("ipcs shows our set as we do, and ipcrm ends our wait", async () => {
  using set = SemaphoreSet.create("private", { count: 3 });
  set.setAll([4, 0, 6]);
  const ended = assert.rejects(set.acquire({ index: 1 }), { code: "EIDRM" });
  while (set.waitersForIncrease(1) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const shown = await run(["ipcs", "-s", "-i", `${set.id}`]);
  assert.match(shown, /mode=0600, access_perms=0600\nnsems = 3\n/);
  const rows = shown.split("\n").filter((line) => /^\d+ /.test(line)).map((line) =>
    line.trim().split(/\s+/).map(Number)
  );
  assert.deepEqual(rows, [
    [0, 4, 0, 0, Deno.pid],
    [1, 0, 1, 0, Deno.pid],
    [2, 6, 0, 0, Deno.pid],
  ]);
  await run(["ipcrm", "-s", `${set.id}`]);
  await ended;
}, { needs: ["ipcs"] });
