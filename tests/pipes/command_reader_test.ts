import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Fd, pipe, pipeline, readFrom } from "../../pipes/mod.ts";
import { capture } from "../../process/mod.ts";
import { times } from "../harness.ts";
import { ended, exists, timed } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

test("what a program prints is read as bytes, as text, as lines and piece by piece", async () => {
  const printf = (text: string) => readFrom("printf", [text]);
  {
    await using reader = printf("\\000\\377\\n\\200");
    assert.deepEqual([...await reader.bytes()], [0, 255, 10, 128]);
  }
  {
    await using reader = printf("grün\\n");
    assert.equal(await reader.text(), "grün\n");
  }
  {
    await using reader = printf("a\\r\\n\\nlast");
    assert.deepEqual(await Array.fromAsync(reader.lines()), ["a", "", "last"]);
    assert.equal((await reader.close()).code, 0);
  }
  {
    await using reader = printf("abc");
    const buffer = new Uint8Array(2);
    assert.deepEqual([await reader.read(buffer), buffer[0]], [2, 97]);
    assert.deepEqual([await reader.read(buffer), buffer[0]], [1, 99]);
    assert.deepEqual([await reader.read(buffer), await reader.read(buffer)], [null, null]);
    assert.equal(await reader.text(), "", "nothing is left of it");
  }
});

test("a byte order mark is text like any other, be it read in lines or in one piece", async () => {
  const args = ["\\357\\273\\277text"];
  await using read = readFrom("printf", args);
  assert.equal(await read.text(), "\ufefftext");
  await using inLines = readFrom("printf", args);
  assert.deepEqual(await Array.fromAsync(inLines.lines()), ["\ufefftext"]);
  await using piped = pipeline([["printf", ...args], ["cat"]]);
  assert.equal(await piped.text(), "\ufefftext");
  assert.equal((await capture("printf", args)).text(), "\ufefftext");
  const error = await capture("printf", args, { maxBytes: 3 }).catch((error) => error);
  assert.equal(error.text(), "\ufefftext");
});

test("close gives the status: an exit code is no error, a signal has a name", async () => {
  const codes = [0, 1, 42, 255];
  for (const code of codes) {
    await using reader = readFrom("sh", ["-c", `echo x; exit ${code}`]);
    assert.equal(await reader.text(), "x\n");
    assert.deepEqual(await reader.close(), {
      success: code === 0,
      code,
      signal: null,
      coreDumped: false,
    });
    assert.equal((await reader.close()).code, code, "twice is harmless");
  }
  await using killed = readFrom("sh", ["-c", "kill -KILL $$"]);
  assert.equal((await killed.close()).signal, "SIGKILL");
});

test("closing before the end lets a program that goes on printing die of SIGPIPE, as everywhere", async () => {
  await using yes = readFrom("yes");
  await yes.read(new Uint8Array(100));
  assert.equal((await yes.close()).signal, "SIGPIPE");
});

test("a close that waits in vain ends with its timeout, and disposing ends the program", async () => {
  const reader = readFrom("sleep", ["100"]);
  await assert.rejects(reader.close({ timeout: 20 }), { name: "TimeoutError" });
  await assert.rejects(reader.close({ signal: AbortSignal.abort("no") }), (e) => e === "no");
  assert.ok(exists(reader.child.pid));
  await reader[Symbol.asyncDispose]();
  assert.equal((await reader.child.wait()).signal, "SIGTERM");
});

test("leaving the lines of an endless program ends it and reaps it, each time", async () => {
  for (let i = 0; i < times({ short: 20, soak: 500 }); i++) {
    await using yes = readFrom("yes", [`line ${i}`]);
    let count = 0;
    for await (const line of yes.lines()) {
      assert.equal(line, `line ${i}`);
      if (++count === 1 + i * 100) break;
    }
    assert.throws(() => yes.child.kill(), { code: "ESRCH" }, "it is reaped when the loop is left");
    assert.match((await yes.close()).signal!, /SIGPIPE|SIGTERM/);
  }
});

test("an error in the loop, and a line that is too long, end the program as well", async () => {
  await using yes = readFrom("yes");
  await assert.rejects(async () => {
    for await (const _ of yes.lines()) throw new Error("in the loop");
  }, /in the loop/);
  assert.throws(() => yes.child.kill(), { code: "ESRCH" });
  await using zeros = readFrom("cat", ["/dev/zero"]);
  await assert.rejects(async () => {
    for await (const _ of zeros.lines({ maxLength: 1000 }));
  }, RangeError);
  assert.throws(() => zeros.child.kill(), { code: "ESRCH" });
});

