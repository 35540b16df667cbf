import assert from "node:assert/strict";
import { EOF, spawnTerminal } from "../../pty/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { fixture, times } from "../harness.ts";

/** The terminal that is at a path, told from another program's which gets the same number later. */
function terminalAt(path: string): string | undefined {
  try {
    return `${path} since ${Deno.lstatSync(path).ctime?.getTime()}`;
  } catch {
    return undefined;
  }
}

test("200 terminals at once are answered each, and closing them leaves none", async () => {
  let paths: string[], terminals: (string | undefined)[];
  {
    await using stack = new AsyncDisposableStack();
    const all = Array.from({ length: 200 }, () =>
      stack.use(
        spawnTerminal("sh", ["-c", "echo ready; read name; echo hello $name; cat"], {
          timeout: 50_000,
        }),
      ));
    paths = all.map(({ pty }) => pty.path);
    terminals = paths.map(terminalAt);
    assert.equal(new Set(terminals).size, 200);
    await Promise.all(all.map(async (terminal, i) => {
      await terminal.expect("ready\r\n");
      await terminal.sendLine(`number ${i}`);
      assert.equal((await terminal.expect(/hello number (\d+)\r\n/)).captures[0], String(i));
    }));
  }
  assert.deepEqual(paths.map(terminalAt).filter((one) => one && terminals.includes(one)), []);
});

test(
  "a program that prints while nobody reads is held back, and then nothing is lost",
  async () => {
    const mebibytes = times({ short: 8, soak: 100 });
    await using terminal = spawnTerminal("perl", [fixture("pty/flood.pl"), String(mebibytes)]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const io = Deno.readTextFileSync(`/proc/${terminal.child.pid}/io`); // our own memory grows by itself
    const written = Number(/^wchar: (\d+)$/m.exec(io)![1]);
    assert.ok(written < 2 ** 18, `it could print ${written} bytes though nobody reads`);
    let expected = 1;
    for await (const line of terminal.lines()) {
      if (Number(line) !== expected) assert.fail(`line ${expected} is ${line}`);
      expected++;
    }
    assert.equal(expected - 1, mebibytes * 16384);
    assert.equal((await terminal.wait()).code, 0);
  },
  { needs: ["perl"], watchdog: 300 },
);

test("a flood that is searched in vain leaves the bound, and no more memory", async () => {
  const mebibytes = times({ short: 8, soak: 100 });
  await using terminal = spawnTerminal("perl", [fixture("pty/flood.pl"), String(mebibytes)], {
    maxBuffer: 64 * 1024,
  });
  const before = Deno.memoryUsage().rss;
  const { before: rest, forgotten } = await terminal.expect(["never", /[a-z]{3}never/, EOF]);
  assert.equal(rest.length, 64 * 1024);
  assert.equal(forgotten + rest.length, mebibytes * 16384 * 65); // with the \r of each line
  assert.ok(rest.endsWith(`${mebibytes * 16384}\r\n`));
  assert.ok(Deno.memoryUsage().rss - before < 64 * 2 ** 20, "memory grows with what is searched");
}, { needs: ["perl"], watchdog: 300 });
