/**
 * Asks a question, and goes on without an answer when the alarm clock rings.
 *
 *     deno run --allow-ffi examples/signals/alarm.ts [SECONDS]
 */
import { alarm, on } from "../../signals/mod.ts";
import { numeric, operands } from "../program.ts";

const [seconds = "10"] = operands("[SECONDS]");

using _ = on("ALRM", () => {
  console.log("then not");
  Deno.exit(1);
});

alarm(numeric("SECONDS", seconds));
console.log(`Your name, within ${seconds} s?`);
const buffer = new Uint8Array(1000);
const size = await Deno.stdin.read(buffer) ?? 0;
const left = alarm(0); // no alarm any more

const name = new TextDecoder().decode(buffer.subarray(0, size)).trim();
console.log(`${name} was ${left > 1 ? "quick" : "just in time"}`);
