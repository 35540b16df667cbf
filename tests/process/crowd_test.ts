import assert from "node:assert/strict";
import { spawn } from "../../process/mod.ts";
import { denoCommand, limited, run, times } from "../harness.ts";
import { nobodyElse, WARM } from "../fixtures/processes.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";

const quiet = { 0: "null", 1: "null", 2: "null" } as const;

/** What the kernel says that we occupy, in KiB. */
function resident(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))![1]);
}

test("children of ours and of Deno.Command, all at once: every status is right", async () => {
  const count = times({ short: 200, soak: 1000 });
  const results = await Promise.all(
    Array.from({ length: count }, (_, i) => i % 256).flatMap((code) => [
      spawn("sh", ["-c", `exit ${code}`], { fds: quiet }).wait().then((
        s,
      ) => [code, s.code, s.signal]),
      new Deno.Command("sh", { args: ["-c", `exit ${code}`], stdout: "null", stderr: "null" })
        .output().then((s) => [code, s.code, s.signal]),
    ]),
  );
  assert.equal(results.length, 2 * count);
  for (const [expected, code, signal] of results) {
    assert.deepEqual([code, signal], [expected, null]);
  }
}, { watchdog: 120 });

test("the same killed, by each other's means, in any order", async () => {
  const ours = Array.from({ length: 50 }, () => spawn("sleep", ["100"], { fds: quiet }));
  const denos = ours.map(() => new Deno.Command("sleep", { args: ["100"] }).spawn());
  const waits = ours.map((child) => child.wait());
  for (const [i, child] of ours.entries()) {
    Deno.kill(child.pid, i % 2 ? "SIGKILL" : "SIGUSR1");
    denos[i].kill(i % 2 ? "SIGUSR1" : "SIGKILL");
  }
  assert.deepEqual(
    (await Promise.all(waits)).map(({ signal }) => signal),
    ours.map((_, i) => i % 2 ? "SIGKILL" : "SIGUSR1"),
  );
  assert.deepEqual(
    (await Promise.all(denos.map(({ status }) => status))).map(({ signal }) => signal),
    ours.map((_, i) => i % 2 ? "SIGUSR1" : "SIGKILL"),
  );
});

test("many in sequence leave no descriptor, no zombie and no memory", async () => {
  const count = times({ short: 500, soak: 10_000 });
  const one = async (i: number) => {
    const fds = { 0: "null", 1: "pipe", 2: "null" } as const;
    const child = spawn("/bin/echo", [`${i}`], { fds, env: { N: `${i}` } });
    if (i % 50 === 0) assert.deepEqual(await Array.fromAsync(child.fd(1).lines()), [`${i}`]);
    child.fd(1).close();
    if (i % 3) await child.wait();
    else child.waitSync();
    if (i % 7 === 0) await assert.rejects(async () => await spawn(`/nonexistent/${i}`).wait());
  };
  for (let i = 0; i < 200; i++) await one(i); // until everything is compiled
  const before = resident();
  for (let i = 0; i < count; i++) await one(i);
  const growth = resident() - before;
  console.log(`${count} children: ${growth} KiB more`);
  assert.ok(growth < 30_000, `${growth} KiB more`); // a page leaked for each would be 40 MB under soak
}, { watchdog: 240 });

test("too many processes are EAGAIN from spawn, and those that run go on", async () => {
  const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    const children = [], uid = ${nobodyElse()};
    try {
      for (let i = 0; i < 200; i++) children.push(spawn("sleep", ["100"], { uid }));
      console.log("no limit");
    } catch (error) {
      console.log(error.syscall, error.code, error.path, children.length > 3);
    }
    await Promise.all(children.map((child) => child.end()));`;
  const output = await run(["prlimit", "--nproc=40", ...denoCommand("eval", code)]);
  assert.equal(output.trim(), "posix_spawn EAGAIN sleep true");
}, { needs: ["root"] });

test("no more descriptors are EMFILE from spawn, and nothing stays behind", async () => {
  const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    import { pipe } from "${new URL("../../io/mod.ts", import.meta.url)}";
    ${WARM}
    const descriptors = () => { let n = 0; for (const _ of Deno.readDirSync("/proc/self/fd")) n++; return n; };
    const open = [];
    let before = descriptors();
    try { for (;;) open.push(pipe()) } catch (error) { console.log(error.syscall, error.code) }
    open.pop().reader.close();
    try { spawn("true", [], { fds: { 0: "pipe", 1: "pipe", 2: "pipe" } }) } catch (error) { console.log(error.code) }
    try { console.log(spawn("true").waitSync().code) } catch (error) { console.log(error.code) }
    for (const ends of open) ends[Symbol.dispose]();
    console.log(descriptors() <= before + 4);`;
  const crowded = limited(100, denoCommand("eval", code));
  const lines = (await run(crowded)).trim().split("\n");
  assert.deepEqual(lines, ["pipe2 EMFILE", "EMFILE", "0", "true"]);
});

