/**
 * Makes the semaphores that `semaphore_take.ts` and `semaphore_give.ts` share, or removes them.
 *
 *     deno run --allow-ffi examples/sysv/semaphore_create.ts [KEY [remove]]
 */
import { SemaphoreSet } from "../../sysv/mod.ts";

const [key = "0x7ea", action] = Deno.args;

if (action === "remove") {
  SemaphoreSet.open(Number(key)).remove();
  console.log(`removed the set under key ${key}`);
} else {
  // All of them are 0, which is to say free: nothing must be initialized, so it does not matter who of
  // several programs comes first.
  const set = SemaphoreSet.openOrCreate(Number(key), { count: 10, mode: 0o666 });
  console.log(`set ${set.id} under key ${key} has the values ${set.values().join(" ")}`);
}
