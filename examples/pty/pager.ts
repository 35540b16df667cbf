/**
 * Drives `less`, which draws on the screen: searches for a word, goes to the end, and shows the screen each time.
 *
 *     deno run --allow-ffi --allow-run=less examples/pty/pager.ts [FILE [WORD]]
 *
 * A program that draws sends no lines but moves of the cursor. A terminal emulator, which here is that of
 * xterm.js without its window, makes a screen of them.
 */
import xterm from "npm:@xterm/headless@6.0.0";
import { EOF, spawnTerminal } from "../../pty/mod.ts";
import { operands } from "../program.ts";

const here = new URL("../../CONTRIBUTING.md", import.meta.url).pathname;
const [file = here, word = "examples"] = operands("[FILE [WORD]]");
const prompt = "less is ready"; // what it writes when all is drawn
const size = { columns: 80, rows: 24 };

const screen = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
await using less = spawnTerminal("less", [`-P${prompt}`, file], {
  ...size,
  env: { TERM: "xterm", LESS: "", LESSHISTFILE: "-" },
  timeout: 10_000,
  transcript: ({ direction, data }) => {
    if (direction === "received") screen.write(data.slice()); // it draws later
  },
});

await less.expect(prompt);
await less.send(`/${word}\r`);
const { which } = await less.expect({ found: prompt, missing: "(press RETURN)" });
await show(which === "found" ? `after the search for ${word}` : `there is no ${word}`);
if (which === "missing") {
  await less.sendLine(); // it waits for the Enter key
  await less.expect(prompt);
}
await less.send("G");
await less.expect(prompt);
await show("at the end");
await less.send("q");
await less.expect(EOF);
console.log(`less ended with ${(await less.wait()).code}`);
screen.dispose();

async function show(title: string): Promise<void> {
  await new Promise<void>((done) => screen.write("", done));
  console.log(`${title}:`);
  for (let row = 0; row < size.rows; row++) {
    console.log(`| ${screen.buffer.active.getLine(row)?.translateToString(true)}`);
  }
}
