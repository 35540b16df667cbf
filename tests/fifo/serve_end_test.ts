import assert from "node:assert/strict";
import { serveFifo } from "../../fifo/mod.ts";
import { denoCommand, Program, run } from "../harness.ts";
import { FifoPlace, opening, openingThreads } from "../fixtures/fifo_place.ts";
import { library } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

test("an abort ends it: before it begins, while nobody is there, and in the moment of a removal", async () => {
  using place = new FifoPlace();
  await serveFifo(`${place.directory}/never`, () => "", { signal: AbortSignal.abort() });
  assert.deepEqual([...Deno.readDirSync(place.directory)].length, 1, "nothing is made");
  for (const removed of [false, true]) {
    const controller = new AbortController();
    const serving = serveFifo(place.path, () => "", controller);
    await opening({});
    if (removed) Deno.removeSync(place.path);
    controller.abort(new Error("a reason of its own"));
    await serving;
    assert.equal(openingThreads(), 0);
  }
  assert.deepEqual([...Deno.readDirSync(place.directory)], [], "it is not made again");
});

test("an abort ends it while a slow reader is being answered, or keeps the FIFO open", async () => {
  for (const size of [200_000, 5]) {
    using place = new FifoPlace();
    const controller = new AbortController();
    const serving = serveFifo(place.path, () => new Uint8Array(size), controller);
    const perl =
      `open(F, "<", $ARGV[0]) or die $!; $| = 1; sysread(F, $_, 5); print "begun\\n"; <STDIN>`;
    await using reader = new Program(["perl", "-e", perl, place.path]);
    await reader.line();
    controller.abort();
    await serving;
  }
}, { needs: ["perl"] });

test("an abort ends it while the answer is being made, and that answer is for nobody", async () => {
  using place = new FifoPlace();
  const controller = new AbortController();
  const called = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  const serving = serveFifo(place.path, () => {
    called.resolve();
    return answer.promise;
  }, controller);
  const cat = run(["cat", place.path]);
  await called.promise;
  controller.abort();
  await serving;
  answer.resolve("too late");
  assert.equal(await cat, "");

  const own = new AbortController(); // aborted by the producer itself
  const second = run(["cat", place.path]);
  await serveFifo(place.path, () => {
    own.abort();
    return "too late";
  }, own);
  assert.equal(await second, "");
});

test("a producer that throws, rejects or returns junk ends it, and nothing is left open", async () => {
  using place = new FifoPlace();
  const failure = new Error("no answer");
  const producers: [() => unknown, unknown][] = [
    [() => {
      throw failure;
    }, failure],
    [() => Promise.reject(failure), failure],
    [() => undefined, TypeError],
    [() => 5, TypeError],
    [() => Promise.resolve(null), TypeError],
  ];
  for (const [producer, expected] of producers) {
    const cat = run(["cat", place.path]);
    const serving = serveFifo(place.path, producer as () => string);
    if (expected === TypeError) await assert.rejects(serving, TypeError);
    else await assert.rejects(serving, (error) => error === failure);
    assert.equal(await cat, "");
  }
  await assert.rejects(serveFifo(place.path, "text" as unknown as () => string), TypeError);
  await assert.rejects(
    serveFifo(place.path, () => "", { signal: 5 as unknown as AbortSignal }),
    TypeError,
  );
  await assert.rejects(serveFifo(`${place.directory}/x`, () => "", { mode: 0o1000 }), RangeError);
});

test("a program that has ended its serving ends by itself; without permission it serves nothing", async () => {
  using place = new FifoPlace();
  const script = `${place.directory}/script.ts`;
  Deno.writeTextFileSync(
    script,
    `import { serveFifo } from "${library("fifo")}";
    const server = new AbortController();
    const path = Deno.args[0];
    const answer = () => { setTimeout(() => server.abort(), 10); return "answer"; };
    await serveFifo(path, answer, server).catch((error) => console.log(error.name));`,
  );
  const outcome = async (...flags: string[]) => {
    const command = denoCommand("run", "--no-prompt", "--allow-ffi", ...flags, script, place.path);
    const [text] = await Promise.all([run(command), flags.length < 2 || run(["cat", place.path])]);
    return text;
  };
  const [read, write] = [`--allow-read=${place.path}`, `--allow-write=${place.path}`];
  assert.equal(await outcome(read), "NotCapable\n");
  assert.equal(await outcome(write), "NotCapable\n");
  assert.equal(await outcome(read, write), "");
});
