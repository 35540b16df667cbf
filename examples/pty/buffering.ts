/**
 * The same question to the same program, in a pipe and in a terminal.
 *
 *     deno run --allow-ffi --allow-run=tr examples/pty/buffering.ts [LINE]
 *
 * Most programs keep what they write into a pipe until some thousand bytes have gathered. Who waits for the
 * answer before he closes the pipe waits for ever; in a terminal each line comes at once.
 */
import { open2 } from "../../pipes/mod.ts";
import { spawnTerminal } from "../../pty/mod.ts";
import { operands } from "../program.ts";

const [line = "are you there?"] = operands("[LINE]");
const command = ["tr", ["a-z", "A-Z"]] as const;

await using piped = open2(...command);
await piped.stdin.write(`${line}\n`);
try {
  const { value } = await piped.stdout.lines({ timeout: 500 }).next();
  console.log(`in a pipe: ${value}`);
} catch (error) {
  if (!(error instanceof DOMException && error.name === "TimeoutError")) throw error;
  console.log("in a pipe: no answer within 500 ms");
}
piped.stdin.close(); // its end of file: now it writes what it has
for await (const answer of piped.stdout.lines()) {
  console.log(`in a pipe, once it is closed: ${answer}`);
}

await using terminal = spawnTerminal(...command, { echo: false, timeout: 10_000 });
await terminal.sendLine(line);
console.log(`in a terminal: ${(await terminal.expect("\r\n")).before}`);
