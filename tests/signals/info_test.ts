import assert from "node:assert/strict";
import { enableSignalInfo, signalInfo, sigwait, sigwaitSync } from "../../signals/mod.ts";
import { fixture, language, run, test, times } from "../harness.ts";
import { library, nobodyElse, WARM } from "../fixtures/processes.ts";
import { inherited, perlSends, program, ready, shown } from "../fixtures/signals/programs.ts";

const ALIVE = `console.log("ready");`;

test("real-time signals arrive all, in order, with the sender's number and user", async () => {
  const count = times({ short: 10_000, soak: 200_000 });
  const code = `signals.enableSignalInfo(["RTMIN+1"]);
    ${ALIVE}
    let next = 0;
    const senders = new Set();
    for await (const { name, number, pid, uid, value, code } of signals.signalInfo("RTMIN+1")) {
      if (value !== next++) { console.log("GOT", value, "INSTEAD OF", next - 1); break }
      senders.add([name, number, pid, uid, code].join(" "));
      if (next === ${count}) break;
    }
    console.log([...senders].join());`;
  await using deno = await ready(program(code));
  const sender = await run(language.python("signals/queue.py", deno.pid, 35, count));
  const [pid, uid] = sender.trim().split(" ");
  assert.equal(await deno.line(), `SIGRTMIN+1 35 ${pid} ${uid} SI_QUEUE`);
}, { needs: ["python"] });

test("what was queued while nobody read comes by number, and by time within a number", async () => {
  const code = `const all = ["RTMIN+1", "RTMIN+2", "RTMAX", "USR2"];
    signals.enableSignalInfo(all);
    await step("ready");
    const got = [];
    for await (const { name, value } of signals.signalInfo(all)) {
      got.push(name + "=" + value);
      if (got.length === 7) break;
    }
    console.log(got.join(" "));`;
  await using deno = await ready(program(code));
  for (const [number, count] of [[64, 2], [36, 2], [35, 2], [12, 5]]) {
    await run(language.python("signals/queue.py", deno.pid, number, count));
  }
  await deno.write("");
  assert.equal(
    await deno.line(),
    "SIGUSR2=0 SIGRTMIN+1=0 SIGRTMIN+1=1 SIGRTMIN+2=0 SIGRTMIN+2=1 SIGRTMIN+30=0 SIGRTMIN+30=1",
  );
}, { needs: ["python"] });

test("Perl's kill carries no value; our queue() does, negative ones too", async () => {
  const code = `signals.enableSignalInfo(["USR2", "RTMIN"]);
    ${ALIVE}
    const show = ({ name, pid, value, code }) => console.log(name, pid !== Deno.pid, value, code);
    show(await signals.sigwait("USR2"));
    for (const value of [0, 1, -1, 0x7fffffff, -0x80000000]) {
      signals.queue(Deno.pid, "RTMIN", value);
      show(signals.sigwaitSync("RTMIN"));
    }`;
  await using deno = await ready(program(code));
  await perlSends(deno.pid, "USR2");
  assert.equal(await deno.line(), "SIGUSR2 true undefined SI_USER");
  for (const value of [0, 1, -1, 0x7fff_ffff, -0x8000_0000]) {
    assert.equal(await deno.line(), `SIGRTMIN false ${value} SI_QUEUE`);
  }
}, { needs: ["perl"] });

test("a flood of 10,000 plain signals: at least one is read after the last was sent", async () => {
  const code = `signals.enableSignalInfo(["USR2", "TERM"]);
    ${ALIVE}
    let count = 0;
    for await (const { name } of signals.signalInfo(["USR2", "TERM"])) {
      if (name === "SIGTERM") break;
      count++;
    }
    console.log(count);`;
  await using deno = await ready(program(code));
  // Of two that are pending the one with the lower number is read first, so the end has the higher one.
  const script = 'my $p = shift; kill USR2 => $p for 1 .. 10_000; kill TERM => $p; print "sent"';
  assert.equal(await run(["perl", "-e", script, String(deno.pid)]), "sent");
  const count = Number(await deno.line());
  assert.ok(count >= 1 && count <= 10_000, `${count}`);
}, { needs: ["perl"] });

test("sigwait gives up: after its time, and with its signal's reason; nothing is lost", async () => {
  const code = `${WARM}
    signals.enableSignalInfo(["USR2"]);
    const failure = (promise) => promise.catch((error) => console.log(error.name));
    await failure(signals.sigwait("USR2", { timeout: 10 }));
    await failure(signals.sigwait("USR2", { signal: AbortSignal.abort(new RangeError()) }));
    const controller = new AbortController();
    const waiting = failure(signals.sigwait("USR2", { signal: controller.signal }));
    controller.abort(new RangeError());
    await waiting;
    try { signals.sigwaitSync("USR2", { timeout: 10 }) } catch (error) { console.log(error.name) }
    try { signals.sigwaitSync("USR2", { timeout: 0 }) } catch (error) { console.log(error.name) }
    await signals.signalInfo("USR2", { timeout: 10 }).next().catch((error) => console.log(error.name));
    // Not all descriptors: Deno opens some of its own, whenever that may be.
    const open = () => [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
      try { return Deno.readLinkSync("/proc/self/fd/" + name).includes("signalfd") } catch { return false }
    }).length;
    const before = open();
    await failure(signals.sigwait("USR2", { timeout: 1 }));
    console.log(open() === before);
    signals.raise("USR2");
    console.log(signals.pending().join(), (await signals.sigwait("USR2")).pid === Deno.pid);
    console.log(signals.pending().length);`;
  assert.equal(
    await run(program(code)),
    "TimeoutError\nRangeError\nRangeError\nTimeoutError\nTimeoutError\nTimeoutError\n" +
      "TimeoutError\ntrue\nSIGUSR2 true\n0\n",
  );
});

