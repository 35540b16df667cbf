/**
 * Does something while nobody else does, and does not wait for ever for its turn: as `flock -w`.
 *
 *     deno run --allow-ffi --allow-run --allow-read --allow-write examples/signals/lock.ts FILE MILLISECONDS [COMMAND [ARG...]]
 */
import { capture, Fd } from "../../process/mod.ts";
import { numeric, operands } from "../program.ts";

const [path, patience, command = "date", ...args] = operands(
  "FILE MILLISECONDS [COMMAND [ARG...]]",
);
const timeout = numeric("MILLISECONDS", patience);

using file = Fd.open(path, { write: true, create: true, mode: 0o600 });
try {
  using _ = await file.lock({ timeout }); // no alarm, and nothing blocks
  const output = await capture(command, args);
  console.log(output.text().trimEnd());
} catch (error) {
  if (!(error instanceof DOMException) || error.name !== "TimeoutError") throw error;
  console.log(`somebody else has had ${path} for ${patience} ms`);
  Deno.exitCode = 1;
}
