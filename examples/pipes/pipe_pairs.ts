/**
 * Two pipes and a fork: parent and child talk to each other.
 *
 *     deno run --allow-ffi --allow-run examples/pipes/pipe_pairs.ts
 */
import { type Fd, pipe } from "../../pipes/mod.ts";
import { ensureForkable, fork } from "../../process/mod.ts";
import { operands } from "../program.ts";

operands(""); // none

ensureForkable();

using down = pipe();
using up = pipe();
const parent = Deno.pid;

await using child = fork(() => {
  down.writer.close(); // what we hold open ourselves would never end
  up.reader.close();
  console.log(`child has read: ${readSync(down.reader)}`);
  up.writer.writeSync(`greetings to process ${parent}`);
});
down.reader.close();
up.writer.close();

await down.writer.write(`greetings to process ${child.pid}`);
down.writer.close(); // the child reads to the end
for await (const line of up.reader.lines()) console.log(`parent has read: ${line}`);
console.log(`the child ended with ${(await child.status).code}`);

/** All that comes; in a forked child nothing can be awaited. */
function readSync(from: Fd): string {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024);
  let text = "";
  for (let size; (size = from.readSync(buffer)) !== null;) {
    text += decoder.decode(buffer.subarray(0, size), { stream: true });
  }
  return text;
}