test("a synchronous wait is ended by Perl's signal", async () => {
  await using deno = await ready(program(`signals.enableSignalInfo(["USR2", "HUP"]);
    ${ALIVE} console.log(signals.sigwaitSync(["USR2", "HUP"], { timeout: 50_000 }).name);`));
  await perlSends(deno.pid, "HUP");
  assert.equal(await deno.line(), "SIGHUP");
}, { needs: ["perl"] });

test("a handler that leaves EAGAIN behind ends no synchronous wait, as Deno's may", async () => {
  const code = `import { leaveEagain } from "${fixture("signals/eagain.ts")}";
    signals.enableSignalInfo(["USR2"]);
    using _ = leaveEagain();
    ${ALIVE}
    console.log(signals.sigwaitSync("USR2").name);
    const before = performance.now();
    try { signals.sigwaitSync("USR2", { timeout: 500 }) } catch (error) { console.log(error.name) }
    console.log(performance.now() - before >= 500);`;
  await using deno = await ready(program(code));
  // Some come between the call and our look at errno.
  const flood = ["perl", "-e", "my $pid = shift; kill WINCH => $pid for 1 .. 200_000"];
  await run([...flood, String(deno.pid)]);
  await perlSends(deno.pid, "USR2");
  assert.equal(await deno.line(), "SIGUSR2");
  await run([...flood, String(deno.pid)]);
  assert.equal(await deno.line(), "TimeoutError");
  assert.equal(await deno.line(), "true");
}, { needs: ["perl"] });

test("what is not blocked cannot be read, and what is blocked cannot be handled", async () => {
  assert.throws(() => signalInfo("USR2"), TypeError);
  await assert.rejects(sigwait("USR2"), TypeError);
  assert.throws(() => sigwaitSync(["RTMIN"]), TypeError);
  for (const signal of ["KILL", "STOP", "SEGV", "BUS", "FPE", "ILL", "CHLD", "URG"]) {
    assert.throws(() => enableSignalInfo([signal]), TypeError, signal);
  }
  for (const signal of [32, 33, "SIGNUM32"]) { // which the C library never blocks
    assert.throws(() => enableSignalInfo(["USR2", signal]), {
      name: "TypeError",
      message: /C library/,
    });
  }
  assert.throws(() => enableSignalInfo("USR2" as unknown as []), TypeError);
  const code = `signals.enableSignalInfo(["USR2"]);
    for (const set of [signals.ignore, signals.reset, signals.mask, signals.listen]) {
      try { set("USR2") } catch (error) { console.log(error.name) }
    }
    try { signals.sigwaitSync(["USR2", "HUP"]) } catch (error) { console.log(error.name) }`;
  assert.equal(await run(program(code)), "TypeError\n".repeat(5));
});

test("a full queue: EAGAIN, and it goes on once there is room", async () => {
  const code = `signals.enableSignalInfo(["RTMIN"]);
    let sent = 0;
    try { for (;;) signals.queue(Deno.pid, "RTMIN", sent++) } catch (error) { console.log(error.code) }
    console.log(signals.sigwaitSync("RTMIN").value);
    signals.queue(Deno.pid, "RTMIN", 7);
    console.log("sent");`;
  const limited = ["bash", "-c", 'ulimit -i "$1" && shift && exec "$@"', "bash"];
  // Root's own signals are counted, but not limited, together with those of other programs of the user.
  const uid = nobodyElse();
  const stranger = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  const output = await run([...stranger, ...limited, "50", ...program(code)]);
  assert.equal(output, "EAGAIN\n0\nsent\n");
}, { needs: ["root", "another user who may run Deno and read this clone"] });

test("with the mask of its parent it starts once: what is pending then is not lost", async () => {
  const setup = "sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGUSR2)); kill USR2 => $$";
  const code =
    `signals.enableSignalInfo(["USR2"]); console.log((await signals.sigwait("USR2")).pid === Deno.pid)`;
  assert.equal(await run(inherited(setup, code)), "true\n");
}, { needs: ["perl"] });

test("where the signals are not blocked after the new start either, it is an error and no endless loop", async () => {
  const code = `import { setSignalMask, signalSet } from "${library("libc")}";
    setSignalMask(signalSet([])); // as if Deno did so
    console.log("started");
    for (const name of ["USR2", "HUP"]) {
      try {
        signals.enableSignalInfo([name]);
      } catch (error) {
        console.log(error.message, Deno.env.has("DENO_IPC_BLOCKED"));
      }
    }`;
  const lines = ["SIGUSR2", "SIGHUP"].map((name) =>
    `Deno was started with ${name} blocked, and has unblocked that false`
  );
  const expected = ["started", "started", lines[0], "started", ...lines];
  assert.deepEqual((await run(program(code))).trim().split("\n"), expected);
});

test("the mask is that of every thread", async () => {
  await using deno = await ready(program(`signals.enableSignalInfo(["USR2", "RTMIN+3"]);
    await Deno.readTextFile("/etc/passwd"); // on a thread of its own
    await step("ready");`));
  for (const { name } of Deno.readDirSync(`/proc/${deno.pid}/task`)) {
    const blocked = shown("SigBlk", `${deno.pid}/task/${name}`);
    assert.ok(blocked.includes("SIGUSR2") && blocked.includes("SIGRTMIN+3"), blocked.join());
  }
});
