import assert from "node:assert/strict";
import { denoCommand, Program, run } from "../harness.ts";
import { Holder, LockPlace } from "../fixtures/lock_place.ts";
import { ended, forking, library } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

const PEERS = ["perl", "python"] as const;
const needs = PEERS;

test("an exclusive lock keeps Perl and Python out, and theirs keep us out", async () => {
  for (const peer of PEERS) {
    using place = new LockPlace();
    using file = place.open();
    await using other = new Holder(peer, place.path);
    {
      using _ = await file.lock();
      assert.deepEqual([await other.try("try ex"), await other.try("try sh")], ["held", "held"]);
    }
    await other.does("try ex");
    assert.deepEqual([file.tryLock(), file.tryLock({ shared: true })], [undefined, undefined]);
    const waiting = file.lock({ timeout: 60_000 });
    await other.does("un");
    using _ = await waiting;
    assert.equal(await other.try("try sh"), "held");
  }
}, { needs });

test("a shared lock lets others share it, and nobody have it alone", async () => {
  for (const peer of PEERS) {
    using place = new LockPlace();
    using file = place.open();
    await using other = new Holder(peer, place.path);
    await other.does("sh");
    using lock = await file.lock({ shared: true });
    assert.equal(await other.try("try ex"), "held");
    await other.does("sh"); // what it had is lost by trying, which is how flock is
    using second = place.open();
    assert.equal(second.tryLock(), undefined);
    second.tryLock({ shared: true })!.unlock();
    await other.does("un");
    assert.equal(second.tryLock(), undefined);
    lock.unlock();
    assert.ok(second.tryLock());
  }
}, { needs });

test(
  "a shared lock becomes an exclusive one when the others have gone, and the other way round",
  async () => {
    using place = new LockPlace();
    using file = place.open();
    await using other = new Holder("perl", place.path);
    await other.does("sh");
    using _shared = file.lockSync({ shared: true });
    const upgrade = file.lock();
    await other.does("un");
    using _exclusive = await upgrade;
    assert.equal(await other.try("try sh"), "held");
    using _again = file.tryLock({ shared: true });
    await other.does("try sh");
  },
  { needs },
);

test("two opens of one file in one program keep each other out; copies of one do not", async () => {
  using place = new LockPlace();
  using first = place.open();
  using second = place.open();
  using copy = first.dup();
  const lock = await first.lock();
  assert.equal(second.tryLock(), undefined);
  assert.ok(copy.tryLock());
  lock.unlock();
  assert.ok(second.tryLock());
});

test("unlocking twice is harmless, also after the file is closed or somebody else has it", async () => {
  using place = new LockPlace();
  using other = place.open();
  const file = place.open();
  const lock = await file.lock();
  lock.unlock();
  using _ = other.tryLock()!;
  lock.unlock();
  lock[Symbol.dispose]();
  assert.equal(file.tryLock(), undefined, "the other one's lock is still there");
  file.close();
  lock.unlock();
  assert.equal(other.closed, false);
  for (const method of [() => file.tryLock(), () => file.lockSync()]) {
    assert.throws(method, TypeError);
  }
  await assert.rejects(file.lock(), TypeError);
});

test("closing a file unlocks it, and so does the end of a program however it ends", async () => {
  using place = new LockPlace();
  const file = place.open();
  await file.lock();
  file.close();
  using ours = place.open();
  for (const peer of PEERS) {
    await using other = new Holder(peer, place.path);
    await other.does("ex");
    const waiting = ours.lock();
    other.kill("SIGKILL");
    (await waiting).unlock();
  }
  // The other way: a program of ours is killed, and Perl gets the lock.
  const code = `import { Fd } from "${library("process")}";
    await Fd.open(Deno.args[0], { write: true }).lock(); console.log("locked"); setInterval(() => {}, 1e6)`;
  await using deno = new Program(denoCommand("eval", code, place.path));
  assert.equal(await deno.line(), "locked");
  await using perl = new Holder("perl", place.path);
  assert.equal(await perl.try("try ex"), "held");
  await perl.write("ex");
  deno.kill("SIGKILL");
  assert.equal(await perl.line(), "done");
  await ended(deno.pid);
}, { needs });

test("lockSync blocks until the file is free, and signals do not end it", async () => {
  using place = new LockPlace();
  await using perl = new Holder("perl", place.path);
  await perl.does("ex");
  const code = `import { Fd } from "${library("process")}";
    let heard = 0;
    Deno.addSignalListener("SIGUSR2", () => heard++);
    Deno.addSignalListener("SIGURG", () => heard++);
    using file = Fd.open(Deno.args[0], { write: true });
    console.log("begun");
    file.lockSync().unlock();
    console.log("locked");
    while (heard === 0) await new Promise((resolve) => setTimeout(resolve));
    console.log("heard");
    Deno.exit();`;
  await using deno = new Program(denoCommand("eval", code, place.path));
  assert.equal(await deno.line(), "begun");
  const blocked = () => /flock|lock/.test(Deno.readTextFileSync(`/proc/${deno.pid}/wchan`));
  for (let i = 0; i < 200 && !blocked(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (let i = 0; i < 20; i++) {
    Deno.kill(deno.pid, "SIGUSR2");
    Deno.kill(deno.pid, "SIGURG");
  }
  await perl.does("un");
  assert.deepEqual([await deno.line(), await deno.line()], ["locked", "heard"]);
}, { needs });

test("misuse is refused before anything is locked", async () => {
  using place = new LockPlace();
  using file = place.open();
  await assert.rejects(file.lock({ timeout: -1 }), RangeError);
  await assert.rejects(file.lock({ signal: {} as AbortSignal }), TypeError);
  await assert.rejects(file.lock({ signal: AbortSignal.abort("why") }), (error) => error === "why");
  using other = place.open();
  assert.ok(other.tryLock());
});

test("a forked child locks and unlocks synchronously, and shares what its parent had", async () => {
  using place = new LockPlace();
  const code = `const open = () => process.Fd.open(${JSON.stringify(place.path)}, { write: true });
    const file = open();
    const lock = await file.lock();
    const child = process.fork(() => {
      const own = open();
      if (own.tryLock()) return 1; // the parent has it
      if (!file.tryLock()) return 2; // which is the same open file
      lock.unlock();
      own.lockSync();
      return 0;
    });
    console.log((await child.status).code, open().tryLock() !== undefined);`;
  assert.equal(await forking(code), "0 true\n");
});

test("the command flock of a shell respects our locks", async () => {
  using place = new LockPlace();
  using file = place.open();
  const lock = await file.lock();
  const attempt = ["sh", "-c", 'flock -n "$0" true && echo free || echo held', place.path];
  assert.equal(await run(attempt), "held\n");
  lock.unlock();
  assert.equal(await run(attempt), "free\n");
});
