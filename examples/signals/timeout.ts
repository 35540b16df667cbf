/**
 * Runs commands one after the other, all within one period. The one that has not ended by then is ended, with all that
 * it has started, and no zombie stays; Ctrl-C ends it as well.
 *
 *     deno run --allow-ffi --allow-run examples/signals/timeout.ts [MILLISECONDS COMMAND...]
 */
import { capture } from "../../process/mod.ts";
import { on, withTimeout } from "../../signals/mod.ts";
import { numeric, operands } from "../program.ts";

const given = operands("[MILLISECONDS COMMAND...]");
const [period, ...scripts] = given.length > 0 ? given : ["1000", "date", "sleep 1000"];

const end = new AbortController();
using _ = on(["INT", "TERM"], (name) => end.abort(new Error(name))); // they are in groups of their own, where none comes

try {
  await withTimeout(numeric("MILLISECONDS", period), async (late) => {
    const signal = AbortSignal.any([late, end.signal]);
    for (const script of scripts) {
      const { status } = await capture("sh", ["-c", script], { signal, processGroup: "new" });
      console.log(`${script}: ${status.signal ?? status.code}`);
    }
  });
} catch (error) {
  if (!(error instanceof DOMException) || error.name !== "TimeoutError") throw error;
  console.log(`${period} ms were not enough`);
  Deno.exitCode = 1;
}
