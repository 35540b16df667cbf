import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { capture, communicate, CommunicationError, spawn } from "../../process/mod.ts";
import { fixture, run, times } from "../harness.ts";
import { children, ended, exists, program, timed, timedWithin } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** What `attempt` fails with, which must be a CommunicationError. */
async function failure(attempt: Promise<unknown>): Promise<CommunicationError> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof CommunicationError) return error;
    throw error;
  }
  throw new Error("has not failed");
}

test("output and errors are captured as bytes and text, and the status beside them", async () => {
  const { stdout, stderr, status, text } = await capture("sh", [
    "-c",
    "printf 'gr\\303\\274n\\000\\377'; echo bad >&2; exit 3",
  ]);
  assert.deepEqual([...stdout.subarray(-3)], [110, 0, 255]);
  assert.equal(text(), "grün\0\ufffd");
  assert.equal(decode(stderr), "bad\n");
  assert.deepEqual(status, { success: false, code: 3, signal: null, coreDumped: false });
  assert.equal((await capture("sh", ["-c", "kill -TERM $$"])).status.signal, "SIGTERM");
  assert.equal((await capture("true")).stdout.length, 0);
});

test("input is text, bytes, a stream or any async iterable; without it there is nothing to read", async () => {
  async function* pieces() {
    yield "a";
    await Promise.resolve();
    yield new Uint8Array([98, 0]);
    yield "";
    yield "ü";
  }
  const stream = () => new Blob(["stream"]).stream();
  assert.equal((await capture("cat", [], { input: "grün" })).text(), "grün");
  assert.deepEqual(
    [...(await capture("cat", [], { input: new Uint8Array([0, 255]) })).stdout],
    [0, 255],
  );
  assert.equal((await capture("cat", [], { input: stream() })).text(), "stream");
  assert.equal((await capture("cat", [], { input: pieces() })).text(), "ab\0ü");
  assert.equal((await capture("cat", [], { input: "" })).text(), "");
  assert.equal((await capture("cat")).text(), "");
});

test("fds say otherwise: merged, let through, thrown away", async () => {
  const args = ["-c", "echo out; echo err >&2"];
  const merged = await capture("sh", args, { fds: { 2: 1 } });
  assert.deepEqual([merged.text(), merged.stderr.length], ["out\nerr\n", 0]);
  const quiet = await capture("sh", args, { fds: { 2: "null" } });
  assert.deepEqual([quiet.text(), quiet.stderr.length], ["out\n", 0]);
  const code = `const { stdout } = await process.capture("sh", ${
    JSON.stringify(args)
  }, { fds: { 2: 1, 1: "inherit" } });
    console.log(stdout.length);`;
  assert.equal(await run(program(code)), "out\nerr\n0\n");
});

test("too much output ends the program, and the error carries what came until then", async () => {
  for (const args of [["-c", "exec yes"], ["-c", "exec yes >&2"]]) {
    const [error, duration] = await timedWithin(
      4900,
      () => failure(capture("sh", args, { maxBytes: 1000 })),
    );
    assert.ok(error.cause instanceof RangeError);
    assert.match(error.message, /More than 1000 bytes/);
    const bytes = error.stdout.length + error.stderr.length;
    assert.ok(bytes > 1000 && bytes < 200_000, `${bytes}`);
    assert.match(decode(error.stdout) + decode(error.stderr), /^(y\n)+y?$/);
    assert.match(error.status.signal!, /SIGTERM|SIGPIPE/);
    assert.ok(duration < 4900, `${duration} ms`); // it was not waited for until its grace was over
    assert.deepEqual(children(), []);
  }
  assert.equal((await capture("printf", ["12345"], { maxBytes: 5 })).text(), "12345");
  const error = await failure(capture("printf", ["123456"], { maxBytes: 5 }));
  assert.equal(error.text(), "123456");
  assert.equal((await capture("true", [], { maxBytes: 0 })).text(), "");
});

test("timeout and signal end the program, and say so as the cause", async () => {
  const args = ["-c", "echo so far; echo errors >&2; exec sleep 100"];
  let late: CommunicationError, timeout = 50;
  do {
    late = await failure(capture("sh", args, { timeout: timeout *= 2 }));
  } while ((late.text() === "" || late.stderr.length === 0) && timeout < 20_000); // it was too slow
  assert.equal((late.cause as DOMException).name, "TimeoutError");
  assert.match(late.message, new RegExp(`^The child was ended: .*${timeout} ms`));
  assert.deepEqual([late.text(), decode(late.stderr)], ["so far\n", "errors\n"]);
  assert.equal(late.status.signal, "SIGTERM");
  const reason = { any: "thing" };
  const controller = new AbortController();
  const aborted = failure(capture("sh", args, { signal: controller.signal }));
  setTimeout(() => controller.abort(reason), 50);
  assert.equal((await aborted).cause, reason);
  assert.deepEqual(children(), []);
  await assert.rejects(capture("sh", args, { signal: AbortSignal.abort("at once") }), (error) => {
    return error === "at once";
  });
});

