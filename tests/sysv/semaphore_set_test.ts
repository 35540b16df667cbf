import assert from "node:assert/strict";
import { type SemaphoreOperation, SemaphoreSet } from "../../sysv/mod.ts";
import { language, Program, test } from "../harness.ts";

const KEY = 0x73650001;

function make(count: number, values?: number[]): SemaphoreSet {
  const set = SemaphoreSet.create("private", { count });
  if (values) set.setAll(values);
  return set;
}

/** Resolves once `condition` holds; it is asked again whenever others had a chance to run. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("a new set is all zero, and values are set and read one by one or all at once", () => {
  using set = make(3);
  assert.deepEqual([set.count, set.values()], [3, [0, 0, 0]]);
  set.setValue(1, 32767);
  assert.deepEqual([set.value(0), set.value(1)], [0, 32767]);
  set.setAll([1, 2, 3]);
  assert.deepEqual(set.values(), [1, 2, 3]);
});

test("all operations are performed at once, or none of them", async () => {
  using set = make(2, [1, 0]);
  const both: SemaphoreOperation[] = [{ index: 0, delta: -1 }, { index: 1, delta: -1 }];
  assert.equal(set.tryOperate(both), false);
  assert.deepEqual(set.values(), [1, 0]);
  const waiting = set.operate(both);
  await until(() => set.waitersForIncrease(1) === 1);
  assert.deepEqual(set.values(), [1, 0]); // nothing is taken while the rest is missing
  set.release({ index: 1 });
  await waiting;
  assert.deepEqual(set.values(), [0, 0]);
});

test("take waits for zero and adds one in one step, give subtracts", async () => {
  using set = make(1);
  await set.operate([{ delta: 0 }, { delta: 1 }]);
  const second = set.operate([{ delta: 0 }, { delta: 1 }]);
  await until(() => set.waitersForZero() === 1);
  assert.equal(set.value(), 1);
  set.operateSync([{ delta: -1 }]);
  await second;
  assert.equal(set.value(), 1);
});

test("acquire takes what release has put there", async () => {
  using set = make(2);
  const waiting = set.acquire({ index: 1, count: 3 });
  set.release({ index: 1, count: 2 });
  await until(() => set.waitersForIncrease(1) === 1);
  set.release({ index: 1, count: 2 });
  await waiting;
  assert.deepEqual(set.values(), [0, 1]);
  assert.equal(set.tryAcquire({ index: 1 }), true);
  assert.equal(set.tryAcquire({ index: 1 }), false);
  set.release();
  set.acquireSync();
  assert.deepEqual(set.values(), [0, 0]);
});

test("a lock is held by one until it is disposed, and free after an exception", async () => {
  using set = make(2);
  const inside: string[] = [];
  const work = async (name: string) => {
    using _ = await set.lock({ index: 1 });
    inside.push(`${name} in`);
    await new Promise((resolve) => setTimeout(resolve, 2));
    inside.push(`${name} out`);
    if (name === "a") throw new Error("inside the lock");
  };
  const outcomes = await Promise.allSettled(["a", "b", "c"].map(work));
  assert.deepEqual(outcomes.map(({ status }) => status), ["rejected", "fulfilled", "fulfilled"]);
  for (let i = 0; i < inside.length; i += 2) {
    assert.equal(inside[i].replace("in", "out"), inside[i + 1]);
  }
  assert.deepEqual(set.values(), [0, 0]);
});

test("tryLock and lockSync", () => {
  using set = make(1);
  const lock = set.tryLock();
  assert.ok(lock);
  assert.equal(set.tryLock(), undefined);
  assert.throws(() => set.lockSync({ timeout: 5 }), { name: "TimeoutError" });
  lock[Symbol.dispose]();
  lock[Symbol.dispose](); // twice is harmless
  {
    using _ = set.lockSync();
    assert.equal(set.value(), 1);
  }
  assert.equal(set.value(), 0);
});

test("a lock on a set that is removed or disposed meanwhile is let go without complaint", () => {
  {
    using set = make(1);
    using _ = set.lockSync();
    set.remove();
  }
  {
    using outer = make(1);
    const set = SemaphoreSet.fromId(outer.id);
    {
      using _ = set.lockSync();
      set[Symbol.dispose]();
    }
    assert.equal(outer.value(), 0);
  }
});

test("a wait ends at its timeout or with its signal and does nothing", async () => {
  using set = make(1);
  await assert.rejects(set.acquire({ timeout: 20 }), { name: "TimeoutError" });
  await assert.rejects(set.acquire({ timeout: 0 }), { name: "TimeoutError" });
  await assert.rejects(set.lock({ signal: AbortSignal.abort("no") }), (error) => error === "no");
  assert.throws(() => set.acquireSync({ timeout: 20 }), {
    name: "TimeoutError",
    message: "Timed out after 20 ms",
  });
  assert.throws(() => set.operateSync([{ delta: -1 }], { timeout: 0 }), { name: "TimeoutError" });
  const controller = new AbortController();
  const waiting = set.acquire({ signal: controller.signal });
  await until(() => set.waitersForIncrease() === 1);
  controller.abort("enough");
  await assert.rejects(waiting, (error) => error === "enough");
  assert.deepEqual([set.value(), set.waitersForIncrease()], [0, 0]);
});

test("operateSync waits as long as it must and no longer than timeout", async () => {
  using set = make(1);
  await using perl = new Program(language.perl("semaphore.pl", set.id, "give-when-waited-for"));
  set.operateSync([{ delta: -1 }], { timeout: 30_000 });
  assert.equal(await perl.line(), "gave");
}, { needs: ["perl"] });

test("an operation that says noWait fails with EAGAIN, whichever form performs it", async () => {
  using set = make(2, [0, 1]);
  const eagain = { code: "EAGAIN", syscall: "semop", id: set.id };
  const refused = [{ index: 0, delta: -1, noWait: true }];
  assert.throws(() => set.operateSync(refused), eagain);
  assert.throws(() => set.operateSync(refused, { timeout: 1000 }), eagain);
  await assert.rejects(set.operate(refused), eagain);
  // The first one waits, as it did not say noWait; once it is possible the second one fails.
  const mixed = set.operate([{ index: 0, delta: -1 }, { index: 1, delta: 0, noWait: true }]);
  await until(() => set.waitersForIncrease(0) === 1);
  set.release({ index: 0 });
  await assert.rejects(mixed, eagain);
  assert.deepEqual(set.values(), [1, 1]);
});

test("a timeout is a timeout where the operation that waits has not said noWait", async () => {
  using set = make(2);
  const operations = [{ index: 0, delta: -1 }, { index: 1, delta: 1, noWait: true }];
  assert.throws(() => set.operateSync(operations, { timeout: 20 }), { name: "TimeoutError" });
  await assert.rejects(set.operate(operations, { timeout: 20 }), { name: "TimeoutError" });
});

test("exceeding 32,767 is ERANGE and changes nothing", async () => {
  using set = make(2, [32767, 0]);
  assert.throws(() => set.release(), { code: "ERANGE", syscall: "semop", errno: 34 });
  await assert.rejects(set.operate([{ index: 1, delta: 1 }, { delta: 1 }]), { code: "ERANGE" });
  assert.deepEqual(set.values(), [32767, 0]);
});

test("more operations than the system allows are E2BIG", () => {
  using set = make(1);
  const many = Array.from({ length: 501 }, () => ({ delta: 1 }));
  assert.throws(() => set.operateSync(many), { code: "E2BIG" });
  set.operateSync(many.slice(1));
  assert.equal(set.value(), 500);
});

test("removal ends every wait with EIDRM", async () => {
  using set = make(2);
  const waits = [set.acquire(), set.operate([{ index: 1, delta: -1 }, { index: 1, delta: -1 }])];
  await until(() => set.waitersForIncrease(0) + set.waitersForIncrease(1) === 2);
  set.remove();
  const removed = { code: "EIDRM", id: set.id };
  await Promise.all(waits.map((wait) => assert.rejects(wait, removed)));
  assert.throws(() => set.tryAcquire(), removed);
  assert.throws(() => set.value(), removed);
  assert.throws(() => set.values(), removed);
  assert.throws(() => set.stat(), removed);
});

test("disposing ends our own waits with a TypeError", async () => {
  using outer = make(1);
  const set = SemaphoreSet.fromId(outer.id);
  const waiting = set.acquire();
  await until(() => set.waitersForIncrease() === 1);
  set[Symbol.dispose]();
  const closed = { name: "TypeError", message: "SemaphoreSet is closed" };
  await assert.rejects(waiting, closed);
  assert.throws(() => set.release(), closed);
  assert.throws(() => set.value(), closed);
  assert.deepEqual([outer.value(), outer.waitersForIncrease()], [0, 0]);
});

test("create, open and openOrCreate differ in what must be there already", () => {
  assert.throws(() => SemaphoreSet.open(KEY), { code: "ENOENT", syscall: "semget", key: KEY });
  using made = SemaphoreSet.create(KEY, { count: 3, mode: 0o640 });
  try {
    assert.throws(() => SemaphoreSet.create(KEY, { count: 3 }), { code: "EEXIST", key: KEY });
    assert.throws(() => SemaphoreSet.openOrCreate(KEY, { count: 4 }), { code: "EINVAL" });
    using opened = SemaphoreSet.open(KEY);
    using smaller = SemaphoreSet.openOrCreate(KEY, { count: 2 });
    assert.deepEqual([opened.id, smaller.id, opened.count, smaller.count], [
      made.id,
      made.id,
      3,
      3,
    ]);
    assert.equal(opened.stat().mode, 0o640);
  } finally {
    made.remove();
  }
});

test("stat tells every field, and set changes owner and mode", () => {
  using set = make(2);
  assert.equal(set.stat().operationTime, null);
  assert.equal(set.lastProcess(1), null);
  set.release({ index: 1 });
  const { changeTime, operationTime, ...rest } = set.stat();
  for (const time of [changeTime, operationTime!]) {
    assert.ok(Math.abs(time.getTime() - Date.now()) < 60_000, `${time}`);
  }
  const [uid, gid] = [Deno.uid(), Deno.gid()];
  assert.deepEqual(rest, {
    key: 0,
    uid,
    gid,
    creatorUid: uid,
    creatorGid: gid,
    mode: 0o600,
    count: 2,
  });
  assert.deepEqual(set.lastProcess(1), { pid: Deno.pid, alive: true });
  set.set({ mode: 0o666 });
  assert.equal(set.stat().mode, 0o666);
});

test("wrong arguments are refused before any call", async () => {
  const bad = (action: () => unknown, name: string, message: RegExp) =>
    assert.throws(action, { name, message });
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  for (const count of [0, -1, 1.5, NaN, 2 ** 31]) {
    bad(() => SemaphoreSet.create("private", { count }), "RangeError", /^Count/);
  }
  bad(() => SemaphoreSet.create("private", any({})), "TypeError", /^Count/);
  bad(() => SemaphoreSet.create(0, { count: 1 }), "RangeError", /^Key/);
  using set = make(2);
  for (const index of [-1, 2, 0.5, NaN]) {
    bad(() => set.value(index), "RangeError", /^Index must be an integer from 0 to 1/);
    bad(() => set.tryOperate([{ index, delta: 1 }]), "RangeError", /^Index/);
    bad(() => set.setValue(index, 1), "RangeError", /^Index/);
    await assert.rejects(set.lock({ index }), { name: "RangeError" });
  }
  for (const delta of [32768, -32769, 0.5, NaN]) {
    bad(() => set.tryOperate([{ delta }]), "RangeError", /^Delta/);
  }
  for (const value of [-1, 32768, 0.5, NaN]) {
    bad(() => set.setValue(0, value), "RangeError", /^Value/);
    bad(() => set.setAll([0, value]), "RangeError", /^Value/);
  }
  bad(() => set.setAll([1]), "RangeError", /^Values must be 2/);
  bad(() => set.operateSync([]), "TypeError", /^Operations/);
  bad(() => set.operateSync(any({ delta: 1 })), "TypeError", /^Operations/);
  bad(() => set.tryOperate([{ delta: any("1") }]), "TypeError", /^Delta/);
  for (const count of [0, -1, 32768, NaN]) {
    bad(() => set.release({ count }), "RangeError", /^Count/);
    bad(() => set.tryAcquire({ count }), "RangeError", /^Count/);
  }
  bad(() => set.acquireSync({ timeout: NaN }), "RangeError", /^Timeout/);
  assert.deepEqual(set.values(), [0, 0]);
});
