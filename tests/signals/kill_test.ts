import assert from "node:assert/strict";
import { spawn } from "../../process/mod.ts";
import { kill, probe, queue, type Target } from "../../signals/mod.ts";
import { ended } from "../fixtures/processes.ts";
import { language, run } from "../harness.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { program, ready } from "../fixtures/signals/programs.ts";

const NO_PROCESS = 0x7fff_ffff; // more than the kernel ever gives

test("what is no process, or means more than one would think, is refused", () => {
  const out: unknown[] = [0, -0, 1, -1, NaN, 1.5, -1.5, Infinity, 2 ** 31, -(2 ** 31), 2 ** 32 + 2];
  for (const pid of out) assert.throws(() => kill(pid as number, "URG"), RangeError, String(pid));
  for (const pid of ["2", "", "all", null, undefined, {}, [2], 2n, true, "__proto__"]) {
    assert.throws(() => kill(pid as Target, "URG"), TypeError, String(pid));
  }
  for (const pid of [0, -1, -2, NaN, 1.5, 2 ** 31, "group", null]) {
    assert.throws(() => probe(pid as number), String(pid));
    assert.throws(() => queue(pid as number, "URG", 1), String(pid));
  }
  assert.throws(() => queue(1, "URG", 1), RangeError);
  for (const value of [1.5, NaN, 2 ** 31, -(2 ** 31) - 1, "1", undefined]) {
    assert.throws(() => queue(NO_PROCESS, "URG", value as number), String(value));
  }
  for (const signal of ["NONE", 0, 65, NaN]) {
    assert.throws(() => kill(NO_PROCESS, signal), /TypeError|RangeError/, String(signal));
  }
});

test("there is no such process: ESRCH, with the number", () => {
  for (const target of [NO_PROCESS, -NO_PROCESS]) {
    assert.throws(() => kill(target, "URG"), { code: "ESRCH", pid: target });
  }
  assert.throws(() => queue(NO_PROCESS, "URG", 1), { code: "ESRCH", pid: NO_PROCESS });
  assert.equal(probe(NO_PROCESS), "dead");
});

test("a process group is its negative number", async () => {
  await using child = spawn("sleep", ["1000"], { processGroup: "new" });
  kill(-child.pid, "INT");
  assert.equal((await child.status).signal, "SIGINT");
});

test("a child by its handle: signalled until it has been reaped, then ESRCH", async () => {
  await using child = spawn("sleep", ["1000"]);
  assert.equal(probe(child), "alive");
  kill(child, "TERM");
  assert.equal((await child.status).signal, "SIGTERM");
  assert.throws(() => kill(child, "TERM"), { code: "ESRCH", pid: child.pid });
  assert.throws(() => queue(child, "TERM", 1), { code: "ESRCH", pid: child.pid });
  assert.equal(probe(child), "dead");
});

test("a zombie is told from the living and the dead", async () => {
  await using parent = await ready([
    "perl",
    "-e",
    `$| = 1;
    my $pid = fork() // die $!; if (!$pid) { exit 3 }
    sub letter { open my $stat, "<", "/proc/$pid/stat" or die $!; (split " ", <$stat>)[2] }
    select undef, undef, undef, 0.01 until letter() eq "Z";
    print "ready\\n$pid\\n"; <STDIN>; waitpid $pid, 0; print "reaped\\n"; <STDIN>`,
  ]);
  const zombie = Number(await parent.line());
  assert.equal(probe(zombie), "zombie");
  kill(zombie, "TERM"); // which is no error
  await parent.write("");
  assert.equal(await parent.line(), "reaped");
  assert.equal(probe(zombie), "dead");
  assert.equal(probe(parent.pid), "alive");
  await using child = spawn("true");
  await ended(child.pid);
  assert.equal(probe(child), "zombie");
}, { needs: ["perl"] });

test("others' processes: EPERM and denied for an unprivileged user, own ones not", async () => {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  await using other = await ready(["perl", "-e", '$| = 1; print "ready\n"; sleep 1000']);
  const report = await run([...nobody, ...language.deno("signals/unprivileged.ts", other.pid)]);
  assert.deepEqual(report.trim().split("\n"), [
    "probe init: denied",
    "probe other: denied",
    "probe self: alive",
    "probe child: alive",
    "probe nobody: dead",
    "kill init: EPERM",
    "kill other: EPERM",
    "queue other: EPERM",
    "kill nobody: ESRCH",
    "kill child: undefined",
  ]);
  assert.equal(probe(other.pid), "alive");
}, { needs: ["root", "another user who may run Deno and read this clone", "perl"] });