test("a program that blocks SIGTERM is killed when its grace is over", async () => {
  const blocked = { signalMask: ["SIGTERM"], timeout: 50 }; // from its first moment
  const [error, duration] = await timed(() => failure(capture("sleep", ["1000"], blocked)));
  assert.equal(error.status.signal, "SIGKILL");
  assert.ok(duration > 4900, `${duration} ms`);
});

test("a program that closes its standard input early is no error", async () => {
  const input = new Uint8Array(1 << 22);
  const closed = await capture("sh", ["-c", "exec <&-; sleep 0.05; echo done"], { input });
  assert.deepEqual([closed.text(), closed.status.code], ["done\n", 0]);
  assert.equal((await capture("head", ["-c", "3"], { input })).stdout.length, 3);
  assert.equal((await capture("true", [], { input })).status.code, 0);
  const killed = await capture("perl", ["-e", "sysread STDIN, $_, 9; kill KILL => $$"], { input });
  assert.equal(killed.status.signal, "SIGKILL");
}, { needs: ["perl"] });

test("an input that never comes does not outlast the program", async () => {
  const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
  const { status } = await capture("true", [], { input: silent, timeout: 50_000 });
  assert.equal(status.code, 0);
});

test("an input that fails is the cause, and ends the program", async () => {
  async function* input() {
    yield "some";
    await Promise.resolve();
    throw new Error("no more input");
  }
  const error = await failure(capture("cat", [], { input: input() }));
  assert.match(`${error.cause}`, /no more input/);
  assert.deepEqual(children(), []);
});

test("an input is told to end only when it is left early, and may answer that as it likes", async () => {
  const told: string[] = [];
  const input = (end: number, answer: () => unknown) => ({
    [Symbol.asyncIterator]() {
      let i = 0;
      const next = async () => {
        await Promise.resolve();
        if (i === end - 1 && end > 9) throw new Error("no more input");
        return i++ === end ? { done: true, value: undefined } : { done: false, value: "input" };
      };
      return { next, return: () => (told.push("end"), answer()) };
    },
  } as AsyncIterable<string>);
  const plain = () => ({ done: true, value: undefined });
  assert.equal((await capture("cat", [], { input: input(2, plain) })).text(), "inputinput");
  await failure(capture("cat", [], { input: input(10, plain) }));
  assert.deepEqual(told, []);
  const fails = () => {
    throw new Error("has no end");
  };
  for (
    const answer of [
      plain,
      () => undefined,
      fails,
      () => Promise.reject(new Error("nor here")),
    ]
  ) {
    const endless = input(-1, answer);
    const { status } = await capture("true", [], { input: endless });
    assert.equal(status.code, 0);
  }
  assert.equal(told.length, 4);
});

test(
  "a grandchild that keeps the pipe: the timeout ends it, and with a group the grandchild",
  async () => {
    const code = `$| = 1; if (my $pid = fork) { print "$pid\\n"; exit 5 } sleep 40`;
    for (const processGroup of [undefined, "new"] as const) {
      let error: CommunicationError, timeout = 150;
      for (;;) {
        error = await failure(capture("perl", ["-e", code], { timeout, processGroup }));
        if (error.status.code === 5 && error.text() !== "") break;
        if (processGroup === undefined && error.text() !== "") { // but was too slow
          Deno.kill(Number(error.text()), "SIGKILL");
        }
        if ((timeout *= 4) > 30_000) break;
      }
      assert.equal(error.status.code, 5);
      const pid = Number(error.text());
      if (processGroup === undefined) {
        assert.ok(exists(pid));
        Deno.kill(pid, "SIGKILL");
      }
      await ended(pid);
    }
  },
  { needs: ["perl"] },
);

for (const options of [{ processGroup: "new" }, { session: true }] as const) {
  test(`a program that led a group is reaped, with what it has left there (${Object.keys(options)})`, async () => {
    const { text, status } = await capture(
      "sh",
      ["-c", "sleep 100 >&- 2>&- & echo $!; exit 3"],
      options,
    );
    assert.equal(status.code, 3);
    assert.deepEqual(children(), []);
    await ended(Number(text()));
  });
}

test(
  "a leader that has become another user's, whom we may not signal, is reaped once it has ended",
  async () => {
    const code = `const { capture, spawn } = process;
    const other = { uid: 65534, gid: 65534, groups: [], session: true };
    console.log((await capture("id", ["-u"], other)).text());
    await using child = spawn("true", [], other);
    await child.wait();
    console.log((await child.end()).code, child.reaped);`;
    const command = ["setpriv", "--bounding-set=-kill", ...program(code)];
    assert.equal(await run(command), "65534\n\n0 true\n");
  },
  { needs: ["root"] },
);

