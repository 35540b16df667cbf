import assert from "node:assert/strict";
import { denoCommand, Program, run, test, times } from "../harness.ts";
import { forking, library, program } from "../fixtures/processes.ts";

const FLAG = "--v8-flags=--single-threaded";

/** What a program that can fork prints, line by line. */
async function lines(code: string): Promise<string[]> {
  return (await forking(code)).trimEnd().split("\n");
}

test("the child sees our variables as they are now, and ends with its function's number, or 0", async () => {
  const code = `let word = "first"; word = "second";
    const big = new Map(Array.from({ length: 1e5 }, (_, i) => [i, i * i]));
    const ends = [
      () => {}, () => 0, () => 7, () => 255, () => word === "second" ? 3 : 4,
      () => big.get(300) === 90000 && big.size === 1e5 ? 5 : 6, () => { word = "changed"; return word.length },
      () => process.fork(() => word.length).waitSync().code,
    ];
    const children = ends.map((fn) => process.fork(fn));
    console.log((await Promise.all(children.map((child) => child.status))).map(({ code }) => code).join(), word);
    console.log(new Set(children.map(({ pid }) => pid)).size);`;
  assert.deepEqual(await lines(code), ["0,0,7,255,3,5,7,6 second", "8"]);
});

test("a child that is disposed in a forked child is ended and reaped at once", async () => {
  const code = `const child = process.fork(() => {
      { using sleeper = process.spawn("sleep", ["1000"]); }
      { using leader = process.spawn("sleep", ["1000"], { processGroup: "new" }); }
    });
    console.log((await child.status).code);`;
  assert.deepEqual(await lines(code), ["0"]);
});

test("an error is printed and ends it with 1; so does what is no exit code", async () => {
  const code =
    `for (const fn of [() => { throw new Error("thrown in the child") }, () => { throw undefined },
      () => 256, () => -1, () => 1.5, () => "1", () => null, async () => 5]) {
    console.log((await process.fork(fn).status).code);
  }`;
  const [command, ...args] = program(code, FLAG);
  const output = await new Deno.Command(command, { args, stdin: "null" }).output();
  assert.equal(new TextDecoder().decode(output.stdout), "1\n".repeat(8));
  const complaints = new TextDecoder().decode(output.stderr);
  assert.match(
    complaints,
    /^Uncaught error in a forked child: Error: thrown in the child\n +at /,
  );
  assert.equal(complaints.match(/^Uncaught error/gm)?.length, 8);
  assert.equal(complaints.match(/from 0 to 255/g)?.length, 6);
});

test("it never comes back into the event loop: no finally, no event, no exit handler of ours", async () => {
  const code = `import nodeProcess from "node:process";
    const say = (text) => console.log(text, Deno.pid === parent ? "in the parent" : "IN THE CHILD");
    const parent = Deno.pid;
    addEventListener("unload", () => say("unload"));
    addEventListener("beforeunload", () => say("beforeunload"));
    nodeProcess.on("exit", () => say("exit"));
    setTimeout(() => say("timer"), 20);
    Promise.resolve().then(() => say("microtask"));
    using disposed = { [Symbol.dispose]: () => say("dispose") };
    let child;
    try {
      child = process.fork(() => { try { return 3 } finally { console.log("its own finally") } });
    } finally { say("finally") }
    say("after " + (await child.status).code);
    await new Promise((resolve) => setTimeout(resolve, 40));`;
  const all = await lines(code);
  assert.ok(!all.some((line) => line.includes("IN THE CHILD")), all.join("\n"));
  assert.deepEqual(all.filter((line) => !line.endsWith("in the parent")), ["its own finally"]);
  for (const what of ["finally", "after 3", "timer", "dispose", "unload", "exit"]) {
    assert.equal(all.filter((line) => line === `${what} in the parent`).length, 1, what);
  }
});

