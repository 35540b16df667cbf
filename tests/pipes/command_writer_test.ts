import assert from "node:assert/strict";
import {
  BrokenPipeError,
  type CommandWriter,
  pipe,
  SyscallError,
  writeTo,
} from "../../pipes/mod.ts";
import { run } from "../harness.ts";
import { program, timed } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** Writes until it fails, and returns what it failed with. */
async function untilBroken(writer: CommandWriter): Promise<unknown> {
  const data = new Uint8Array(1 << 16);
  try {
    for (;;) await writer.write(data);
  } catch (error) {
    return error;
  }
}

test("what is written is what the program reads, to the last byte", async () => {
  using ends = pipe();
  const sum = writeTo("cksum", [], { fds: { 1: ends.writer } });
  const data = crypto.getRandomValues(new Uint8Array(50_000));
  for (let i = 0; i < 20; i++) await sum.write(data);
  await sum.write("grün\n");
  assert.equal((await sum.close()).code, 0);
  ends.writer.close();
  const [line] = await Array.fromAsync(ends.reader.lines());
  assert.equal(line.split(" ")[1], `${20 * 50_000 + 6}`);
});

test("close is the end of file and gives the status, twice as well", async () => {
  const writer = writeTo("sh", ["-c", "cat >/dev/null; exit 6"]);
  await writer.write("x");
  assert.deepEqual([(await writer.close()).code, (await writer.close()).code], [6, 6]);
  await assert.rejects(writer.write("x"), { name: "TypeError", message: "Fd is closed" });
});

test("a program that has ended breaks the pipe: the error has its command and status", async () => {
  for (const [code, check] of [["exit 4", 4], ["kill -KILL $$", 137]] as const) {
    await using writer = writeTo("sh", ["-c", code]);
    const error = await untilBroken(writer);
    assert.ok(error instanceof BrokenPipeError && error instanceof SyscallError);
    assert.deepEqual([error.code, error.syscall, error.command], ["EPIPE", "write", "sh"]);
    assert.equal(error.status?.code, check);
    assert.match(error.message, check === 4 ? /exit code 4/ : /SIGKILL/);
    assert.equal((await writer.close()).code, check);
  }
});

test("one that closes its standard input early and goes on breaks it without a status", async () => {
  await using writer = writeTo("sh", ["-c", "exec <&-; exec sleep 100"]);
  const error = await untilBroken(writer);
  assert.ok(error instanceof BrokenPipeError);
  assert.deepEqual([error.command, error.status], ["sh", undefined]);
  assert.match(error.message, /closed its standard input/);
});

test("one that dies in the middle of our write breaks it with how it died", async () => {
  await using writer = writeTo("perl", ["-e", "sysread STDIN, $_, 10000; kill KILL => $$"]);
  await assert.rejects(writer.write(new Uint8Array(1 << 20)), {
    name: "BrokenPipeError",
    status: { success: false, code: 137, signal: "SIGKILL", coreDumped: false },
  });
}, { needs: ["perl"] });

test("EPIPE never kills the program that writes", async () => {
  const code = `const writer = pipes.writeTo("true");
    await writer.child.wait();
    for (let i = 0; i < 3; i++) await writer.write("x").catch((error) => console.log(error.name, error.code));
    console.log((await writer.close()).code);`;
  assert.equal(await run(program(code)), "BrokenPipeError EPIPE\n".repeat(3) + "0\n");
});

test("a write that nobody reads ends with its timeout or signal", async () => {
  await using writer = writeTo("sleep", ["100"]);
  const data = new Uint8Array(1 << 20);
  await assert.rejects(writer.write(data, { timeout: 20 }), { name: "TimeoutError" });
  await assert.rejects(writer.write(data, { signal: AbortSignal.timeout(20) }), {
    name: "TimeoutError",
  });
});

test("a program that stops itself neither breaks nor ends until it is disposed", async () => {
  const writer = writeTo("sh", ["-c", "kill -STOP $$; cat"]);
  await assert.rejects(writer.write(new Uint8Array(1 << 20), { timeout: 50 }), {
    name: "TimeoutError",
  });
  const [, duration] = await timed(() => writer[Symbol.asyncDispose]());
  assert.ok(duration < 4500, `${duration} ms`);
  assert.match((await writer.child.wait()).signal!, /SIGTERM/);
});

test("a bogus command is ENOENT at once", () => {
  for (let i = 0; i < 50; i++) {
    assert.throws(() => writeTo("no-such-program"), { code: "ENOENT", path: "no-such-program" });
  }
});
