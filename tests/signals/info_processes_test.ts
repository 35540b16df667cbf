import assert from "node:assert/strict";
import { denoCommand, language, Program, run, test } from "../harness.ts";
import { library } from "../fixtures/processes.ts";
import { perlSends, program, ready, shown } from "../fixtures/signals/programs.ts";

const FORK = "--v8-flags=--single-threaded";
// Not in a shell, which may unblock what it finds blocked.
const SHOW = `["SigBlk", "/proc/self/status"]`;

test("enableSignalInfo keeps the process, its arguments and its flags", async () => {
  const code = `signals.enableSignalInfo(["USR2"]);
    console.log(Deno.pid, Deno.args.join(), typeof gc, Deno.cwd());`;
  const perl = `$| = 1; my $pid = fork() // die; if (!$pid) { print "$$\\n"; exec @ARGV or die $! }
    waitpid $pid, 0; exit $?`;
  const command = [...program(code, "--v8-flags=--expose-gc"), "a b", "ü", "--flag", ""];
  const [pid, said] = (await run(["perl", "-e", perl, ...command])).split("\n");
  assert.equal(said, `${pid} a b,ü,--flag, function ${Deno.cwd()}`);
}, { needs: ["perl"] });

test("more signals may be added, and a second call with the same ones starts nothing", async () => {
  const code = `
    console.log("started");
    signals.enableSignalInfo(["USR2"]);
    signals.enableSignalInfo(["USR2"]);
    signals.enableSignalInfo(["RTMIN"]);
    signals.enableSignalInfo(["USR2", "RTMIN"]);
    signals.queue(Deno.pid, "RTMIN", 5);
    signals.raise("USR2");
    console.log(signals.sigwaitSync("USR2").name, signals.sigwaitSync("RTMIN").value);`;
  assert.equal(await run(program(code)), "started\n".repeat(3) + "SIGUSR2 5\n");
});

test("children of spawn begin with nothing blocked, those of Deno.Command inherit it", async () => {
  const code = `signals.enableSignalInfo(["USR2", "RTMIN+4"]);
    const hex = (text) => text.split(":")[1].trim();
    console.log(hex((await process.capture("grep", ${SHOW})).text()));
    console.log(hex(new TextDecoder().decode(new Deno.Command("grep", { args: ${SHOW} }).outputSync().stdout)));
    console.log(hex((await process.capture("grep", ${SHOW}, { signalMask: ["HUP"] })).text()));`;
  assert.deepEqual((await run(program(code))).trim().split("\n"), [
    "0000000000000000",
    (1n << 11n | 1n << 37n).toString(16).padStart(16, "0"),
    "0000000000000001",
  ]);
});

test("what is pending when the program starts anew is not lost, and does not end it", async () => {
  const code = `signals.enableSignalInfo(["HUP", "RTMIN+1"]);
    const first = Deno.env.get("AGAIN") === undefined;
    if (first) {
      Deno.env.set("AGAIN", "1");
      await step("ready");
      process.reexec();
    }
    console.log(signals.pending().join());
    console.log(signals.sigwaitSync("HUP").name);
    for (let i = 0; i < 3; i++) console.log(signals.sigwaitSync("RTMIN+1").value);`;
  await using deno = await ready(program(code));
  await perlSends(deno.pid, "HUP");
  await run(language.python("signals/queue.py", deno.pid, 35, 3));
  await deno.write("");
  const lines = [];
  for (let i = 0; i < 5; i++) lines.push(await deno.line());
  assert.deepEqual(lines, ["SIGHUP,SIGRTMIN+1", "SIGHUP", "0", "1", "2"]);
}, { needs: ["perl", "python"] });

