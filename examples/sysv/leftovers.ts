/**
 * What is there, what was left behind, and how a service cleans up after its killed predecessor.
 *
 *     deno run --allow-ffi examples/sysv/leftovers.ts [KEY]
 */
import { lease, list, MessageQueue, reclaim, remove } from "../../sysv/mod.ts";
import { numeric, operands } from "../program.ts";

const [word = "0x10b5"] = operands("[KEY]");

for (const { kind, id, key, uid, mode } of list()) {
  const hex = (key >>> 0).toString(16).padStart(8, "0");
  console.log(`${kind} ${id}: key 0x${hex}, user ${uid}, mode ${mode.toString(8)}`);
}

// The kernel counts who has attached a segment. Nobody has, and its maker is dead: probably left behind.
for (const { id, attachCount, creator } of list("segment")) {
  if (attachCount > 0 || creator?.alive) continue;
  console.log(`segment ${id} is unused, and process ${creator?.pid} that made it is gone`);
}

// Of a queue or a set it counts nobody. So whoever uses what is under a key holds a lease, which has a key of
// its own and ends with the process, even if that is killed; reclaim cleans up only where nobody holds one.
const key = numeric("KEY", word);
const leaseKey = key ^ 0x1ea5e000;
console.log(
  reclaim(leaseKey, removeQueue) ? "now there is no old queue" : "somebody uses the queue",
);
{
  using _ = await lease(leaseKey);
  using jobs = MessageQueue.openOrCreate(key);
  console.log(`queue ${jobs.id} is ours, so reclaim says ${reclaim(leaseKey, removeQueue)}`);
}
console.log(`and once we have left, ${reclaim(leaseKey, removeQueue)}`);

function removeQueue() {
  for (const queue of list("queue")) {
    if (queue.key !== key) continue;
    remove(queue);
    console.log(`removed queue ${queue.id}`);
  }
}
