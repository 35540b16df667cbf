/**
 * Counts interrupts while it works, and stops at a place of its own choosing when it has had enough.
 *
 *     deno run --allow-ffi examples/signals/handler.ts [HOW-MANY]
 *
 * Press Ctrl-C, or `kill -INT` the process.
 */
import { on } from "../../signals/mod.ts";
import { numeric, operands } from "../program.ts";

const [enough = "3"] = operands("[HOW-MANY]");
const wanted = numeric("HOW-MANY", enough);
let interrupts = 0;

using _ = on("INT", (name) => {
  interrupts++;
  console.log(`${name} number ${interrupts}`);
});

console.log(`process ${Deno.pid} is at work`);
while (interrupts < wanted) await piece(); // the handler runs while we await
console.log(`stopped after ${interrupts} interrupts`);

/** A piece of work, which is done to its end. */
async function piece(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
