/**
 * Makes a FIFO where there is none, with exactly these permissions.
 *
 *     deno run --allow-ffi --allow-read --allow-write examples/fifo/mkfifo.ts [PATH [MODE]]
 */
import { hasCode, isFifo, mkfifo } from "../../fifo/mod.ts";
import { numeric, operands } from "../program.ts";

const [path = "jobs", mode = "600"] = operands("[PATH [MODE]]");

try {
  mkfifo(path, { mode: numeric("MODE", mode, 8) }); // whatever the umask says
  console.log(`made ${path}`);
} catch (error) {
  if (!hasCode(error, "EEXIST")) throw error;
  console.log(isFifo(path) ? `${path} is one already` : `${path} is something else`);
  if (!isFifo(path)) Deno.exitCode = 1;
}