test("a child that somebody else has reaped is ECHILD for us, not a hang", async () => {
  const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    const { waitpid } = Deno.dlopen("libc.so.6", {
      waitpid: { parameters: ["i32", "buffer", "i32"], result: "i32" } }).symbols;
    const child = spawn("true");
    waitpid(child.pid, null, 0);
    try { await child.wait() } catch (error) { console.log(error.syscall, error.code, error.pid === child.pid) }`;
  assert.equal((await run(denoCommand("eval", code))).trim(), "waitid ECHILD true");
});

test("commands are looked up while a Worker changes the environment", async () => {
  const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    if (self.name === "changes") {
      let over = false;
      self.onmessage = () => over = true;
      postMessage("begun");
      for (let i = 0; !over; i++) {
        Deno.env.set("V" + i, "x".repeat(i % 99)); // so that C has to move all of it, now and then
        if (i % 300 === 299) for (let one = i - 299; one <= i; one++) Deno.env.delete("V" + one);
        if (i % 100_000 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      postMessage("over"); // what runs on while the program ends could crash it
    } else {
      const worker = new Worker(import.meta.url, { type: "module", name: "changes" });
      const told = () => new Promise((resolve) => worker.onmessage = resolve);
      await told();
      const end = performance.now() + 1000;
      while (performance.now() < end) {
        try { spawn("no-such-command") } catch (error) { if (error.code !== "ENOENT") throw error }
      }
      worker.postMessage("");
      await told();
      worker.terminate();
      console.log("alive");
    }`;
  using directory = new Directory();
  const program = directory.write("program.ts", code);
  // Deno asks for updates on another thread, by a name, and C looks into the environment for that.
  const quiet = ["env", "DENO_NO_UPDATE_CHECK=1"];
  assert.equal(await run([...quiet, ...denoCommand("run", "-A", program)]), "alive\n");
});

test("children are ended and reaped although there is no descriptor left to wait for them", async () => {
  const code = `import { pipeline } from "${new URL("../../pipes/mod.ts", import.meta.url)}";
    import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    ${WARM}
    const children = () => Deno.readTextFileSync("/proc/self/task/" + Deno.pid + "/children").trim();
    const child = spawn("sleep", ["1000"], { processGroup: "new" });
    const open = [];
    try { for (;;) open.push(Deno.openSync("/dev/null")) } catch (error) { console.log(error.code) }
    child[Symbol.dispose]();
    await new Promise((resolve) => setTimeout(resolve));
    for (const _ of [1, 2]) open.pop().close();
    try {
      pipeline([["sleep", "1000"], ["cat"], ["cat"]], { stdout: "null" });
    } catch (error) {
      console.log(error.code);
    }
    await new Promise((resolve) => setTimeout(resolve));
    for (const file of open) file.close();
    while (children() !== "") await new Promise((resolve) => setTimeout(resolve, 5));
    console.log("reaped");`;
  const crowded = limited(100, denoCommand("eval", code));
  assert.equal(await run(crowded), "EMFILE\nEMFILE\nreaped\n");
});

test("children that nobody holds any more end no program that has no descriptor left to hear of their end", async () => {
  const code = `import { background, spawn } from "${new URL(
    "../../process/mod.ts",
    import.meta.url,
  )}";
    const children = () => Deno.readTextFileSync("/proc/self/task/" + Deno.pid + "/children").trim();
    for (let i = 0; i < 8; i++) spawn("sleep", ["100"], { fds: { 1: "null", 2: "null" } });
    await new Promise((resolve) => setTimeout(resolve));
    gc();
    const open = [];
    try { for (;;) open.push(Deno.openSync("/dev/null")) } catch { /* there is none left */ }
    open.pop().close();
    spawn("true").waitSync();
    let refused = "nothing";
    try { background("sleep", ["1000"]) } catch (error) { refused = error.code }
    for (const file of open) file.close();
    // Deno listens by itself half a second after its start, which can be over here.
    const caught = Deno.readTextFileSync("/proc/self/status").match(/SigCgt:\\s+(\\w+)/)[1];
    const early = (BigInt("0x" + caught) & 1n << 9n) === 0n;
    console.log(early ? refused : "EMFILE", children().split(" ").length === (refused === "nothing" ? 9 : 8));
    for (const pid of children().split(" ")) Deno.kill(Number(pid), "SIGKILL");
    while (children() !== "") {
      spawn("true").waitSync();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log("reaped");`;
  const command = denoCommand("eval", "--v8-flags=--expose-gc", code);
  const crowded = limited(100, command);
  assert.equal(await unlessInterrupted(() => run(crowded)), "EMFILE true\nreaped\n");
});

/** The same once more where Deno's own first listener came just when there was no descriptor for it, which ends Deno. */
async function unlessInterrupted<T>(action: () => Promise<T>): Promise<T> {
  for (let left = 5;; left--) {
    try {
      return await action();
    } catch (error) {
      if (left === 0 || !/panicked at ext\/signals/.test(`${error}`)) throw error;
    }
  }
}