test("Deno.exit in the child runs no handler of ours either", async () => {
  const code = `import nodeProcess from "node:process";
    const parent = Deno.pid;
    addEventListener("unload", () => { if (Deno.pid !== parent) console.log("unload in the child") });
    nodeProcess.on("exit", () => { if (Deno.pid !== parent) console.log("exit in the child") });
    const child = process.fork(() => Deno.exit(4));
    try { console.log((await child.wait({ timeout: 30_000 })).code) } catch (error) { console.log(error.name); child.kill(9) }`;
  assert.deepEqual(await lines(code), ["4"]);
});

test("nothing that we have written is written twice", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    const code = `const file = await Deno.open("${directory}/file", { write: true, create: true });
      const writer = file.writable.getWriter();
      await writer.write(new TextEncoder().encode("parent\\n"));
      console.log("logged");
      const waiting = Deno.stdout.write(new TextEncoder().encode("awaited\\n"));
      // Not by console.log: the thread that writes may hold Rust's lock of standard output, in the child for ever.
      const children = Array.from({ length: 4 }, () => process.fork(() => { process.Fd.from(1).writeSync("child\\n"); }));
      await waiting;
      children.push(process.fork(() => { console.log("child"); }));
      await Promise.all(children.map((child) => child.status));
      await writer.close();`;
    const all = (await lines(code)).sort();
    assert.deepEqual(all, ["awaited", ...Array(5).fill("child"), "logged"]);
    assert.equal(Deno.readTextFileSync(`${directory}/file`), "parent\n");
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

test("what we wait for meanwhile still comes: our reads, our children, Deno's own", async () => {
  const code = `const ends = pipes.pipe();
    const other = pipes.pipe();
    const read = (reader) => { const b = new Uint8Array(9); return reader.read(b).then((n) => new TextDecoder().decode(b.subarray(0, n))) };
    const reading = read(ends.reader);
    const sleeper = process.spawn("sleep", ["0.2"]);
    const waiting = sleeper.wait();
    const command = new Deno.Command("sh", { args: ["-c", "sleep 0.1; echo x; exit 4"], stdout: "piped" }).output();
    const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepting = server.accept();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const children = Array.from({ length: 10 }, (_, i) => process.fork(() => {
      ends.reader.close(); other.reader.close(); // of its own, not ours
      if (i % 2) ends.writer.close();
      return i;
    }));
    console.log((await Promise.all(children.map((child) => child.status))).map(({ code }) => code).join());
    ends.writer.writeSync("still here");
    console.log(await reading);
    const late = read(other.reader);
    other.writer.writeSync("later");
    console.log(await late, (await waiting).code, (await command).code);
    while (ticks <= 10) await new Promise((resolve) => setTimeout(resolve, 1));
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
    (await accepting).close(); connection.close(); server.close();
    console.log((await Deno.readTextFile("/etc/passwd")).length > 0);
    clearInterval(timer);`;
  assert.deepEqual(await lines(code), [
    "0,1,2,3,4,5,6,7,8,9",
    "still her",
    "later 0 4",
    "true",
  ]);
});

test("a fork in which somebody waits already: the child's synchronous calls work, also over our pipes", async () => {
  const code = `const down = pipes.pipe(), up = pipes.pipe();
    const buffer = new Uint8Array(100);
    const reading = up.reader.read(buffer);
    const child = process.fork(() => {
      const bytes = new Uint8Array(10);
      const size = down.reader.readSync(bytes);
      up.writer.writeSync(bytes.subarray(0, size).reverse());
      return down.reader.tryRead(bytes) === undefined ? size : 0;
    });
    await down.writer.write("abc");
    const size = await reading;
    console.log(new TextDecoder().decode(buffer.subarray(0, size)), (await child.status).code);`;
  assert.deepEqual(await lines(code), ["cba 3"]);
});

test("what needs an event loop does not fail silently in the child: it prints that, and ends with 1", async () => {
  const code = `const ends = pipes.pipe(), full = pipes.pipe();
    const attempts = {
      read: () => ends.reader.read(new Uint8Array(1)),
      write: () => full.writer.write(new Uint8Array(1 << 20)),
      wait: () => { process.spawn("sleep", ["0.05"]).wait() },
      end: () => { process.spawn("sleep", ["0.05"]).end() },
      capture: () => { process.capture("sleep", ["0.05"]) },
    };
    const reading = ends.reader.read(new Uint8Array(1), { timeout: 1e6 });
    for (const [name, attempt] of Object.entries(attempts)) {
      console.log(name, (await process.fork(() => { attempt() }).status).code);
    }
    ends.writer.writeSync("x");
    await reading;`;
  const [command, ...args] = program(code, FLAG);
  const { stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" }).output();
  assert.deepEqual(new TextDecoder().decode(stdout).trim().split("\n"), [
    "read 1",
    "write 1",
    "wait 1",
    "end 1",
    "capture 1",
  ]);
  assert.equal(new TextDecoder().decode(stderr).match(/no event loop/g)?.length, 5);
});

test("an awaited call is refused in the child as well where it would not have to wait", async () => {
  const code = `const ends = pipes.pipe();
    ends.writer.writeSync("ready");
    const ended = () => { const child = process.spawn("true"); child.waitSync(); return child };
    const attempts = {
      read: () => { ends.reader.read(new Uint8Array(1)).then(() => console.log("never comes")) },
      write: () => { ends.writer.write("x") },
      wait: () => { ended().wait() },
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      console.log(name, (await process.fork(attempt).status).code);
    }`;
  const [command, ...args] = program(code, FLAG);
  const { stdout } = await new Deno.Command(command, { args, stdin: "null" }).output();
  assert.equal(new TextDecoder().decode(stdout), "read 1\nwrite 1\nwait 1\n");
});

test("a child has no say over those that it has inherited", async () => {
  const code = `const other = process.spawn("sleep", ["100"], { fds: { 0: "pipe" } });
    const group = process.spawn("sleep", ["100"], { processGroup: "new" });
    const sibling = process.fork(() => { for (;;) ; });
    const child = process.fork(() => {
      let refused = 0;
      for (const one of [other, group, sibling]) {
        for (const attempt of [() => one.kill(), () => one.kill("SIGKILL"), () => one.killTree(), () => one.waitSync(),
            () => one.waitSync({ timeout: 0 })]) {
          try { attempt() } catch (error) { if (/before fork/.test(error.message)) refused++ }
        }
        one[Symbol.dispose]();
      }
      return refused;
    });
    console.log((await child.status).code);
    for (const one of [other, group, sibling]) {
      console.log(await one.wait({ timeout: 30 }).catch((error) => error.name));
      one.kill("SIGKILL");
      console.log((await one.status).signal);
      await one.end();
    }`;
  assert.deepEqual(await lines(code), [
    "15",
    ...Array(3).fill(["TimeoutError", "SIGKILL"]).flat(),
  ]);
});

test("an end of another child's pipe, which is closed in the child, is known to be so there", async () => {
  const code = `const other = process.spawn("cat", [], { fds: { 0: "pipe", 1: "pipe" } });
    const child = process.fork(() => {
      const ends = [other.fd(0), other.fd(1)];
      const opened = [Deno.openSync("/dev/null", { write: true }), Deno.openSync("/dev/null")]; // may get their numbers
      try { ends[0].writeSync("from the child") } catch (error) { console.log(error.message) }
      console.log(ends.map((end) => end.closed).join());
      for (const end of ends) end.close();
      other[Symbol.dispose]();
      opened[0].writeSync(new Uint8Array(1));
      return 3;
    });
    console.log((await child.status).code);
    console.log((await process.communicate(other, "ours")).text());`;
  assert.deepEqual(await lines(code), ["Fd is closed", "true,true", "3", "ours"]);
});

test("children forked by children, and programs started by them", async () => {
  const code =
    `const depth = (n) => n === 0 ? 1 : 1 + process.fork(() => depth(n - 1)).waitSync().code;
    const child = process.fork(() => {
      const family = Array.from({ length: 4 }, (_, i) => process.fork(() => depth(i)));
      const programs = [1, 2].map((n) => process.spawn("sh", ["-c", "exit " + n]));
      const piped = process.spawn("echo", ["piped"], { fds: { 1: "pipe" } });
      const buffer = new Uint8Array(20);
      const size = piped.fd(1).readSync(buffer);
      piped.waitSync();
      const deno = new Deno.Command("true").outputSync().code;
      return [...family, ...programs].reduce((sum, one) => sum + one.waitSync().code, 0) + size + deno;
    });
    console.log((await child.status).code);`;
  assert.deepEqual(await lines(code), [`${1 + 2 + 3 + 4 + 1 + 2 + 6}`]);
});

test("a forked child can become another program", async () => {
  const code =
    `const child = process.fork(() => process.exec("sh", ["-c", "echo as sh $$; exit 6"]));
    console.log(child.pid, (await child.status).code);`;
  const [first, second] = await lines(code);
  assert.equal(second, `${first.split(" ")[2]} 6`);
});

test("a signal to the child is the child's alone: our listener does not hear of it", async () => {
  const code = `let heard = 0;
    for (const name of ["SIGUSR2", "SIGTERM", "SIGHUP", "SIGINT"]) Deno.addSignalListener(name, () => heard++);
    const names = ["SIGUSR2", "SIGTERM", "SIGHUP", "SIGINT"];
    const ends = pipes.pipe();
    const children = names.map(() => process.fork(() => { ends.writer.writeSync("x"); for (;;) ends.reader.readSync(new Uint8Array(0)); }));
    for (let n = 0; n < 4;) n += await ends.reader.read(new Uint8Array(1));
    names.forEach((name, i) => children[i].kill(name));
    console.log((await Promise.all(children.map((child) => child.status))).map(({ signal }) => signal).join());
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log(heard);
    Deno.exit(0);`;
  assert.deepEqual(await lines(code), ["SIGUSR2,SIGTERM,SIGHUP,SIGINT", "0"]);
});

test("nor of one that comes in the very moment of the fork", async () => {
  const code = `let heard = 0, wrong = 0;
    Deno.addSignalListener("SIGUSR2", () => heard++);
    for (let i = 0; i < ${times({ short: 200, soak: 2000 })}; i++) {
      const child = process.fork(() => { for (;;); });
      child.kill("SIGUSR2");
      try { if ((await child.wait({ timeout: 30_000 })).signal !== "SIGUSR2") wrong++ }
      catch { wrong++; child.kill("SIGKILL"); await child.status }
      if (wrong > 3) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log(heard, wrong);
    Deno.exit(0);`;
  assert.deepEqual(await lines(code), ["0 0"]);
}, { watchdog: 300 });

test("one that comes to us is ours, and the children do not hear of it", async () => {
  const code = `let heard = 0;
    Deno.addSignalListener("SIGUSR2", () => heard++);
    const children = [1, 2, 3].map((n) => process.fork(() => { process.spawn("sleep", ["0.1"]).waitSync(); return n }));
    Deno.kill(Deno.pid, "SIGUSR2");
    const codes = (await Promise.all(children.map((child) => child.status))).map(({ code }) => code);
    while (heard === 0) await new Promise((resolve) => setTimeout(resolve, 1)); // their ends may be seen first
    console.log(codes.join(), heard);
    Deno.exit(0);`;
  assert.deepEqual(await lines(code), ["1,2,3 1"]);
});

test(
  "forks that allocate, compile, write files and fork again, under a parent that makes garbage",
  async () => {
    const count = times({ short: 100, soak: 2000 });
    const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
    try {
      const code = `let garbage = [];
      const churn = setInterval(() => { for (let i = 0; i < 50; i++) garbage.push(new Array(1000).fill({ i })); if (garbage.length > 500) garbage = []; }, 1);
      const work = (i, deep) => {
        let kept = [];
        for (let n = 0; n < 300; n++) { kept.push(Array.from({ length: 200 }, (_, k) => "s" + k * n)); if (n % 50 === 0) kept = []; }
        const compiled = new Function("a", "let s = " + i + "; for (let k = 0; k < 2e4; k++) s = (s * 31 + a + k) | 0; return s");
        const first = compiled(1);
        for (let n = 0; n < 5; n++) if (compiled(1) !== first) return 100;
        const path = "${directory}/" + i + (deep ? "a" : "b");
        Deno.writeTextFileSync(path, "x".repeat(10000));
        if (Deno.readTextFileSync(path).length !== 10000) return 101;
        Deno.removeSync(path);
        new Uint8Array(1 << 20).fill(1);
        if (deep && i % 4 === 0) { const code = process.fork(() => work(i, false)).waitSync().code; if (code !== i % 100) return 102; }
        return i % 100;
      };
      const failures = [];
      let next = 0;
      await Promise.all([1, 2, 3, 4].map(async () => {
        while (next < ${count}) {
          const i = next++;
          const child = process.fork(() => work(i, true));
          garbage.push(new Array(10000).fill(i));
          try {
            const { code, signal } = await child.wait({ timeout: 60_000 });
            if (code !== i % 100) failures.push(i + ": " + code + " " + signal);
          } catch { failures.push(i + " hangs"); child.kill("SIGKILL"); await child.status; }
        }
      }));
      clearInterval(churn);
      console.log(next, failures.length, failures.join());`;
      assert.deepEqual(await lines(code), [`${count} 0`]);
      assert.deepEqual([...Deno.readDirSync(directory)], []);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  },
  { watchdog: 300 },
);

test("ensureForkable starts a program anew with the flag, with its arguments and number", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    const code = `import { ensureForkable, fork, forkable } from "${library("process")}";
      console.log(Deno.pid, forkable());
      ensureForkable();
      console.log(Deno.args.join("+"), Deno.cwd(), typeof gc, (await fork(() => 5).status).code);`;
    Deno.writeTextFileSync(`${directory}/main.ts`, code);
    const variants = [
      ["run", "-A", "--no-check", "main.ts", "a b", "--v8-flags"],
      ["-A", "main.ts", "a b", "--v8-flags"],
      ["run", "--v8-flags=--expose-gc", "-A", "main.ts", "a b", "--v8-flags"],
      ["-A", "main.ts", "run", "--v8-flags=--single-threaded"], // the program's own
    ];
    for (const words of variants) {
      const output = await run(["env", "-C", directory, ...denoCommand(...words)]);
      const [first, second, last] = output.trim().split("\n");
      assert.match(first, / false$/);
      assert.equal(second, first.replace("false", "true"));
      const gc = words[1].includes("gc") ? "function" : "undefined";
      const args = words.slice(words.indexOf("main.ts") + 1).join("+");
      assert.equal(last, `${args} ${directory} ${gc} 5`);
    }
    // The flag is on the command line, where children do not inherit it.
    const env = await run(
      program(`process.ensureForkable(); console.log(Deno.env.has("DENO_V8_FLAGS"))`),
    );
    assert.equal(env, "false\n");
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

test("children that are forked and left are reaped when the next one is started", async () => {
  const code =
    `const children = () => Deno.readTextFileSync("/proc/self/task/" + Deno.pid + "/children").trim();
    (() => { for (let i = 0; i < 5; i++) process.fork(() => {}); })();
    for (const end = performance.now() + 30_000; performance.now() < end && children() !== "";) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await process.fork(() => {}).status;
    }
    console.log(JSON.stringify(children()));`;
  assert.equal(await run(program(code, `${FLAG},--expose-gc`)), '""\n');
});

test("a forked child survives its parent", async () => {
  const code =
    `process.fork(() => { console.log("child " + Deno.pid); Deno.stdin.readSync(new Uint8Array(1)); console.log("ended"); });
    Deno.exit(0);`;
  await using starter = new Program(program(code, FLAG));
  assert.match(await starter.line(), /^child \d+$/);
  assert.equal((await starter.end()).code, 0);
  await starter.write("");
  assert.equal(await starter.line(), "ended");
  await assert.rejects(starter.line(), /no more lines/);
});

test("without the flag fork is refused with its name, and forkable says so", async () => {
  const code = `console.log(process.forkable());
    try { process.fork(() => {}) } catch (error) { console.log(error.name, error.message) }
    try { process.fork("no function") } catch (error) { console.log(error.name) }`;
  const [forkable, refusal, misuse] = (await run(program(code))).split("\n");
  assert.equal(forkable, "false");
  assert.match(refusal, /^TypeError .*--v8-flags=--single-threaded/);
  assert.equal(misuse, "TypeError");
});
