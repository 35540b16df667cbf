/**
 * Keeps a `.signature` that is another one each time it is read: a FIFO, with us at its other end.
 *
 *     deno run --allow-ffi --allow-run --allow-read --allow-write examples/fifo/signature.ts [PATH [COMMAND [ARG...]]]
 *     cat .signature
 *
 * A name, and below it what COMMAND prints, `fortune -s` for example. Ctrl-C ends it, and removes the FIFO
 * unless it was there before.
 */
import { isFifo, serveFifo } from "../../fifo/mod.ts";
import { capture } from "../../process/mod.ts";
import { on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const [path = ".signature", command = "date", ...args] = operands("[PATH [COMMAND [ARG...]]]");

const end = new AbortController();
using _ = on(["INT", "TERM"], () => end.abort());

const there = isFifo(path);
let answers = 0;
console.log(`serving ${path}`);
try {
  await serveFifo(path, answer, { mode: 0o644, signal: end.signal });
} finally {
  if (!there && isFifo(path)) Deno.removeSync(path); // who reads it now would wait for ever
}
console.log(`${answers} signatures were written`);

async function answer(): Promise<string> {
  const saying = await capture(command, args, end);
  answers++;
  return `Ada Example (ada@example.org)\n${saying.text()}`;
}
