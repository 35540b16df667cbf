import assert from "node:assert/strict";
import { Fd, pipe, type WaitOptions, whenReady } from "../../io/mod.ts";
import { counted } from "../counted_signal.ts";
import { spawn } from "../../process/mod.ts";
import { denoCommand, limited, Program, run, times } from "../harness.ts";
import { WARM } from "../fixtures/processes.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";

const module = new URL("../../io/mod.ts", import.meta.url);

/** How many threads this process has; Deno's pool keeps idle ones for some seconds. */
function threads(): number {
  return [...Deno.readDirSync("/proc/self/task")].length;
}

test("1,000 waits begun and aborted at once leave no listener, and the signal's reason", async () => {
  using ends = pipe();
  const controller = new AbortController();
  const { signal, listeners } = counted(controller);
  const waits = Array.from({ length: 1000 }, () => ends.reader.read(new Uint8Array(1), { signal }));
  const settled = Promise.allSettled(waits);
  controller.abort("enough");
  for (const result of await settled) {
    assert.deepEqual(result, { status: "rejected", reason: "enough" });
  }
  assert.equal(listeners(), 0);
  ends.writer.writeSync("x");
  assert.equal(await ends.reader.read(new Uint8Array(2)), 1);
});

test("1,000 waits begun and aborted one after another leave no thread and no descriptor", async () => {
  using ends = pipe();
  let before = 0;
  for (let i = 0; i < 1000; i++) {
    const controller = new AbortController();
    const { signal, listeners } = counted(controller);
    const wait = assert.rejects(ends.reader.read(new Uint8Array(1), { signal, timeout: 10_000 }), {
      name: "AbortError",
    });
    if (i % 2) await Promise.resolve();
    if (i % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    controller.abort();
    await wait;
    assert.equal(listeners(), 0);
    if (i === 4) before = threads();
  }
  // Each that stayed parked would have cost one, up to the 32 that Deno has.
  assert.ok(threads() < before + 16, `${threads()} threads after ${before}`);
});

test("1,000 timeouts at once all end, none early, none twice", async () => {
  using ends = pipe();
  const started = performance.now();
  const waits = Array.from({ length: 1000 }, async (_, i) => {
    const timeout = i % 50;
    await assert.rejects(ends.reader.read(new Uint8Array(1), { timeout }), {
      name: "TimeoutError",
      message: `Timed out after ${timeout} ms`,
    });
    assert.ok(performance.now() - started >= timeout);
  });
  await Promise.all(waits);
});

test("a byte that comes in the same instant as the abort is read or stays, never lost", async () => {
  using ends = pipe();
  let delivered = 0;
  const rounds = times({ short: 500, soak: 20_000 });
  for (let i = 0; i < rounds; i++) {
    const controller = new AbortController();
    const wait = ends.reader.read(new Uint8Array(10), { signal: controller.signal });
    if (i % 3) await new Promise((resolve) => setTimeout(resolve, 0));
    ends.writer.writeSync("x");
    if (i % 2) await new Promise((resolve) => setTimeout(resolve, 0));
    controller.abort();
    const size = await wait.catch(() => undefined);
    if (size !== undefined) delivered++;
    assert.equal(size ?? ends.reader.tryRead(new Uint8Array(10)), 1);
  }
  console.log(`of ${rounds} bytes ${delivered} were delivered`);
  assert.ok(delivered > 0 && delivered < rounds, "both outcomes must have happened");
});

test("200 pipes with a reader and a writer each, all at once: every byte arrives at its own", async () => {
  using stack = new DisposableStack();
  const pipes = Array.from({ length: 200 }, () => stack.use(pipe()));
  const size = 200_000; // three times what a pipe holds, so that both ends must wait
  await Promise.all(pipes.flatMap(({ reader, writer }, i) => [
    (async () => {
      await writer.write(new Uint8Array(size).fill(i));
      writer.close();
    })(),
    (async () => {
      const buffer = new Uint8Array(16384);
      let total = 0;
      for (let n; (n = await reader.read(buffer)) !== null; total += n) {
        assert.ok(buffer.subarray(0, n).every((byte) => byte === i));
      }
      assert.equal(total, size);
    })(),
  ]));
});

test("300 idle pipes take no thread: files are read meanwhile, and each gets its byte", async () => {
  using stack = new DisposableStack();
  const pipes = Array.from({ length: 300 }, () => stack.use(pipe()));
  const reads = pipes.map(async ({ reader }) => {
    const buffer = new Uint8Array(1);
    await reader.read(buffer);
    return buffer[0];
  });
  for (let i = 0; i < 50; i++) await Deno.readTextFile(new URL(import.meta.url));
  for (const i of [...pipes.keys()].reverse()) pipes[i].writer.writeSync(Uint8Array.of(i));
  assert.deepEqual(await Promise.all(reads), pipes.map((_, i) => i % 256));
});

test("one who reads and one who writes wait for the same descriptor, and both are woken", async () => {
  // A pair of sockets from Perl would be another's; a FIFO opened both ways is one descriptor for both.
  const path = `${Deno.makeTempDirSync({ prefix: "deno_ipc_test_" })}`;
  try {
    await run(["mkfifo", `${path}/fifo`]);
    using file = await Deno.open(`${path}/fifo`, { read: true, write: true });
    using own = descriptorOf(file);
    let filled = 0;
    for (let n; (n = own.tryWrite(new Uint8Array(4096))) !== undefined;) filled += n;
    let wrote = false;
    const writing = own.write("last").then(() => wrote = true);
    await Promise.resolve();
    assert.equal(wrote, false);
    const buffer = new Uint8Array(65536);
    let total = 0;
    while (total < filled + 4) total += await own.read(buffer) ?? 0;
    await writing;
    const reading = own.read(buffer);
    await own.write("again");
    assert.equal(await reading, 5);
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
});

function descriptorOf(file: Deno.FsFile): Fd {
  const { ino, dev } = file.statSync();
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      const status = Deno.statSync(`/proc/self/fd/${name}`);
      if (status.ino === ino && status.dev === dev) {
        return Fd.from(Number(name)).dup();
      }
    } catch {
      // the descriptor that reads this list
    }
  }
  throw new Error("not open");
}

