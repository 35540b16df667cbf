import assert from "node:assert/strict";
import { fixture, run, test } from "../harness.ts";
import { perlSends, program, ready } from "../fixtures/signals/programs.ts";

test("a busy loop delays the handler, which is called after it", async () => {
  const code = `let heard = 0;
    signals.on("HUP", () => heard++);
    console.log("ready");
    const line = new Uint8Array(10);
    Deno.stdin.readSync(line); // until the signal has been sent
    const start = performance.now();
    while (performance.now() - start < 100);
    console.log(heard);
    const wait = setInterval(() => {
      if (heard === 0) return;
      console.log(heard);
      clearInterval(wait);
    }, 1);`;
  await using deno = await ready(program(code));
  await perlSends(deno.pid, "HUP");
  await deno.write("");
  assert.equal(await deno.line(), "0");
  assert.equal(await deno.line(), "1");
}, { needs: ["perl"] });

test("a burst of one signal may be heard as one; all different ones are heard", async () => {
  const code = `const heard = {};
    signals.on(["HUP", "INT", "USR2", "TERM"], (name) => {
      heard[name] = (heard[name] ?? 0) + 1;
    });
    console.log("ready");
    Deno.stdin.readSync(new Uint8Array(10)); // nothing is heard before
    const wait = setInterval(() => {
      if (Object.keys(heard).length < 4) return;
      clearInterval(wait);
      console.log(JSON.stringify(heard));
    }, 1);`;
  await using deno = await ready(program(code));
  await perlSends(deno.pid, ...Array(100).fill("HUP"), "TERM", "USR2", "INT");
  await deno.write("");
  const { SIGHUP, ...others } = JSON.parse(await deno.line());
  assert.deepEqual(others, { SIGINT: 1, SIGTERM: 1, SIGUSR2: 1 });
  assert.ok(SIGHUP >= 1 && SIGHUP < 100, `${SIGHUP}`);
}, { needs: ["perl"] });

test("a flood of 10,000 signals: one is heard after the last was sent", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    const marker = `${directory}/last`;
    const code = `let after = false;
      signals.on("USR2", () => {
        if (after) return;
        try { Deno.statSync("${marker}"); after = true; console.log("after") } catch { /* not the last one */ }
      });
      console.log("ready");
      setInterval(() => {}, 1e6);`;
    await using deno = await ready(program(code));
    const script = `my ($p, $f) = @ARGV; for (1 .. 9_999) { kill USR2 => $p }
      open my $m, ">", $f or die; close $m; kill USR2 => $p; print "sent"`;
    assert.equal(await run(["perl", "-e", script, String(deno.pid), marker]), "sent");
    assert.equal(await deno.line(), "after");
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}, { needs: ["perl"] });

const STORMED = `import { MessageQueue, SemaphoreSet } from "${new URL(
  "../../sysv/mod.ts",
  import.meta.url,
)}";
  let count = 0;
  signals.on("USR2", () => count++);
  console.log("ready");
  await new Promise((resolve) => { const wait = setInterval(() => { if (count) resolve(clearInterval(wait)) }, 1) });
  const report = async (what, attempt, least = 0) => {
    count = 0;
    const start = performance.now();
    let result;
    try { result = attempt() } catch (error) { result = error.name }
    const took = performance.now() - start;
    while (count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    console.log(what, result, took >= least && took < 10_000 ? "in time" : took);
  };
  const later = (script) => process.spawn("perl", ["-e", "select undef, undef, undef, 0.15; " + script],
    { fds: { 1: "pipe" } });
  const ends = io.pipe();
  await report("poll", () => io.pollSync({ read: [ends.reader] }, { timeout: 150 }).read.length, 150);
  using set = SemaphoreSet.create("private", { count: 1 });
  await report("semaphore", () => set.acquireSync({ timeout: 150 }), 149);
  set.remove();
  using queue = MessageQueue.create("private");
  using sender = later("msgsnd(" + queue.id + ", pack('l! a*', 3, 'message'), 0) or die");
  await report("queue", () => queue.receiveSync().text());
  queue.remove();
  using writer = later("print 'written'");
  await report("read", () => {
    while (io.pollSync({ read: [writer.fd(1)] }, {}).read.length === 0);
    return writer.fd(1).readSync(new Uint8Array(100));
  });
  using sleeping = io.Fd.from(0);
  await sender.status;
  await writer.status;
  console.log("asleep");
  const line = new Uint8Array(10);
  console.log("read", sleeping.readSync(line));
  Deno.exit(0);`;

test("synchronous waits survive a storm of signals, and keep their time", async () => {
  await using deno = await ready(program(STORMED));
  await using storm = await ready(["perl", fixture("signals/storm.pl"), String(deno.pid)]);
  assert.equal(await deno.line(), "poll 0 in time");
  assert.equal(await deno.line(), "semaphore TimeoutError in time");
  assert.equal(await deno.line(), "queue message in time");
  assert.equal(await deno.line(), "read 7 in time");
  assert.equal(await deno.line(), "asleep");
  await new Promise((resolve) => setTimeout(resolve, 100)); // of storm, while it reads
  await deno.write("line");
  assert.equal(await deno.line(), "read 5");
  await deno.end();
  await storm.end();
}, { needs: ["perl"] });
