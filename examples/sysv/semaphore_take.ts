/**
 * Takes a semaphore, or waits until whoever has it gives it back.
 *
 *     deno run --allow-ffi examples/sysv/semaphore_take.ts [KEY]
 *
 * Run `semaphore_create.ts` first, then this one twice: the second waits for `semaphore_give.ts`.
 */
import { SemaphoreSet } from "../../sysv/mod.ts";
import { numeric, operands } from "../program.ts";

const [key = "0x7ea"] = operands("[KEY]");
using set = SemaphoreSet.open(numeric("KEY", key));

console.log("taking");
// Until it is 0, and then one more, in one step: nobody can come between the two. With `undo: true` in
// the second the kernel would give it back when we end; `set.lock()` is all that in one word.
await set.operate([{ index: 0, delta: 0 }, { index: 0, delta: 1 }]);
console.log("taken");
