import assert from "node:assert/strict";
import { type Fd, type FifoAccess, openFifo } from "../../fifo/mod.ts";
import { PARKED_AT_MOST } from "../../io/mod.ts";
import { counted } from "../counted_signal.ts";
import { denoCommand, Program, run, times } from "../harness.ts";
import { FifoPlace, opening, openingThreads } from "../fixtures/fifo_place.ts";
import { library } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

const ACCESSES: readonly FifoAccess[] = ["r", "w"];

test("a wait ends with its timeout, or with the reason of its signal", async () => {
  using place = new FifoPlace();
  for (const access of ACCESSES) {
    for (const timeout of [0, 1, 20]) {
      await assert.rejects(openFifo(place.path, access, { timeout }), { name: "TimeoutError" });
    }
    const controller = new AbortController();
    const reason = { why: "enough" };
    const wait = openFifo(place.path, access, controller);
    if (access === "w") await opening({});
    controller.abort(reason);
    await assert.rejects(wait, (error) => error === reason);
    await assert.rejects(openFifo(place.path, access, controller), (error) => error === reason);
  }
  assert.equal(openingThreads(), 0);
});

test("a timeout of 0 opens what is ready now: something was written, or somebody reads", async () => {
  using place = new FifoPlace();
  using both = await openFifo(place.path, "rw");
  using _writer = await openFifo(place.path, "w", { timeout: 0 });
  const late = { name: "TimeoutError" };
  for (const keepOpen of [false, true]) {
    await assert.rejects(openFifo(place.path, "r", { keepOpen, timeout: 0 }), late);
    await both.write("x");
    using reader = await openFifo(place.path, "r", { keepOpen, timeout: 0 });
    assert.equal(reader.tryRead(new Uint8Array(10)), 1);
  }
});

test("100 waits aborted one after another leave no descriptor, thread or listener", async () => {
  using place = new FifoPlace();
  for (let i = 0; i < 100; i++) {
    const controller = new AbortController();
    const { signal, listeners } = counted(controller);
    const wait = openFifo(place.path, ACCESSES[i % 2], { signal });
    if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    if (i % 4 === 1) await opening({});
    controller.abort();
    await assert.rejects(wait, { name: "AbortError" });
    assert.equal(listeners(), 0);
  }
  assert.equal(openingThreads(), 0);
});

test("100 waits at once, far more than are parked, end as one when they are aborted", async () => {
  using place = new FifoPlace();
  using other = new FifoPlace(); // else our readers and our writers would meet
  const controller = new AbortController();
  const { signal, listeners } = counted(controller);
  const waits = Array.from(
    { length: 100 },
    (_, i) => openFifo(i % 2 ? place.path : other.path, ACCESSES[i % 2], { signal }),
  );
  await opening({ threads: PARKED_AT_MOST });
  const text = await Deno.readTextFile(new URL(import.meta.url)); // needs a thread as well
  assert.match(text, /needs a thread as well/);
  controller.abort();
  for (const { status } of await Promise.allSettled(waits)) assert.equal(status, "rejected");
  assert.deepEqual([openingThreads(), listeners()], [0, 0]);
});

test("30 writers that wait in turns are all let in by one reader", async () => {
  using place = new FifoPlace();
  const waits = Array.from({ length: 30 }, async (_, i) => {
    using fifo = await openFifo(place.path, "w");
    await fifo.write(`${i}\n`, { atomic: true });
  });
  await opening({ threads: PARKED_AT_MOST });
  // It stays although the last writer may go before the next one comes.
  await using perl = new Program([
    "perl",
    "-e",
    '$| = 1; open(F, "+<", $ARGV[0]); print while <F>',
    place.path,
  ]);
  const lines = [];
  for (let i = 0; i < 30; i++) lines.push(Number(await perl.line()));
  await Promise.all(waits);
  assert.deepEqual(lines.sort((a, b) => a - b), [...Array(30).keys()]);
}, { needs: ["perl"] });

