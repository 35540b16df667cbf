import assert from "node:assert/strict";
import { PARKED_AT_MOST } from "../../io/mod.ts";
import { counted } from "../counted_signal.ts";
import { denoCommand, run, test, times } from "../harness.ts";
import { Holder, locking, lockingThreads, LockPlace } from "../fixtures/lock_place.ts";
import { library } from "../fixtures/processes.ts";

test(
  "a wait for a lock ends with its timeout, or the reason of its signal, and nothing is locked",
  async () => {
    using place = new LockPlace();
    using file = place.open();
    await using other = new Holder("python", place.path);
    await other.does("ex");
    for (const shared of [false, true]) {
      for (const timeout of [0, 1, 20]) {
        await assert.rejects(file.lock({ shared, timeout }), { name: "TimeoutError" });
      }
      const controller = new AbortController();
      const waiting = file.lock(controller);
      await locking();
      controller.abort("enough");
      await assert.rejects(waiting, (error) => error === "enough");
      assert.equal(lockingThreads(), 0);
    }
    await other.does("un");
    await other.does("try ex");
  },
  { needs: ["python"] },
);

test("100 waits aborted, one after another and all at once, leave no thread and no listener", async () => {
  using place = new LockPlace();
  using file = place.open();
  using holder = place.open();
  using _ = holder.tryLock()!;
  for (let i = 0; i < 100; i++) {
    const controller = new AbortController();
    const waiting = file.lock({ shared: i % 2 === 0, signal: controller.signal });
    if (i % 3 === 0) await locking();
    controller.abort();
    await assert.rejects(waiting, { name: "AbortError" });
  }
  const controller = new AbortController();
  const { signal, listeners } = counted(controller);
  const waits = Array.from({ length: 100 }, () => file.lock({ signal }));
  await locking(PARKED_AT_MOST);
  controller.abort();
  for (const { status } of await Promise.allSettled(waits)) assert.equal(status, "rejected");
  assert.deepEqual([lockingThreads(), listeners()], [0, 0]);
});

test("100 that wait at once, far more than are parked, all have their turn", async () => {
  using place = new LockPlace();
  await using other = new Holder("perl", place.path);
  await other.does("ex");
  let [inside, most, turns] = [0, 0, 0];
  const waits = Array.from({ length: 100 }, async () => {
    using file = place.open();
    using _ = await file.lock();
    most = Math.max(most, ++inside);
    turns++;
    await new Promise((resolve) => setTimeout(resolve));
    inside--;
  });
  await locking(PARKED_AT_MOST);
  await Deno.readTextFile(new URL(import.meta.url)); // needs a thread as well
  assert.equal(turns, 0);
  await other.does("un");
  await Promise.all(waits);
  assert.deepEqual([most, turns], [1, 100]);
  await other.does("try ex");
}, { needs: ["perl"] });

test("closing the file while it waits ends the wait with a TypeError, and locks nothing", async () => {
  using place = new LockPlace();
  using holder = place.open();
  const held = holder.tryLock()!;
  const file = place.open();
  using copy = file.dup(); // the same open file, which stays
  const waits = [file.lock(), file.lock({ shared: true })];
  await locking(2);
  file.close();
  for (const wait of await Promise.allSettled(waits)) {
    assert.ok(wait.status === "rejected" && wait.reason instanceof TypeError);
  }
  assert.equal(lockingThreads(), 0);
  held.unlock();
  assert.ok(holder.tryLock(), "the copy has no lock");
  assert.equal(copy.closed, false);
});

test("a file that gets the number of the one that was closed is not locked", async () => {
  using place = new LockPlace();
  using victim = new LockPlace();
  using holder = place.open();
  using other = victim.open();
  using _ = holder.tryLock()!;
  for (let i = 0; i < 50; i++) {
    const file = place.open();
    const { number } = file;
    const waiting = file.lock();
    if (i % 2) await locking();
    file.close();
    using next = victim.open();
    assert.equal(next.number, number);
    await assert.rejects(waiting, TypeError);
    other.tryLock()!.unlock();
  }
});

test(
  "what becomes of a wait that ends in the instant in which the file is free is what it says",
  async () => {
    using place = new LockPlace();
    using file = place.open();
    await using other = new Holder("perl", place.path);
    const rounds = times({ short: 500, soak: 10_000 });
    const outcomes = { locked: 0, aborted: 0, closed: 0 };
    for (let round = 0; round < rounds; round++) {
      await other.does("ex");
      using copy = place.open();
      using _kept = copy.dup(); // would keep a lock that nobody knows of
      const controller = new AbortController();
      const closes = round % 2 === 0;
      const end = () => closes ? copy.close() : controller.abort();
      const waiting = (closes ? copy : file).lock({ signal: controller.signal })
        .catch((error: Error) => error);
      if (round % 3) await locking();
      if (round % 5 === 0) end(); // which takes its time as well
      if (round % 25 === 0) await waiting;
      const unlocked = other.does("un");
      const until = performance.now() + round % 23 / 100;
      while (performance.now() < until);
      end();
      await unlocked;
      const lock = await waiting;
      if (lock instanceof Error) {
        outcomes[lock instanceof TypeError ? "closed" : "aborted"]++;
        assert.equal(await other.try("try ex"), "done", `round ${round}: ${lock.name}, but locked`);
        await other.does("un");
      } else {
        outcomes.locked++;
        assert.equal(await other.try("try ex"), "held");
        lock.unlock();
      }
    }
    console.log(outcomes);
    for (const count of Object.values(outcomes)) assert.ok(count > 0);
    assert.equal(lockingThreads(), 0);
  },
  { needs: ["perl"], watchdog: 240 },
);

test("a program ends by itself when its wait was given up, and hears SIGURG if it listens to it", async () => {
  using place = new LockPlace();
  using holder = place.open();
  using _ = holder.tryLock()!;
  const code = `import { Fd } from "${library("process")}";
    const file = Fd.open(Deno.args[0], { write: true });
    const wait = async (name) => console.log(name, await file.lock({ timeout: 20 }).catch((error) => error.name));
    await wait("plain");
    const heard = Promise.withResolvers();
    const listener = () => heard.resolve();
    Deno.addSignalListener("SIGURG", listener);
    await wait("with a listener");
    Deno.kill(Deno.pid, "SIGURG");
    await heard.promise;
    Deno.removeSignalListener("SIGURG", listener);
    await wait("without it");`;
  assert.equal(
    await run(denoCommand("eval", code, place.path)),
    "plain TimeoutError\nwith a listener TimeoutError\nwithout it TimeoutError\n",
  );
});