test("signals that come while it starts anew are not lost either", async () => {
  // Perl sends while the program re-executes itself five times; those that are blocked from its beginning stay.
  const code = `signals.enableSignalInfo(["RTMIN+1"]);
    const round = Number(Deno.env.get("ROUND") ?? 0);
    if (round === 0) console.log("ready");
    if (round < 5) {
      Deno.env.set("ROUND", String(round + 1));
      process.reexec();
    }
    for (let i = 0; i < 300; i++) {
      if (signals.sigwaitSync("RTMIN+1", { timeout: 30_000 }).value !== i) throw new Error("lost " + i);
    }
    console.log("all");`;
  await using deno = await ready(program(code));
  await run(language.python("signals/queue.py", deno.pid, 35, 300));
  assert.equal(await deno.line(), "all");
}, { needs: ["python"] });

test("a forked child has nothing blocked", async () => {
  const code = `signals.enableSignalInfo(["USR2"]);
    const status = () => Deno.readTextFileSync("/proc/thread-self/status").match(/SigBlk:\\s+(\\w+)/)[1];
    console.log(status());
    await process.fork(() => { console.log(status()) }).status;`;
  const [ours, childs] = (await run(program(code, FORK))).trim().split("\n");
  assert.deepEqual([ours, childs], ["0000000000000800", "0000000000000000"]);
});

test("it goes together with ensureForkable, whichever comes first", async () => {
  const steps = [`process.ensureForkable();`, `signals.enableSignalInfo(["USR2"]);`];
  for (const order of [steps, steps.toReversed()]) {
    const code = `${order.join("\n")}
      const child = process.fork(() => { signals.kill(Deno.ppid, "USR2"); });
      const { name, pid } = await signals.sigwait("USR2");
      console.log(name, pid === child.pid, (await child.status).code);`;
    assert.equal(await run(program(code)), "SIGUSR2 true 0\n", order.join());
  }
});

test("it goes together with daemonize, whichever comes first", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  const [script, fifo] = [`${directory}/main.ts`, `${directory}/fifo`];
  await run(["mkfifo", fifo]);
  const steps = [`await daemonize();`, `signals.enableSignalInfo(["USR2", "TERM"]);`];
  try {
    for (const order of [steps, steps.toReversed()]) {
      Deno.writeTextFileSync(
        script,
        `import * as signals from "${library("signals")}";
        import { daemonize } from "${library("process")}";
        ${order.join("\n")}
        const say = (word) => out.writeSync(new TextEncoder().encode(word + "\\n"));
        const out = Deno.openSync("${fifo}", { write: true });
        say(Deno.pid);
        for await (const { name } of signals.signalInfo(["USR2", "TERM"])) {
          say(name);
          if (name === "SIGTERM") break;
        }`,
      );
      await using said = new Program(["cat", fifo]);
      await run(denoCommand("run", "-A", "--no-check", script));
      const pid = Number(await said.line());
      assert.ok(shown("SigBlk", pid).includes("SIGUSR2"));
      for (const name of ["SIGUSR2", "SIGTERM"]) {
        await perlSends(pid, name);
        assert.equal(await said.line(), name);
      }
      await said.end();
    }
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}, { needs: ["perl"] });

test("a Worker reads them too", async () => {
  const worker = `import * as signals from "${library("signals")}";
    self.postMessage("listening");
    for await (const { name, value } of signals.signalInfo("RTMIN+2")) {
      self.postMessage(name + " " + value);
      if (value === 2) break;
    }`;
  const code = `signals.enableSignalInfo(["RTMIN+2"]);
    const url = "data:application/javascript," + encodeURIComponent(${JSON.stringify(worker)});
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = ({ data }) => {
      console.log(data === "listening" ? "ready" : data);
      if (data.endsWith(" 2")) worker.terminate();
    };`;
  await using deno = await ready(program(code));
  await run(language.python("signals/queue.py", deno.pid, 36, 3));
  for (let i = 0; i < 3; i++) assert.equal(await deno.line(), `SIGRTMIN+2 ${i}`);
  assert.equal((await deno.end()).code, 0);
}, { needs: ["python"] });
