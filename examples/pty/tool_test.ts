/**
 * The tests of one's own command-line tool on a real terminal.
 *
 *     deno test --allow-ffi --allow-run examples/pty/tool_test.ts
 */
import { equal } from "node:assert/strict";
import { readFrom } from "../../pipes/mod.ts";
import { EOF, spawnTerminal, type Terminal, type TerminalOptions } from "../../pty/mod.ts";

const path = new URL("tool.ts", import.meta.url).pathname;
const tool = [Deno.execPath(), ["run", "--quiet", "--no-prompt", path]] as const;
const colors = { NO_COLOR: "" }; // whatever our own environment says

function start(options: TerminalOptions = {}): Terminal {
  return spawnTerminal(...tool, { env: colors, timeout: 20_000, ...options });
}

/** The tool when its question was answered. */
async function begun(options?: TerminalOptions): Promise<Terminal> {
  const terminal = start(options);
  await terminal.expect("Go on? [y/N] ");
  await terminal.sendLine("y");
  return terminal;
}

/** The bar that is drawn next, but for its end. */
async function bar(terminal: Terminal): Promise<string> {
  await terminal.expect("\r\x1b[K");
  return (await terminal.expect(">")).before;
}

Deno.test("the warning is red on a terminal, unless somebody wants no colors", async () => {
  await using terminal = start();
  await terminal.expect("\x1b[31mthis takes a minute\x1b[m\r\n");
  await using plain = start({ env: { NO_COLOR: "1" } });
  equal((await plain.expect("Go on?")).before, "this takes a minute\r\n");
});

Deno.test("in a pipe the warning has no color, and nobody is asked", async () => {
  await using reader = readFrom(...tool, { env: colors });
  const lines = reader.lines();
  equal((await lines.next()).value, "this takes a minute");
  equal((await lines.next()).value, "at work");
});

Deno.test("nothing is done without a yes", async () => {
  await using terminal = start();
  await terminal.expect("Go on? [y/N] ");
  await terminal.sendLine();
  await terminal.expect("then not\r\n");
  await terminal.expect(EOF);
  equal((await terminal.wait()).code, 1);
});

Deno.test("the bar fills the window, also after its size has changed", async () => {
  await using terminal = await begun({ columns: 60 });
  equal(await bar(terminal), "=".repeat(58));
  terminal.resize({ columns: 40, rows: 10 });
  equal(await bar(terminal), "=".repeat(38));
});

Deno.test("^C calls it off, with the exit code that shells expect", async () => {
  await using terminal = await begun();
  await bar(terminal);
  await terminal.sendControl("c");
  await terminal.expect("called off\r\n");
  equal((await terminal.wait()).code, 130);
});