test("64 MiB come through unchanged", async () => {
  const code = `my $p = join "", map { pack "N", $_ } 0 .. 262143; print $p for 1 .. 64`;
  const { stdout } = await capture("perl", ["-e", code]);
  assert.equal(stdout.length, 64 << 20);
  const piece = Buffer.from(stdout.subarray(0, 1 << 20));
  assert.equal(piece.readUInt32BE(4 * 262143), 262143);
  for (let i = 0; i < 64; i++) {
    assert.equal(Buffer.compare(piece, stdout.subarray(i << 20, (i + 1) << 20)), 0);
  }
}, { needs: ["perl"] });

test("a megabyte in, out and as errors, in any order", async () => {
  const size = 1 << 20;
  const input = new Uint8Array(size);
  for (let i = 0, view = new DataView(input.buffer); i < size / 4; i++) {
    view.setUint32(4 * i, i + 1);
  }
  for (const when of ["meanwhile", "first", "last"]) {
    const { stdout, stderr, status } = await capture(
      "perl",
      [fixture("flood.pl"), when, `${size}`],
      { input },
    );
    assert.equal(status.code, 3);
    assert.equal(Buffer.compare(stdout, input), 0);
    assert.equal(Buffer.compare(stderr, input.map((byte) => ~byte)), 0);
  }
}, { needs: ["perl"] });

test("misuse is told as such, and starts nothing that goes on", async () => {
  const code =
    `for (const options of [{ maxBytes: -1 }, { maxBytes: NaN }, { timeout: -1 }, { timeout: NaN }]) {
      const result = await process.capture("sleep", ["100"], options).catch((error) => error.name);
      const left = (await process.capture("ps", ["--ppid", String(Deno.pid), "-o", "pid=,comm="])).text();
      const pids = left.trim().split("\\n").filter((line) => line.includes("sleep")).map(parseFloat);
      for (const pid of pids) Deno.kill(pid, "SIGKILL");
      console.log(Object.keys(options)[0], result, pids.length);
    }`;
  assert.deepEqual((await run(program(code))).trim().split("\n"), [
    "maxBytes RangeError 0",
    "maxBytes RangeError 0",
    "timeout RangeError 0",
    "timeout RangeError 0",
  ]);
  await assert.rejects(capture("no-such-program"), { code: "ENOENT", path: "no-such-program" });
}, { needs: ["procps"] });

test("communicate reads what is left of a child that was talked to before", async () => {
  const child = spawn("cat", [], { fds: { 0: "pipe", 1: "pipe" } });
  await child.fd(0).write("first\n");
  await child.fd(1).read(new Uint8Array(6));
  assert.equal((await communicate(child, "second")).text(), "second");
  const without = spawn("sh", ["-c", "exit 4"], { fds: { 0: "null", 1: "null" } });
  assert.equal((await communicate(without)).status.code, 4);
});

test("a signal that is aborted already ends the child as a later one does; misuse leaves it alone", async () => {
  const child = spawn("sleep", ["100"], { fds: { 1: "pipe" } });
  for (
    const [options, name] of [[{ signal: "now" }, "TypeError"], [{ timeout: -1 }, "RangeError"]]
  ) {
    await assert.rejects(communicate(child, "", options as { timeout: number }), { name });
  }
  assert.equal(child.tryWait(), undefined);
  const error = await failure(communicate(child, "", { signal: AbortSignal.abort("at once") }));
  assert.equal(error.cause, "at once");
  assert.equal(error.status.signal, "SIGTERM");
  assert.deepEqual([child.reaped, child.fd(1).closed], [true, true]);
});

test("many at once, some of which fail in every way: nothing goes unhandled", async () => {
  const code =
    `addEventListener("unhandledrejection", (event) => console.log("unhandled", event.reason));
    const { capture } = process;
    async function* bad() { yield "x"; throw new Error("bad input") }
    const attempts = Array.from({ length: ${times({ short: 10, soak: 200 })} }, () => [
      capture("cat", [], { input: "x".repeat(1e5) }),
      capture("yes", [], { maxBytes: 10 }),
      capture("sleep", ["100"], { timeout: 20 }),
      capture("sleep", ["100"], { timeout: 0 }),
      capture("sleep", ["100"], { input: "x".repeat(1e6), signal: AbortSignal.timeout(10) }),
      capture("cat", [], { input: bad() }),
      capture("true", [], { input: "x".repeat(1e6) }),
      capture("no-such-program"),
    ]).flat();
    const results = await Promise.allSettled(attempts);
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log([...new Set(results.map(({ status }, i) => i % 8 + status[0]))].join());`;
  assert.equal(await run(program(code)), "0f,1r,2r,3r,4r,5r,6f,7r\n");
});