test("a bogus command is ENOENT at once, with its name, and costs no descriptor", () => {
  for (let i = 0; i < 50; i++) {
    assert.throws(() => readFrom("no-such-program", ["x"]), {
      name: "SyscallError",
      code: "ENOENT",
      path: "no-such-program",
    });
    assert.throws(() => readFrom("/etc"), { code: "EACCES" });
    assert.throws(() => readFrom("ls", ["a\0b"]), TypeError);
  }
});

test("reading that is given up leaves the program and what it prints later", async () => {
  await using cat = readFrom("sh", ["-c", "read x; echo got $x"], { fds: { 0: "pipe" } });
  await assert.rejects(cat.text({ timeout: 20 }), { name: "TimeoutError" });
  await assert.rejects(cat.read(new Uint8Array(1), { signal: AbortSignal.timeout(5) }), {
    name: "TimeoutError",
  });
  await cat.child.fd(0).write("it\n");
  assert.equal(await cat.text(), "got it\n");
});

test("its other descriptors are what fds say: an Fd, nothing, the same as its output", async () => {
  using ends = pipe();
  ends.writer.writeSync("through an Fd");
  ends.writer.close();
  await using cat = readFrom("cat", [], { fds: { 0: ends.reader } });
  assert.equal(await cat.text(), "through an Fd");
  await using nothing = readFrom("cat", [], { fds: { 0: "null" } });
  assert.equal(await nothing.text(), "");
  await using merged = readFrom("sh", ["-c", "echo out; echo err >&2"], { fds: { 2: 1 } });
  assert.deepEqual(await Array.fromAsync(merged.lines()), ["out", "err"]);
  using file = Fd.open("/etc/passwd");
  await using head = readFrom("head", ["-c", "4"], { fds: { 0: file } });
  assert.equal(await head.text(), "root");
});

test("64 MiB arrive unchanged", async () => {
  const code = `my $p = join "", map { pack "N", $_ } 0 .. 262143; print $p for 1 .. 64`;
  await using reader = readFrom("perl", ["-e", code]);
  const bytes = await reader.bytes();
  assert.equal(bytes.length, 64 << 20);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let i = 0; i < 64 << 18; i += 4097) assert.equal(view.getUint32(4 * i), i % (1 << 18));
}, { needs: ["perl"] });

test("text that is cut anywhere by the pipe is whole again", async () => {
  const code =
    `$| = 1; for (split //, "\\xe2\\x82\\xac\\xf0\\x9f\\x90\\xaa\\n") { print; select undef, undef, undef, 0.001 }`;
  await using reader = readFrom("perl", ["-e", code]);
  assert.deepEqual(await Array.fromAsync(reader.lines()), ["€🐪"]);
  await using other = readFrom("perl", ["-e", code]);
  assert.equal(await other.text(), "€🐪\n");
}, { needs: ["perl"] });

test(
  "a grandchild that keeps the pipe: the child's end is told, and its group goes with it",
  async () => {
    const code = `$| = 1; if (my $pid = fork) { print "$pid\\n"; exit 5 } sleep 100 while 1`;
    {
      await using reader = readFrom("perl", ["-e", code], { processGroup: "new" });
      const [line] = Buffer.from(await firstBytes(reader.fd)).toString().split("\n");
      await assert.rejects(reader.text({ timeout: 50 }), { name: "TimeoutError" });
      assert.equal((await reader.child.wait()).code, 5);
      assert.ok(exists(Number(line)));
      const [, duration] = await timed(() => reader[Symbol.asyncDispose]());
      assert.ok(duration < 4500, `${duration} ms`);
      await ended(Number(line));
    }
    await using alone = readFrom("perl", ["-e", code]);
    const [line] = Buffer.from(await firstBytes(alone.fd)).toString().split("\n");
    assert.equal((await alone.close()).code, 5, "close does not wait for grandchildren");
    Deno.kill(Number(line), "SIGKILL");
    await ended(Number(line));
  },
  { needs: ["perl"] },
);

async function firstBytes(fd: Fd): Promise<Uint8Array> {
  const buffer = new Uint8Array(100);
  return buffer.subarray(0, await fd.read(buffer) ?? 0);
}

test("the time for all that a program prints is for all of it, however often it prints", async () => {
  const ticking = ["-c", "while sleep 0.02; do echo tick; done"];
  for (const program of [["sh", ...ticking], ["yes"]]) {
    await using reader = readFrom(program[0], program.slice(1));
    await assert.rejects(reader.text({ timeout: 200 }), { name: "TimeoutError" });
  }
});

test("with no time all is read that is there already", async () => {
  await using reader = readFrom("echo", ["hi"]);
  await reader.child.wait();
  assert.equal(await reader.text({ timeout: 0 }), "hi\n");
});
