import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Fd, pipe, type Pipeline, pipeline } from "../../pipes/mod.ts";
import { fixture, run, times } from "../harness.ts";
import { childless, program } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { inputLines, poll, readFrom } from "../../pipes/mod.ts";

const SIZE = 10 << 20;

function codes(statuses: { code: number }[]): number[] {
  return statuses.map(({ code }) => code);
}

/** So many bytes, a multiple of 4, no part of which is like another: the numbers from 1 on. */
function distinct(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < size / 4; i++) view.setUint32(4 * i, i + 1);
  return bytes;
}

function assertReaped({ children }: Pipeline): void {
  for (const child of children) assert.throws(() => child.kill(), { code: "ESRCH" });
}

test("each program reads what the one before prints", async () => {
  const input = "pear\napple\npear\n";
  await using counted = pipeline([["sort"], ["uniq", "-c"], ["sort", "-rn"]], { input });
  const lines = (await Array.fromAsync(counted.lines())).map((line) => line.trim());
  assert.deepEqual(lines, ["2 pear", "1 apple"]);
  assert.deepEqual(codes(await counted.statuses()), [0, 0, 0]);
});

test("there is a status for each; one for all is the last one's, or with pipefail the last failure", async () => {
  const stage = (code: number) => ["sh", "-c", `cat; exit ${code}`] as const;
  const cases: [number[], number, number][] = [
    [[0, 0, 0], 0, 0],
    [[3, 0, 0], 0, 3],
    [[3, 4, 0], 0, 4],
    [[0, 0, 5], 5, 5],
    [[7, 0, 5], 5, 5],
  ];
  for (const [stages, plain, pipefail] of cases) {
    await using all = pipeline(stages.map(stage), { input: "x" });
    assert.equal(await all.text(), "x");
    assert.deepEqual(codes(await all.statuses()), stages);
    assert.equal((await all.status()).code, plain);
    assert.equal((await all.status({ pipefail: true })).code, pipefail);
  }
});

test("a stage that fails at once, or is killed, lets the others end by themselves", async () => {
  await using all = pipeline([["yes"], ["sh", "-c", "kill -KILL $$"], ["cat"]]);
  assert.equal(await all.text(), "");
  const statuses = await all.statuses();
  assert.deepEqual(statuses.map(({ signal }) => signal), ["SIGPIPE", "SIGKILL", null]);
  assert.equal((await all.status({ pipefail: true })).signal, "SIGKILL");
});

test("a bogus stage, wherever it is: ENOENT at once, and none goes on", async () => {
  for (let i = 0; i < 4; i++) {
    const stages: [string, ...string[]][] = [["yes"], ["cat"], ["cat"], ["cat"]];
    stages[i] = ["no-such-program", "x"];
    assert.throws(() => pipeline(stages, { stdout: "null" }), {
      code: "ENOENT",
      path: "no-such-program",
    });
  }
  assert.throws(() => pipeline([]), TypeError);
  assert.throws(() => pipeline([["yes"], ["cat", "a\0b"]]), TypeError);
  assert.throws(() => pipeline([["yes"], [] as unknown as [string]]), TypeError);
  await childless(); // they have been killed, and are reaped in the background
});

test("a consumer that stops early ends all of them", async () => {
  for (let i = 0; i < times({ short: 10, soak: 300 }); i++) {
    await using all = pipeline([["yes"], ["cat"], ["cat"]]);
    for await (const line of all.lines()) {
      assert.equal(line, "y");
      if (Math.random() < 0.01) break;
    }
    assertReaped(all);
  }
  await using failed = pipeline([["yes"], ["cat"]]);
  await assert.rejects(async () => {
    for await (const _ of failed.lines()) throw new Error("in the loop");
  }, /in the loop/);
  assertReaped(failed);
});

test("input is text, bytes, a stream, any async iterable, an Fd or a file", async () => {
  const bytes = distinct(300_000);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 999) {
      yield await Promise.resolve(bytes.subarray(at, at + 999));
    }
  }
  for (const input of [bytes, new Blob([bytes]).stream(), pieces()]) {
    await using all = pipeline([["cat"], ["cat"]], { input });
    assert.deepEqual(await all.bytes(), bytes);
  }
  await using text = pipeline([["cat"]], { input: "grün" });
  assert.equal(await text.text(), "grün");
  await using nothing = pipeline([["cat"]], { input: "" });
  assert.equal(await nothing.text(), "");
  using ends = pipe();
  ends.writer.writeSync("from an Fd");
  ends.writer.close();
  await using given = pipeline([["cat"], ["cat"]], { stdin: ends.reader });
  assert.equal(await given.text(), "from an Fd");
  using file = Fd.open("/etc/passwd");
  await using head = pipeline([["head", "-1"], ["cut", "-d:", "-f1"]], { stdin: file });
  assert.equal(await head.text(), "root\n");
});

test("output goes to an Fd, a file or nowhere; errors of all of them to one place", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    using file = Fd.open(`${directory}/out`, { write: true, create: true });
    using log = Fd.open(`${directory}/log`, { append: true, create: true });
    const stage = (n: number) => ["sh", "-c", `cat; echo ${n} >&2`] as const;
    await using all = pipeline([stage(1), stage(2)], { input: "x", stdout: file, stderr: log });
    assert.throws(() => all.output, TypeError);
    await assert.rejects(all.text(), TypeError);
    await all.statuses();
    assert.equal(Deno.readTextFileSync(`${directory}/out`), "x");
    const lines = Deno.readTextFileSync(`${directory}/log`).trim().split("\n");
    assert.deepEqual(lines.sort(), ["1", "2"]);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
  using ends = pipe();
  await using _all = pipeline([["echo", "x"], ["cat"]], { stdout: ends.writer });
  ends.writer.close();
  assert.deepEqual(await Array.fromAsync(ends.reader.lines()), ["x"]);
  await using nowhere = pipeline([["yes"], ["head", "-n", "100000"]], { stdout: "null" });
  assert.equal((await nowhere.status()).code, 0);
});