test("an idle wait costs no processor time", async () => {
  const code = `import { pipe } from "${module}";
    import process from "node:process";
    const ends = Array.from({ length: 50 }, () => pipe());
    const read = (timeout) => Promise.allSettled(
      ends.map(({ reader }) => reader.read(new Uint8Array(1), { timeout })));
    await read(50);
    const costs = [];
    while (costs.length < 4) {
      const before = process.cpuUsage();
      await read(1000);
      const { user, system } = process.cpuUsage(before);
      costs.push((user + system) / 1000);
    }
    console.log(Math.min(...costs));`;
  // The least of four seconds: what the runtime does besides, such as to collect garbage, comes now and then only.
  const used = Number(await run(denoCommand("eval", code)));
  console.log(`a second of 50 awaited reads cost ${used} ms of processor time`);
  assert.ok(used < 50, `${used} ms`);
});

test("one whose end has hung up, and who waits to write, does not spin while another waits", async () => {
  const code = `import { pipe } from "${module}";
    import process from "node:process";
    const [one, two] = [pipe(), pipe()];
    const idle = one.reader.read(new Uint8Array(1), { timeout: 1000 }).catch((error) => error.name);
    const broken = two.reader.read(new Uint8Array(1));
    two.writer.close();
    await broken;
    const before = process.cpuUsage();
    console.log(await idle);
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000);`;
  const [name, used] = (await run(denoCommand("eval", code))).split("\n");
  assert.equal(name, "TimeoutError");
  assert.ok(Number(used) < 500, `${used} ms`);
});

test("a program ends once nobody waits, however the waits ended", async () => {
  const endings = {
    "read": "ends.writer.writeSync('x'); await waiting;",
    "aborted": "controller.abort(); await waiting.catch(() => {});",
    "timed out": "await ends.reader.read(new Uint8Array(1), { timeout: 5 }).catch(() => {}); " +
      "controller.abort(); await waiting.catch(() => {});",
    "closed": "ends.reader.close(); await waiting.catch(() => {});",
    "end of file": "ends.writer.close(); await waiting;",
  };
  for (const [name, ending] of Object.entries(endings)) {
    const code = `import { pipe } from "${module}";
      const ends = pipe(), controller = new AbortController();
      const waiting = ends.reader.read(new Uint8Array(1), { signal: controller.signal });
      await new Promise((resolve) => setTimeout(resolve, 20)); // parked by now
      ${ending}
      console.log(Date.now());`;
    const said = Number(await run(denoCommand("eval", code)));
    const late = Date.now() - said;
    assert.ok(late < 20_000, `${name}: ${late} ms after its last line`);
  }
});

test("a program that only waits goes on until what it waits for comes", async () => {
  const code = `import { Fd } from "${module}";
    const buffer = new Uint8Array(10);
    console.log("waiting");
    Fd.from(0).read(buffer).then((size) => console.log(size));`;
  await using program = new Program(denoCommand("eval", code));
  assert.equal(await program.line(), "waiting");
  await program.write("abc");
  assert.equal(await program.line(), "4");
  assert.equal((await program.end()).code, 0);
});

