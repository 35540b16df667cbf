/**
 * Gathers what several programs report into one log: each line is a record, and no two are ever mixed.
 *
 *     deno run --allow-ffi --allow-read --allow-write examples/fifo/logger.ts [PATH]
 *     echo "disk is full" > log
 *
 * Ctrl-C ends it, and removes the FIFO.
 */
import { mkfifo, openFifo } from "../../fifo/mod.ts";
import { on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const [path = "log"] = operands("[PATH]");

const end = new AbortController();
using _ = on(["INT", "TERM"], () => end.abort());

mkfifo(path);
try {
  using log = await openFifo(path, "r", { keepOpen: true, signal: end.signal }); // writers come and go
  let records = 0;
  for await (const record of log.lines(end)) console.log(`${++records} ${record}`);
} catch (error) {
  if (error !== end.signal.reason) throw error;
} finally {
  Deno.removeSync(path);
}
