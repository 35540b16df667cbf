/**
 * Prints into a program that may break, and tells how it ended: a sorter by default.
 *
 *     deno run --allow-ffi --allow-run examples/pipes/spooler.ts [COMMAND [ARG...]]
 *
 * Try it with `false`, which reads nothing, and with `bogus`, which does not exist.
 */
import { BrokenPipeError, hasCode, writeTo } from "../../pipes/mod.ts";
import { operands } from "../program.ts";

const [command = "sort", ...args] = operands("[COMMAND [ARG...]]");

try {
  await using spooler = writeTo(command, args);
  // More than a pipe holds, so that we hear of a reader that has gone.
  for (let page = 2000; page > 0; page--) {
    await spooler.write(`page ${String(page).padStart(4, "0")} ${"~".repeat(60)}\n`);
  }
  const { success, code } = await spooler.close();
  console.error(success ? "spooled" : `${command} has read all, but failed with ${code}`);
} catch (error) {
  if (error instanceof BrokenPipeError) {
    console.error(`the pipe broke: ${command} ended with ${error.status?.code}`);
  } else if (hasCode(error, "ENOENT")) {
    console.error(`there is no ${command}`); // known at once, not at the first write
  } else {
    throw error;
  }
  Deno.exitCode = 1;
}
