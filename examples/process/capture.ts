/**
 * Perl's backticks: runs a program to its end, and has all that it printed in memory.
 *
 *     deno run --allow-ffi --allow-run examples/process/capture.ts [COMMAND [ARG...]]
 */
import { capture, CommunicationError } from "../../process/mod.ts";
import { operands } from "../program.ts";

const given = operands("[COMMAND [ARG...]]");
const [command, ...args] = given.length > 0 ? given : ["ps", "-eo", "pid=,comm="];

try {
  const output = await capture(command, args, { timeout: 10_000, maxBytes: 1 << 20 });
  const lines = output.text().split("\n").slice(0, -1);
  for (const line of lines.toSorted().slice(0, 5)) console.log(line);
  const { length } = output.stderr;
  console.log(`${lines.length} lines, ${length} bytes of errors, exit code ${output.status.code}`);
} catch (error) {
  // It took too long, or printed too much; it has been ended, and what it had printed is not lost.
  if (!(error instanceof CommunicationError)) throw error;
  console.log(`${error.message}, after ${error.stdout.length} bytes`);
  Deno.exitCode = 1;
}
