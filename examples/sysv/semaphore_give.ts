/**
 * Gives back the semaphore that `semaphore_take.ts` has taken: one that waits for it goes on.
 *
 *     deno run --allow-ffi examples/sysv/semaphore_give.ts [KEY]
 */
import { SemaphoreSet } from "../../sysv/mod.ts";
import { numeric, operands } from "../program.ts";

const [key = "0x7ea"] = operands("[KEY]");
using set = SemaphoreSet.open(numeric("KEY", key));

if (set.tryOperate([{ index: 0, delta: -1 }])) {
  console.log("given");
} else {
  console.log("nobody has taken it"); // 0 minus 1 would have to wait
}
