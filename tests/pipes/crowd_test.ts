import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { open2, pipeline, readFrom, writeTo } from "../../pipes/mod.ts";
import { times } from "../harness.ts";
import { test } from "../fixtures/warm_reactor.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("16 programs read at once and as many files: neither starves the other", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    const endless = Array.from({ length: 16 }, () => readFrom("sleep", ["100"]));
    const waiting = endless.map((reader) => reader.text().catch((error) => error));
    const busy = Array.from({ length: 16 }, (_, i) => readFrom("yes", [`${i}`]));
    const counts = busy.map(async (reader, i) => {
      let count = 0;
      for await (const line of reader.lines()) {
        assert.equal(line, `${i}`);
        if (++count === times({ short: 20_000, soak: 1_000_000 })) return count;
      }
    });
    const files = Array.from({ length: 64 }, async (_, i) => {
      const path = `${directory}/${i}`;
      await Deno.writeTextFile(path, `${i}`.repeat(1000));
      return await Deno.readTextFile(path) === `${i}`.repeat(1000);
    });
    assert.deepEqual(new Set(await Promise.all(files)), new Set([true]));
    assert.equal(new Set(await Promise.all(counts)).size, 1);
    await Promise.all([...endless, ...busy].map((reader) => reader[Symbol.asyncDispose]()));
    for (const result of await Promise.all(waiting)) assert.match(`${result}`, /Fd is closed/);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

test("children of Deno's own beside ours: each gets its own output, end of file and status", async () => {
  const denos = Array.from({ length: 20 }, async (_, i) => {
    const child = new Deno.Command("sh", {
      args: ["-c", `cat; exit ${i}`],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(Buffer.from(`deno ${i}`));
    await writer.close();
    const { code, stdout } = await child.output();
    assert.deepEqual([code, decode(stdout)], [i, `deno ${i}`]);
  });
  const ours = Array.from({ length: 20 }, async (_, i) => {
    const child = open2("sh", ["-c", `cat; exit ${i}`]);
    const { status, text } = await child.communicate(`ours ${i}`);
    assert.deepEqual([status.code, text()], [i, `ours ${i}`]);
  });
  const lines = Array.from({ length: 20 }, async (_, i) => {
    await using all = pipeline([["echo", `${i}`], ["cat"], ["cat"]]);
    assert.equal(await all.text(), `${i}\n`);
    assert.equal((await all.status({ pipefail: true })).code, 0);
  });
  const writers = Array.from({ length: 20 }, async (_, i) => {
    const writer = writeTo("sh", ["-c", `read line; exit "$line"`]);
    await writer.write(`${i}\n`);
    assert.equal((await writer.close()).code, i);
  });
  await Promise.all([...denos, ...ours, ...lines, ...writers]);
});

test("difficult children at once: each has a clear end, within the period of grace", async () => {
  const perl = (code: string) =>
    readFrom("perl", ["-e", `$| = 1; ${code}`], { processGroup: "new" });
  const stubborn = `$SIG{$_} = "IGNORE" for qw(TERM PIPE HUP INT);`;
  const readers = [
    perl(`${stubborn} print "on\\n"; sleep 1 while 1`),
    perl(`${stubborn} print "on\\n" while 1`),
    perl(`print "on\\n"; kill STOP => $$; sleep 100`),
    perl(`${stubborn} fork; print "on\\n"; sleep 1 while 1`),
    perl(`print "on\\n"; fork and exit 3; ${stubborn} sleep 1 while 1`),
    perl(`print "on\\n"; close STDOUT; sleep 100`),
    perl(`print "on\\n"; kill SEGV => $$`),
  ];
  const stages = pipeline([
    ["sh", "-c", "kill -STOP $$"],
    ["perl", "-e", `$| = 1; ${stubborn} print "on\\n"; sleep 1 while 1`],
  ]);
  const started = performance.now();
  let on = started; // when the last of them was up
  const stopping = (async () => {
    for await (const line of stages.lines()) {
      assert.equal(line, "on");
      on = performance.now();
      break;
    }
    for (const child of stages.children) assert.throws(() => child.kill(), { code: "ESRCH" });
    return (await stages.statuses()).map(({ signal }) => signal);
  })();
  const ends = await Promise.all(readers.map(async (reader) => {
    for await (const line of reader.lines()) {
      assert.equal(line, "on");
      on = performance.now();
      break;
    }
    assert.throws(() => reader.child.kill(), { code: "ESRCH" });
    const { code, signal } = await reader.close();
    return signal ?? code;
  }));
  assert.deepEqual(await stopping, ["SIGTERM", "SIGKILL"]);
  const over = performance.now();
  assert.ok(over - started > 4900 && over - on < 9900, `${over - started} ms, ${over - on} ms`);
  const [first, second, third, fourth, fifth, sixth, seventh] = ends;
  assert.deepEqual([first, second, fourth], ["SIGKILL", "SIGKILL", "SIGKILL"]);
  assert.deepEqual([third, sixth], ["SIGTERM", "SIGTERM"]);
  assert.ok(fifth === 3 || fifth === "SIGTERM", `${fifth}`);
  assert.ok(seventh === "SIGSEGV" || seventh === "SIGTERM", `${seventh}`);
}, { needs: ["perl"] });