test("a reader that comes in the instant of the abort is let in, or we are not there", async () => {
  using place = new FifoPlace();
  const rounds = times({ short: 300, soak: 5000 });
  // Opens the FIFO again and again, and says of each time how much it was given.
  const perl = `$| = 1; for (1 .. $ARGV[1]) {
    <STDIN>; open(my $f, "<", $ARGV[0]) or die $!; my $n = () = <$f>; close $f; print "$n\\n";
  }`;
  await using reader = new Program(["perl", "-e", perl, place.path, `${rounds}`]);
  let admitted = 0;
  for (let round = 0; round < rounds; round++) {
    const controller = new AbortController();
    const wait = openFifo(place.path, "w", controller).catch(() => undefined);
    if (round % 2) await opening({});
    if (round % 4 === 0) controller.abort(); // which takes its time as well
    if (round % 20 === 0) await wait;
    const told = reader.write("");
    if (round % 3) await told;
    spin(round % 37 * 10); // microseconds, so that the abort comes before, with or after the reader
    controller.abort();
    await told;
    const early: Fd | undefined = await wait;
    if (early) admitted++;
    {
      using fifo = early ?? await openFifo(place.path, "w");
      await fifo.write("line\n");
    }
    assert.equal(await reader.line(), "1");
  }
  console.log(
    `of ${rounds} waits ${admitted} ended with the reader, ${rounds - admitted} before it`,
  );
  assert.equal((await reader.end()).code, 0);
  assert.equal(openingThreads(), 0);
}, { needs: ["perl"], watchdog: 240 });

test("a writer that comes in the instant of the abort is read, or meets nobody", async () => {
  using place = new FifoPlace();
  const rounds = times({ short: 300, soak: 5000 });
  const perl = `$| = 1; $SIG{PIPE} = "IGNORE"; for (1 .. $ARGV[1]) {
    <STDIN>; open(my $f, ">", $ARGV[0]) or die $!;
    my $done = defined(syswrite($f, "line\\n")) ? "written" : "nobody";
    close $f; # or the next wait may meet this writer again
    print "$done\\n";
  }`;
  await using writer = new Program(["perl", "-e", perl, place.path, `${rounds}`]);
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < rounds; round++) {
    const controller = new AbortController();
    const wait = openFifo(place.path, "r", controller).catch(() => undefined);
    const told = writer.write("");
    if (round % 3) await told;
    spin(round % 37 * 10);
    controller.abort();
    await told;
    {
      using early = await wait;
      if (early) assert.deepEqual(await Array.fromAsync(early.lines()), ["line"]);
      outcomes[early ? "read" : "refused"]++;
    }
    // It may not have been let in at all, and waits for a reader.
    using late = await openFifo(place.path, "rw");
    await writer.line();
    late.tryRead(new Uint8Array(100));
  }
  console.log(`of ${rounds} waits ${outcomes.read} ended with a line, ${outcomes.refused} before`);
  assert.equal((await writer.end()).code, 0);
}, { needs: ["perl"], watchdog: 240 });

function spin(microseconds: number): void {
  const end = performance.now() + microseconds / 1000;
  while (performance.now() < end);
}

test("a relative path means what it meant at the call, wherever the program goes meanwhile", async () => {
  using place = new FifoPlace();
  const home = Deno.cwd();
  try {
    Deno.chdir(place.directory);
    const kept = openFifo("fifo", "w");
    const giving = new AbortController();
    const givenUp = openFifo("./fifo", "w", giving);
    await opening({ threads: 2 });
    Deno.chdir("/");
    giving.abort();
    await assert.rejects(givenUp, { name: "AbortError" });
    const cat = run(["cat", place.path]);
    {
      using fifo = await kept;
      await fifo.write("found");
    }
    assert.equal(await cat, "found");
    await assert.rejects(openFifo("fifo", "w"), { code: "ENOENT", path: "fifo" });
  } finally {
    Deno.chdir(home);
  }
});

test("a FIFO that is removed or replaced while we wait is told by its code when the wait ends", async () => {
  const changes: [string, (path: string) => void, string][] = [
    ["removed", Deno.removeSync, "ENOENT"],
    ["a file now", (path) => {
      Deno.writeTextFileSync(`${path}.new`, "kept");
      Deno.renameSync(`${path}.new`, path);
    }, "EINVAL"],
    ["a link now", (path) => {
      Deno.renameSync(path, `${path}.old`);
      Deno.symlinkSync(`${path}.old`, path);
    }, "ELOOP"],
  ];
  for (const [name, change, code] of changes) {
    using place = new FifoPlace();
    const controller = new AbortController();
    const writing = openFifo(place.path, "w", controller);
    await opening({});
    change(place.path);
    controller.abort();
    await assert.rejects(writing, { code }, name);
    if (code === "EINVAL") assert.equal(Deno.readTextFileSync(place.path), "kept");
  }
});

test("a program whose waits have been given up ends by itself", async () => {
  using place = new FifoPlace();
  const code = `import { openFifo } from "${library("fifo")}";
    const controller = new AbortController();
    const waits = Array.from({ length: 40 }, (_, i) =>
      openFifo(Deno.args[0], "w", i % 2 ? controller : { timeout: 30 }).catch((error) => error.name));
    setTimeout(() => controller.abort(), 20);
    console.log([...new Set(await Promise.all(waits))].sort().join());`;
  assert.equal(await run(denoCommand("eval", code, place.path)), "AbortError,TimeoutError\n");
});
