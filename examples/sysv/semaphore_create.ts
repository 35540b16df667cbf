/**
 * Makes the semaphores that `semaphore_take.ts` and `semaphore_give.ts` share, or removes them.
 *
 *     deno run --allow-ffi examples/sysv/semaphore_create.ts [KEY [remove]]
 */
import { SemaphoreSet } from "../../sysv/mod.ts";
import { misused, numeric, operands } from "../program.ts";

const [word = "0x7ea", action = "create"] = operands("[KEY [remove]]");
const key = numeric("KEY", word);

if (action === "remove") {
  SemaphoreSet.open(key).remove();
  console.log(`removed the set under key ${word}`);
} else if (action !== "create") {
  misused(`there is no ${action}`);
} else {
  // All of them are 0, which is to say free: nothing must be initialized, so it does not matter who of
  // several programs comes first.
  const set = SemaphoreSet.openOrCreate(key, { count: 10, mode: 0o666 });
  console.log(`set ${set.id} under key ${word} has the values ${set.values().join(" ")}`);
}