test("every worker has a reactor of its own, and one that is ended leaves the others alone", async () => {
  const code = `import { pipe } from "${module}";
    const ends = pipe();
    if (self.name === "worker") {
      ends.reader.read(new Uint8Array(1));
      setTimeout(() => postMessage("waiting"), 10);
    } else {
      const waiting = ends.reader.read(new Uint8Array(1));
      for (let i = 0; i < 5; i++) {
        const worker = new Worker(import.meta.url, { type: "module", name: "worker" });
        await new Promise((resolve) => worker.onmessage = resolve);
        worker.terminate();
      }
      ends.writer.writeSync("x");
      console.log(await waiting);
    }`;
  const path = Deno.makeTempFileSync({ prefix: "deno_ipc_test_", suffix: ".ts" });
  try {
    Deno.writeTextFileSync(path, code);
    assert.equal(await run(denoCommand("run", "-A", path)), "1\n");
  } finally {
    Deno.removeSync(path);
  }
});

test("what happened to a closed descriptor is not taken for an event of the next one with its number", async () => {
  using other = pipe();
  const awake = other.reader.read(new Uint8Array(1)); // so that the call stays parked
  using ends = pipe();
  const { number } = ends.reader;
  const closed = assert.rejects(ends.reader.read(new Uint8Array(1)), TypeError);
  await new Promise((resolve) => setTimeout(resolve, 30));
  ends.writer.writeSync("x");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30); // the call returns, and nobody hears of it yet
  ends.reader.close();
  using next = pipe();
  assert.equal(next.reader.number, number);
  const ready = whenReady(number, "read", () => true, { timeout: 100 });
  await assert.rejects(ready, { name: "TimeoutError" });
  await closed;
  other.writer.writeSync("x");
  await awake;
});

test("what has come in time counts, though the program was too busy to hear of it", async () => {
  const ends: Record<string, () => WaitOptions> = {
    timeout: () => ({ timeout: 50 }),
    signal: () => ({ signal: AbortSignal.timeout(50) }),
  };
  for (const [name, options] of Object.entries(ends)) {
    using some = pipe();
    const reading = some.reader.read(new Uint8Array(1), options());
    some.writer.writeSync("x"); // in the same turn: after a pause in which others run it might not be in time
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    assert.equal(await reading, 1, name);
  }
});

test("timeouts end waits although all of Deno's threads are taken", async () => {
  using directory = new Directory();
  const fifo = directory.file("fifo");
  await run(["mkfifo", fifo]);
  const opening = Array.from({ length: 40 }, () => Deno.open(fifo)); // Deno has 32
  using ends = pipe();
  await assert.rejects(ends.reader.read(new Uint8Array(1), { timeout: 20 }), {
    name: "TimeoutError",
  });
  const reading = ends.reader.read(new Uint8Array(1));
  using _ = Deno.openSync(fifo, { read: true, write: true }); // now all of them are let in
  for (const file of await Promise.all(opening)) file.close();
  ends.writer.writeSync("x");
  assert.equal(await reading, 1);
});

test("a first wait that finds no descriptor left fails, and the next one has all it needs", async () => {
  const code = `import { pipe } from "${module}";
    ${WARM}
    const ends = pipe();
    const buffer = new Uint8Array(1);
    const open = [];
    try { for (;;) open.push(Deno.openSync("/dev/null")) } catch { open.pop().close(); }
    for (const _ of [1, 2]) await ends.reader.read(buffer).catch((error) => console.log(error.syscall, error.code));
    for (const file of open) file.close();
    await ends.reader.read(buffer, { timeout: 10 }).catch((error) => console.log(error.name));
    const reading = ends.reader.read(buffer);
    ends.writer.writeSync("x");
    console.log(await reading);`;
  const crowded = limited(100, denoCommand("eval", code));
  const failure = "eventfd EMFILE\n".repeat(2);
  assert.equal(await run(crowded), `${failure}TimeoutError\n1\n`);
});

test("a flood that is read holds up no timer, no signal and not its own end", async () => {
  using flood = spawn("yes", [], { fds: { 1: "pipe" } });
  const heard = Promise.withResolvers<void>();
  Deno.addSignalListener("SIGUSR2", heard.resolve);
  Deno.kill(Deno.pid, "SIGUSR2");
  let ticked = false;
  setTimeout(() => ticked = true, 20);
  const buffer = new Uint8Array(1000);
  const end = performance.now() + 30_000; // it would have none of its own
  const reading = async () => {
    const signal = AbortSignal.timeout(200);
    while (performance.now() < end) await flood.fd(1).read(buffer, { signal });
  };
  await assert.rejects(reading(), { name: "TimeoutError" });
  assert.ok(ticked);
  await heard.promise;
  Deno.removeSignalListener("SIGUSR2", heard.resolve);
});

test("reads that overlap and need not wait get what is there in their order, also when the event loop is due", async () => {
  using ends = pipe();
  for (let round = 0; round < 10; round++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    ends.writer.writeSync("abc");
    const order: string[] = [];
    await Promise.all([1, 2, 3].map(async (number) => {
      const buffer = new Uint8Array(1);
      await ends.reader.read(buffer);
      order.push(`${number}${String.fromCharCode(buffer[0])}`);
    }));
    assert.deepEqual(order, ["1a", "2b", "3c"]);
  }
});
