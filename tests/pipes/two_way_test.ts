import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Fd, open2, open3, pipe, type TwoWay } from "../../pipes/mod.ts";
import { fixture, times } from "../harness.ts";
import { compiled } from "../fixtures/compiled.ts";
import { timed } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

const SIZE = 10 << 20;

/** 10 MiB that differ everywhere. */
const data = new Uint8Array(SIZE);
for (let i = 0, view = new DataView(data.buffer); i < SIZE / 4; i++) view.setUint32(4 * i, i + 1);
const inverted = data.map((byte) => ~byte);

async function ask(program: TwoWay, answers: AsyncGenerator<string>, question: string) {
  await program.stdin.write(question + "\n");
  return (await answers.next()).value;
}

test("a dialogue with cat -u: thousands of questions, each answered before the next", async () => {
  await using cat = open2("cat", ["-u"]);
  const answers = cat.stdout.lines();
  for (let i = 0; i < times({ short: 2000, soak: 100_000 }); i++) {
    assert.equal(await ask(cat, answers, `question ${i}`), `question ${i}`);
  }
  cat.stdin.close();
  assert.equal((await answers.next()).done, true);
  assert.equal((await cat.close()).code, 0);
});

test("a dialogue with bc, which keeps its variables", async () => {
  let bc;
  try {
    bc = open2("bc", ["-q"]);
  } catch {
    return console.log("skipped: this machine lacks bc");
  }
  await using _ended = bc;
  const answers = bc.stdout.lines();
  assert.equal(await ask(bc, answers, "a = 2 ^ 100; a"), "1267650600228229401496703205376");
  assert.equal(await ask(bc, answers, "scale = 5; a / 7"), "181092942889747057356671886482.28571");
  bc.stdin.close();
  assert.equal((await bc.close()).code, 0);
});

test("a dialogue with Perl, which does not keep what it prints", async () => {
  const code = `$| = 1; while (<STDIN>) { chomp; print scalar reverse($_), "\\n" } exit 8`;
  await using perl = open2("perl", ["-e", code]);
  const answers = perl.stdout.lines();
  for (const word of ["one", "", "x".repeat(10_000), "end"]) {
    assert.equal(await ask(perl, answers, word), [...word].reverse().join(""));
  }
  perl.stdin.close();
  assert.equal((await perl.close()).code, 8);
}, { needs: ["perl"] });

test("a dialogue with a C program, its errors apart", () =>
  compiled("dialogue.c", async (path) => {
    await using program = open3(path);
    const answers = program.stdout.lines();
    const errors = program.stderr.lines();
    assert.equal(await ask(program, answers, "hello"), "5 HELLO");
    assert.equal(await ask(program, answers, ""), "0 ");
    assert.equal((await errors.next()).value, "empty");
    assert.equal(await ask(program, answers, "close"), "closed");
    await assert.rejects(program.stdin.write("x"), { code: "EPIPE" });
    const [status, duration] = await timed(() => program.child.end());
    assert.equal(status.signal, "SIGTERM");
    assert.ok(duration < 4500); // it was not waited for until its grace was over
  }), { needs: ["gcc"] });

test("a program that would never answer: waiting for it ends with the timeout", async () => {
  const cat = open2("cat"); // which prints nothing before it has read something
  await assert.rejects(cat.stdout.read(new Uint8Array(1), { timeout: 20 }), {
    name: "TimeoutError",
  });
  await cat[Symbol.asyncDispose]();
  assert.throws(() => cat.child.kill(), { code: "ESRCH" });
});

test("open3 keeps output and errors apart, merges them, or puts them elsewhere", async () => {
  const args = ["-c", "cat; echo err >&2; exit 3"];
  {
    await using apart = open3("sh", args);
    const { stdout, stderr, status } = await apart.communicate("in\n");
    assert.deepEqual([text(stdout), text(stderr), status.code], ["in\n", "err\n", 3]);
  }
  {
    await using merged = open3("sh", args, { stderr: "merge" });
    assert.throws(() => merged.stderr, TypeError);
    const { stdout, stderr } = await merged.communicate("in\n");
    assert.deepEqual([text(stdout), text(stderr)], ["in\nerr\n", ""]);
  }
  {
    using out = pipe();
    using err = pipe();
    const given = open3("sh", args, { stdin: "null", stdout: out.writer, stderr: err.writer });
    assert.throws(() => given.stdin, TypeError);
    assert.equal((await given.close()).code, 3);
    out.writer.close();
    err.writer.close();
    assert.deepEqual(await Array.fromAsync(out.reader.lines()), []);
    assert.deepEqual(await Array.fromAsync(err.reader.lines()), ["err"]);
  }
  {
    using out = pipe();
    const both = open3("sh", args, { stdin: "null", stdout: out.writer, stderr: "merge" });
    await both.close();
    out.writer.close();
    assert.deepEqual(await Array.fromAsync(out.reader.lines()), ["err"]);
  }
  {
    await using quiet = open3("sh", args, { stdout: "null", stderr: "merge" });
    const { stdout, stderr, status } = await quiet.communicate("in\n");
    assert.deepEqual([stdout.length, stderr.length, status.code], [0, 0, 3]);
  }
  {
    using file = Fd.open("/etc/passwd");
    await using read = open3("head", ["-c4"], { stdin: file, stderr: "inherit" });
    assert.equal((await read.communicate()).text(), "root");
    assert.throws(() => read.stderr, TypeError);
  }
});

test("what we inherit can be given on, and further descriptors beside it", async () => {
  await using inherits = open3("sh", ["-c", "echo x >&7"], {
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    fds: { 7: "pipe" },
  });
  assert.deepEqual(await Array.fromAsync(inherits.child.fd(7).lines()), ["x"]);
});

test("a bogus command is ENOENT at once, for both", () => {
  for (let i = 0; i < 50; i++) {
    assert.throws(() => open2("no-such-program"), { code: "ENOENT", path: "no-such-program" });
    assert.throws(() => open3("no-such-program"), { code: "ENOENT", path: "no-such-program" });
    assert.throws(() => open3("cat", [], { stderr: "merged" as "merge" }), TypeError);
  }
});

for (const when of ["meanwhile", "first", "last"]) {
  const [command, ...args] = ["perl", fixture("flood.pl"), when, `${SIZE}`];

  test(`10 MiB in, 10 MiB out, 10 MiB of errors (${when}): communicate finishes`, async () => {
    await using program = open3(command, args);
    const { stdout, stderr, status } = await program.communicate(data);
    assert.equal(status.code, 3);
    assert.ok(equal(stdout, data) && equal(stderr, inverted));
  }, { needs: ["perl"] });

  test(`10 MiB in, 10 MiB out, 10 MiB of errors (${when}): streams finish`, async () => {
    await using program = open3(command, args);
    const { child } = program;
    const [stdout, stderr] = await Promise.all([
      new Response(child.stdout).bytes(),
      new Response(child.stderr).bytes(),
      new Blob([data]).stream().pipeTo(child.stdin),
    ]);
    assert.equal((await child.wait()).code, 3);
    assert.ok(equal(stdout, data) && equal(stderr, inverted));
  }, { needs: ["perl"] });
}

test("communicate takes its input piece by piece, and never writes after the reader has gone", async () => {
  async function* endless() {
    for (;;) yield await Promise.resolve("y\n");
  }
  await using head = open2("head", ["-n", "2"]);
  const { status, text } = await head.communicate(endless());
  assert.deepEqual([text(), status.code], ["y\ny\n", 0]);
});

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