test("20 programs, none of which holds another one's pipe open: the end of file passes through", async () => {
  const input = distinct(1 << 20);
  await using all = pipeline(Array.from({ length: 20 }, () => ["cat"] as const), { input });
  assert.deepEqual(await all.bytes(), input);
  assert.deepEqual(new Set(codes(await all.statuses())), new Set([0]));
});

test(
  "no stage finds another descriptor than 0, 1 and 2, nor a child of Deno's one of our pipes",
  async () => {
    const code = `use POSIX; my @in = <STDIN>; my @fds;
    for (0 .. 1023) { my $copy = POSIX::dup($_); if (defined $copy) { push @fds, $_; POSIX::close($copy) } }
    print @in, "@fds\\n"`;
    const stage = ["perl", "-e", code] as const;
    const beside = async () => {
      const args = stage.slice(1);
      const { stdout } = await new Deno.Command("perl", { args, stdin: "null" }).output();
      return new TextDecoder().decode(stdout);
    };
    const before = await beside();
    await using all = pipeline([stage, stage, stage], { stdin: "null" });
    assert.equal(await beside(), before);
    assert.equal(await all.text(), "0 1 2\n".repeat(3));
  },
  { needs: ["perl"] },
);

test("10 MiB through a stage that writes as much of errors: all of it arrives", async () => {
  const data = distinct(SIZE);
  const inverted = data.map((byte) => ~byte);
  for (const when of ["meanwhile", "first", "last"]) {
    using errors = pipe();
    const flood = ["perl", fixture("flood.pl"), when, `${SIZE}`] as const;
    await using all = pipeline([["cat"], flood, ["cat"]], { input: data, stderr: errors.writer });
    errors.writer.close();
    const collected = new Response(errors.reader.readable).bytes();
    const output = await all.bytes();
    assert.deepEqual(codes(await all.statuses()), [0, 3, 0]);
    assert.ok(Buffer.compare(output, data) === 0);
    assert.ok(Buffer.compare(await collected, inverted) === 0);
  }
}, { needs: ["perl"] });

test("a first stage that does not read its input to the end is no error", async () => {
  await using all = pipeline([["head", "-c", "5"], ["cat"]], { input: "x".repeat(1 << 20) });
  assert.equal(await all.text(), "xxxxx");
  assert.deepEqual(codes(await all.statuses()), [0, 0]);
});

test("an input that never comes holds up neither the end nor the status", async () => {
  const silent = () => new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
  const all = pipeline([["cat"], ["cat"]], { input: silent() });
  await all[Symbol.asyncDispose]();
  assertReaped(all);
  await using done = pipeline([["true"], ["cat"]], { input: silent() });
  assert.equal(await done.text(), "");
  await done.statuses();
});

test("an input that fails is told to who asks how it went, and never kills the program", async () => {
  const code = `async function* input() { yield "x\\n"; throw new Error("no more input"); }
    {
      await using all = pipes.pipeline([["cat"], ["cat"]], { input: input() });
      console.log((await all.text()).trim());
      await new Promise((resolve) => setTimeout(resolve, 20));
      try { await all.statuses(); console.log("no error"); } catch (error) { console.log(error.message) }
    }
    console.log("alive");`;
  assert.match(await run(program(code)), /^x\nno more input\n(.*\n)*alive\n$/);
});

test("a pipeline that is disposed while it writes never kills the program", async () => {
  const code = `{
      await using all = pipes.pipeline([["sleep", "100"], ["cat"]], { input: "x".repeat(1e6) });
    }
    console.log("alive");`;
  assert.equal(await run(program(code)), "alive\n");
});

test("its options hold for each stage: directory, environment, group", async () => {
  const pwd = ["sh", "-c", "cat; echo $PWD $N"] as const;
  const options = { cwd: "/", env: { N: "1" }, processGroup: "new", input: "" } as const;
  await using all = pipeline([pwd, pwd], options);
  assert.equal(await all.text(), "/ 1\n/ 1\n");
});

test("a stage that is no array is refused before anything is started", () => {
  const expected = { name: "TypeError", message: /^A stage must be an array .*, got "uniq"$/ };
  const stages = [["sort"], "uniq"] as unknown as string[][];
  assert.throws(() => pipeline(stages as [string][]), expected);
});

test("null and text where a list belongs are a TypeError that names them", async () => {
  const none = null as never;
  const text = "ls" as never;
  const cases: [RegExp, () => unknown][] = [
    [/^Stages must be an array, got null/, () => pipeline(none)],
    [/^Stages must be an array, got "ls"/, () => pipeline(text)],
    [/^env must be an object, got null/, () => pipeline([["true"]], { env: none })],
    [/^fds must be an object, got "ls"/, () => readFrom("true", [], { fds: text })],
    [/^Sources must be an array, got "ls"/, () => inputLines(text).next()],
    [/^A source that is no path must be an array, got null/, () => inputLines([none]).next()],
    [/^What is waited for must be an object, got null/, () => poll(none)],
    [/^read must be an array, got null/, () => poll({ read: none })],
  ];
  for (const [message, attempt] of cases) {
    await assert.rejects(async () => void await attempt(), { name: "TypeError", message });
  }
});
