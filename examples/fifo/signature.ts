/**
 * Keeps a `.signature` that is another one each time it is read: a FIFO, with us at its other end.
 *
 *     deno run --allow-ffi --allow-run --allow-read --allow-write examples/fifo/signature.ts [PATH [COMMAND [ARG...]]]
 *     cat .signature
 *
 * A name, and below it what COMMAND prints, `fortune -s` for example. Ctrl-C ends it.
 */
import { serveFifo } from "../../fifo/mod.ts";
import { capture } from "../../process/mod.ts";
import { on } from "../../signals/mod.ts";

const [path = ".signature", command = "date", ...args] = Deno.args;

const end = new AbortController();
using _ = on(["INT", "TERM"], () => end.abort());

let answers = 0;
console.log(`serving ${path}`);
await serveFifo(path, async () => {
  const saying = await capture(command, args, end);
  answers++;
  return `Ada Example (ada@example.org)\n${saying.text()}`;
}, { mode: 0o644, signal: end.signal });
console.log(`${answers} signatures were read`);
