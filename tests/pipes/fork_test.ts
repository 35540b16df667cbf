import assert from "node:assert/strict";
import { run, test } from "../harness.ts";
import { forking, program, WARM } from "../fixtures/processes.ts";

test("forkReader reads what a child with our variables prints, and its number is the status", async () => {
  const code = `const words = ["from", "the", "child"];
    const child = pipes.forkReader(() => { for (const word of words) console.log(word); return 5; });
    console.log(await child.text(), (await child.close()).code);`;
  assert.equal(await forking(code), "from\nthe\nchild\n 5\n");
});

test("what it prints by every way goes into the pipe, and nothing twice", async () => {
  const code = `await Deno.stdout.write(new TextEncoder().encode("before\\n"));
    console.log("logged before");
    const child = pipes.forkReader(() => {
      console.log("log");
      Deno.stdout.writeSync(new TextEncoder().encode("written\\n"));
      process.spawn("echo", ["by a child of it"]).waitSync();
    });
    console.log(JSON.stringify(await child.text()));`;
  assert.equal(
    await forking(code),
    `before\nlogged before\n${JSON.stringify("log\nwritten\nby a child of it\n")}\n`,
  );
});

test("leaving its lines early ends it, closes our end and leaves no child", async () => {
  const code = `${WARM}
    const count = () => [...Deno.readDirSync("/proc/self/fd")].length;
    const warm = pipes.pipe(); // a first wait opens two descriptors, which stay open
    const waiting = warm.reader.read(new Uint8Array(1));
    warm.writer.writeSync("x");
    await waiting;
    warm[Symbol.dispose]();
    const before = count();
    for (let i = 0; i < 10; i++) {
      const reader = pipes.forkReader(() => { for (;;) console.log("y"); });
      for await (const line of reader.lines()) if (line === "y") break;
      try { reader.child.kill() } catch (error) { if (i === 0) console.log(error.code) }
    }
    console.log(count() - before);`;
  assert.equal(await forking(code), "ESRCH\n0\n");
});

test("forkWriter writes what the child reads from its standard input", async () => {
  const code = `const child = pipes.forkWriter(() => {
      const buffer = new Uint8Array(100);
      let size = 0, n;
      while ((n = Deno.stdin.readSync(buffer)) !== null) size += n;
      return size;
    });
    for (const text of ["one", "two", "three"]) await child.write(text);
    console.log((await child.close()).code);`;
  assert.equal(await forking(code), "11\n");
});

test("a forked child that does not read breaks the pipe, and says how it ended", async () => {
  const code = `const child = pipes.forkWriter(() => 9);
    await child.child.wait();
    try { await child.write("x".repeat(1e6)) } catch (error) { console.log(error.name, error.status.code) }
    await child.close();`;
  assert.equal(await forking(code), "BrokenPipeError 9\n");
});

test("an uncaught error ends both with 1, and its message is not in the pipe", async () => {
  const code =
    `const child = pipes.forkReader(() => { console.log("so far"); throw new Error("bad"); });
    console.log(JSON.stringify(await child.text()), (await child.close()).code);`;
  assert.equal(await forking(code), '"so far\\n" 1\n');
});

test("a megabyte both ways at once, through a child that reads and one that writes", async () => {
  const code = `const reader = pipes.forkReader(() => {
      for (let i = 0; i < 16; i++) Deno.stdout.writeSync(new Uint8Array(65536).fill(i));
    });
    const writer = pipes.forkWriter(() => {
      let size = 0, n;
      const buffer = new Uint8Array(65536);
      while ((n = Deno.stdin.readSync(buffer)) !== null) size += n;
      return size === 1 << 20 ? 0 : 1;
    });
    const bytes = await reader.bytes();
    await writer.write(bytes);
    console.log(bytes.length, (await writer.close()).code, (await reader.close()).code);`;
  assert.equal(await forking(code), "1048576 0 0\n");
});

test("the end of file reaches the first of two writers while the second goes on", async () => {
  const code =
    `const drain = () => { while (Deno.stdin.readSync(new Uint8Array(100)) !== null); return 2 };
    const [first, second] = [pipes.forkWriter(drain), pipes.forkWriter(drain)];
    try {
      console.log((await first.close({ timeout: 20_000 })).code);
    } catch (error) { console.log(error.name) }
    console.log((await second.close()).code, (await first.close()).code);`;
  assert.equal(await forking(code), "2\n2 2\n");
});

test("without the flag both are refused with its name, and leave no descriptor", async () => {
  const code = `${WARM}
    const count = () => [...Deno.readDirSync("/proc/self/fd")].length;
    const before = count();
    for (const attempt of [pipes.forkReader, pipes.forkWriter]) {
      try { attempt(() => {}) } catch (error) { console.log(error.name, error.message) }
    }
    console.log(count() - before);`;
  const [one, two, more] = (await run(program(code))).split("\n");
  assert.match(one, /^TypeError .*--v8-flags=--single-threaded/);
  assert.deepEqual([two, more], [one, "0"]);
});

test("SIGPIPE ends a forked child that prints when nobody reads any more", async () => {
  const code = `const child = pipes.forkReader(() => { for (;;) console.log("y"); });
    await child.read(new Uint8Array(1));
    console.log((await child.close({ timeout: 30_000 })).signal);`;
  assert.equal(await forking(code), "SIGPIPE\n");
});

test("a program that has closed its standard descriptors forks and starts others as before", async () => {
  const code = `const { Fd } = process;
    Fd.from(0).close();
    const writer = pipes.forkWriter(() => Deno.stdin.readSync(new Uint8Array(100)) ?? 0);
    await writer.write("seven\\n!");
    console.log((await writer.close()).code);
    const secret = process.spawn("sh", ["-c", "echo secret"], { fds: { 0: "null", 1: "pipe" } });
    console.log(secret.fd(1).number > 2, (await process.capture("cat", [], { fds: { 0: "inherit" } })).text());
    console.log((await Array.fromAsync(secret.fd(1).lines()))[0]);`;
  assert.equal(await forking(code), "7\ntrue \nsecret\n");
});
