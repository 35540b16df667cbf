import assert from "node:assert/strict";
import { waitid } from "../../libc/mod.ts";
import { autoReap, spawn } from "../../process/mod.ts";
import { run } from "../harness.ts";
import { childless, children, ended, forking, program } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** How many children of this process have ended and are not reaped. */
function zombies(): number {
  return children().filter((pid) => {
    try {
      return /^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
    } catch {
      return false; // reaped meanwhile
    }
  }).length;
}

test("no child stays a zombie although nobody waits, and each can be asked for its status afterwards", async () => {
  using _ = autoReap();
  const all = Array.from({ length: 100 }, (_, i) => spawn("sh", ["-c", `exit ${i}`]));
  await childless();
  assert.deepEqual(all.map((child) => child.reaped), all.map(() => true));
  assert.deepEqual(all.map((child) => child.tryWait()?.code), all.map((_, i) => i));
  assert.deepEqual((await Promise.all(all.map((child) => child.status))).map(({ code }) => code), [
    ...all.keys(),
  ]);
  assert.deepEqual(all.map((child) => child.waitSync().code), [...all.keys()]);
  for (const child of all) {
    assert.throws(() => child.kill(), { code: "ESRCH" });
    await child.end(); // for which there is nothing left to do
  }
});

test("children that have ended before it begins are reaped at once", async () => {
  const child = spawn("true");
  await ended(child.pid);
  assert.equal(zombies(), 1);
  using _ = autoReap();
  assert.deepEqual([zombies(), child.reaped], [0, true]);
  assert.equal((await child.status).code, 0);
});

test("those that are waited for already get their status as well", async () => {
  using _ = autoReap();
  const waits = Array.from({ length: 50 }, (_, i) => spawn("sh", ["-c", `exit ${i}`]).wait());
  assert.deepEqual((await Promise.all(waits)).map(({ code }) => code), [...waits.keys()]);
});

test("children of Deno.Command get their statuses from Deno, whatever we reap", async () => {
  using _ = autoReap();
  const codes = Array.from({ length: 100 }, (_, i) => i);
  const denos = codes.map((i) => new Deno.Command("sh", { args: ["-c", `exit ${i}`] }).output());
  const ours = codes.map((i) => spawn("sh", ["-c", `exit ${i}`]));
  assert.deepEqual((await Promise.all(denos)).map(({ code }) => code), codes);
  await childless();
  assert.deepEqual(ours.map((child) => child.tryWait()?.code), codes);
  const spawned = new Deno.Command("sh", { args: ["-c", "exit 9"] }).spawn();
  assert.equal((await spawned.status).code, 9);
  const sync = new Deno.Command("sh", { args: ["-c", "exit 8"] }).outputSync();
  assert.equal(sync.code, 8);
});

test("a child that leads a group is left until it is disposed, so that its number stays its own", async () => {
  using _ = autoReap();
  await using leader = spawn("sh", ["-c", "exit 3"], { processGroup: "new" });
  const other = spawn("true");
  await ended(leader.pid);
  await ended(other.pid);
  while (!other.reaped) await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([leader.reaped, leader.tryWait()?.code, zombies()], [false, 3, 1]);
  await leader.end();
  assert.deepEqual([leader.reaped, zombies()], [true, 0]);
});

test("it lasts until it is disposed, once or twice, and those within each other end apart", async () => {
  const outer = autoReap();
  const inner = autoReap();
  inner[Symbol.dispose]();
  inner[Symbol.dispose]();
  const first = spawn("true");
  await childless();
  assert.ok(first.reaped);
  outer[Symbol.dispose]();
  outer[Symbol.dispose]();
  const second = spawn("true");
  await ended(second.pid);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual([second.reaped, zombies()], [false, 1]);
  assert.equal(second.tryWait()?.code, 0);
});

test("tryWait tells nothing while a child runs, and then always the same", async () => {
  const child = spawn("cat", [], { fds: { 0: "pipe" } });
  assert.deepEqual([child.tryWait(), child.reaped], [undefined, false]);
  child.fd(0).close();
  await ended(child.pid);
  assert.equal(child.reaped, false);
  const expected = { success: true, code: 0, signal: null, coreDumped: false };
  assert.deepEqual(child.tryWait(), expected);
  assert.deepEqual([child.tryWait(), child.reaped], [expected, true]);
  const killed = spawn("sleep", ["1000"]);
  killed.kill("SIGKILL");
  await ended(killed.pid);
  assert.deepEqual([killed.tryWait()?.code, killed.tryWait()?.signal], [137, "SIGKILL"]);
});

test("a child that somebody else has reaped is ECHILD for tryWait, and no error of the reaping", async () => {
  using _ = autoReap();
  const stolen = spawn("cat", [], { fds: { 0: "pipe" } });
  stolen.fd(0).close();
  waitid(stolen.pid, 0); // blocks, so that we are the first to know
  assert.throws(() => stolen.tryWait(), { code: "ECHILD", syscall: "waitid" });
  const other = spawn("true");
  await childless();
  assert.equal(other.tryWait()?.code, 0);
});

test("a program that reaps like this ends by itself, even before its children", async () => {
  const code = `process.autoReap(); const child = process.spawn("sleep", ["1000"]);
    console.log(child.pid); setTimeout(() => child.kill(), 50);`;
  const pid = Number(await run(program(code)));
  await ended(pid);
});

test("forked children are reaped in the same way, and nobody else's children in a fork", async () => {
  const code = `using _ = process.autoReap();
    const forks = Array.from({ length: 50 }, (_, i) => process.fork(() => i));
    const inner = process.fork(() => {
      const own = process.fork(() => 6);
      return own.tryWait() === undefined ? own.waitSync().code : 6;
    });
    while (![...forks, inner].every((child) => child.reaped)) await new Promise((resolve) => setTimeout(resolve));
    console.log(forks.every((child, i) => child.tryWait().code === i), inner.waitSync().code);`;
  assert.equal(await forking(code), "true 6\n");
});