test("init is asked for by name, and may be probed by its number", () => {
  assert.equal(probe(1), "alive");
}, { needs: ["root"] });

test("without the run permission only oneself and own children may be signalled", async () => {
  const code = `import * as signals from "${new URL("../../signals/mod.ts", import.meta.url)}";
    const others = ["kill", "queue", "probe", "killGroup", "everyone", "-2"];
    const attempts = [
      () => signals.kill(Deno.ppid, "URG"), () => signals.queue(Deno.ppid, "URG", 1),
      () => signals.probe(Deno.ppid), () => signals.killGroup("URG"),
      () => signals.kill("everyone", "URG"), () => signals.kill("group", "URG"),
      () => signals.kill("init", "URG"), () => signals.kill(-Deno.pid, "URG"),
    ];
    for (const attempt of attempts) {
      try { attempt(); console.log("ALLOWED", attempt) } catch (error) { console.log(error.name) }
    }
    signals.kill(Deno.pid, "URG");
    signals.queue(Deno.pid, "URG", 1);
    signals.raise("URG");
    console.log(signals.probe(Deno.pid));`;
  const flags = ["--allow-ffi", "--allow-read", "--no-prompt"];
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    Deno.writeTextFileSync(`${directory}/main.ts`, code);
    const output = await run([Deno.execPath(), "run", ...flags, `${directory}/main.ts`]);
    assert.equal(output, "NotCapable\n".repeat(8) + "alive\n");
    // Permission for one program is for starting it, and its child may then be signalled.
    const child = `import * as signals from "${new URL("../../signals/mod.ts", import.meta.url)}";
      import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
      const child = spawn("sleep", ["1000"]);
      console.log(signals.probe(child));
      signals.kill(child, "INT");
      console.log((await child.status).signal);
      try { signals.kill(Deno.ppid, "URG") } catch (error) { console.log(error.name) }`;
    Deno.writeTextFileSync(`${directory}/main.ts`, child);
    const sleep = (await run(["sh", "-c", "command -v sleep"])).trim();
    assert.equal(
      await run([
        Deno.execPath(),
        "run",
        ...flags,
        "--allow-env",
        `--allow-run=${sleep}`,
        `${directory}/main.ts`,
      ]),
      "alive\nSIGINT\nNotCapable\n",
    );
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

test(
  "a number that is used again is not signalled by the handle of the child that had it",
  async () => {
    assert.equal(
      await run(["unshare", "--pid", "--fork", "--mount-proc", ...program(REUSE)]),
      REUSED,
    );
  },
  { needs: ["root", "unshare"] },
);

// In a namespace of its own, where nobody else takes numbers.
const REUSE = `
  const first = process.spawn("sleep", ["1000"]);
  first.kill("KILL");
  await first.status;
  Deno.writeTextFileSync("/proc/sys/kernel/ns_last_pid", String(first.pid - 1));
  const second = process.spawn("sleep", ["1000"]);
  console.log(second.pid === first.pid);
  for (const attempt of [() => signals.kill(first), () => signals.queue(first, "TERM", 1), () => first.kill()]) {
    try { attempt(); console.log("SENT") } catch (error) { console.log(error.code) }
  }
  console.log(signals.probe(first), signals.probe(second));
  second.kill("INT");
  console.log((await second.status).signal);`;
const REUSED = "true\nESRCH\nESRCH\nESRCH\ndead alive\nSIGINT\n";

test("raise() in a forked child is for the child", async () => {
  const code = `signals.on("USR2", () => console.log("THE PARENT"));
    const child = process.fork(() => { signals.raise("USR2"); for (;;); });
    console.log((await child.status).signal);`;
  assert.equal(await run(program(code, "--v8-flags=--single-threaded")), "SIGUSR2\n");
});

test("everyone is everyone but us and the first", async () => {
  const code = `
    const children = [process.spawn("sleep", ["1000"]), process.spawn("sleep", ["1000"])];
    signals.kill("everyone", "INT");
    for (const child of children) console.log((await child.status).signal);
    console.log("here");`;
  // The first process of the namespace is the shell, so that ours is neither it nor outside.
  const inside = ["sh", "-c", 'trap "" INT; "$@"; exit $?', "sh", ...program(code)];
  const output = await run(["unshare", "--pid", "--fork", "--mount-proc", ...inside]);
  assert.equal(output, "SIGINT\nSIGINT\nhere\n");
}, { needs: ["root", "unshare"] });
