/**
 * Reports something to the logger, as one record, whoever else reports in the same moment.
 *
 *     deno run --allow-ffi --allow-read --allow-write examples/fifo/report.ts PATH WORD...
 */
import { hasCode, openFifo } from "../../fifo/mod.ts";
import { operands } from "../program.ts";

const [path, ...report] = operands("PATH WORD...");

try {
  using log = await openFifo(path, "w", { timeout: 5000 }); // until there is a reader
  await log.write(`${report.join(" ")}\n`, { atomic: true }); // in one piece, or not at all
} catch (error) {
  if (error instanceof DOMException) console.error("nobody reads the log");
  else if (error instanceof RangeError) console.error("that is too long for one record");
  else if (hasCode(error, "EPIPE")) console.error("the logger has ended");
  else throw error;
  Deno.exitCode = 1;
}
