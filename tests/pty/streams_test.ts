import assert from "node:assert/strict";
import { spawnTerminal } from "../../pty/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";

test("a terminal is a stream in both directions, and closing what is typed ends the input", async () => {
  await using terminal = spawnTerminal("sort", [], { echo: false });
  const typed = ReadableStream.from(["pear\n", new TextEncoder().encode("apple\n")])
    .pipeTo(terminal.writable);
  assert.equal(await new Response(terminal.readable).text(), "apple\r\npear\r\n");
  await typed;
  assert.equal((await terminal.wait()).code, 0);
});

test("a stream begins with what was seen and not taken", async () => {
  await using terminal = spawnTerminal("printf", ["one: two three"], { timeout: 20_000 });
  await terminal.expect(":");
  assert.equal(terminal.unread, " two three");
  assert.equal(await new Response(terminal.readable).text(), " two three");
});

test("lines come without their ends, and leaving the loop leaves the rest", async () => {
  await using terminal = spawnTerminal("sh", ["-c", "echo one; echo two; printf three"]);
  assert.deepEqual(await Array.fromAsync(terminal.lines()), ["one", "two", "three"]);
});

test("cancelling the stream hangs up, and so does aborting the other", async () => {
  await using one = spawnTerminal("sleep", ["1000"]);
  await one.readable.cancel();
  assert.equal((await one.wait()).signal, "SIGHUP");
  await using two = spawnTerminal("sleep", ["1000"]);
  await two.writable.abort();
  assert.equal((await two.wait()).signal, "SIGHUP");
});

test("closing what is typed ends the input also after a line without end", async () => {
  await using terminal = spawnTerminal("cat", [], { echo: false });
  await ReadableStream.from(["no end"]).pipeTo(terminal.writable);
  assert.equal(await new Response(terminal.readable).text(), "no end");
});

for (const line of ["hello\r", new TextEncoder().encode("hello\r"), "hello\n"]) {
  test(`closing what is typed ends no second input after ${Deno.inspect(line)}`, async () => {
    const script = "cat; echo FIRST; cat; echo SECOND";
    await using terminal = spawnTerminal("sh", ["-c", script], { echo: false, timeout: 20_000 });
    await ReadableStream.from([line]).pipeTo(terminal.writable);
    assert.equal((await terminal.expect("FIRST\r\n")).before, "hello\r\n");
    await terminal.sendLine("more");
    await terminal.sendEof();
    assert.equal((await terminal.expect("SECOND")).before, "more\r\n");
  });
}

for (
  const [modes, typed, read] of [
    ["-icrnl", "no end\r", "no end\r"],
    ["igncr", "no end\r", "no end"],
    ["-icrnl inlcr", "no end\n", "no end\r"],
  ]
) {
  test(
    `with stty ${modes}, closing what is typed behind ${
      Deno.inspect(typed)
    } ends the input all the same`,
    async () => {
      const script = `stty ${modes}; echo set; cat; echo END`;
      await using terminal = spawnTerminal("sh", ["-c", script], { echo: false, timeout: 20_000 });
      await terminal.expect("set\r\n");
      await ReadableStream.from([typed]).pipeTo(terminal.writable);
      assert.equal((await terminal.expect("END")).before, read);
    },
  );
}

test("where a line feed ends no line, a stream of nothing ends one input only", async () => {
  const script = "stty inlcr; echo set; cat; echo FIRST; cat; echo SECOND";
  await using terminal = spawnTerminal("sh", ["-c", script], { echo: false, timeout: 20_000 });
  await terminal.expect("set\r\n");
  await ReadableStream.from([]).pipeTo(terminal.writable);
  await terminal.expect("FIRST\r\n");
  await terminal.send("more\r");
  await terminal.sendEof();
  assert.equal((await terminal.expect("SECOND")).before, "more\r\n");
});

test("a flood in which something is always found holds up no timer and not its own end", async () => {
  await using flood = spawnTerminal("yes");
  const end = performance.now() + 30_000; // it would have none of its own
  const finding = async () => {
    const signal = AbortSignal.timeout(100);
    while (performance.now() < end) await flood.expect("y\r\n", { signal });
  };
  await assert.rejects(finding(), { name: "TimeoutError" });
});
