/**
 * What is there, what was left behind, and how to clean up after a program that was killed.
 *
 *     deno run --allow-ffi examples/sysv/leftovers.ts [KEY]
 *
 * KEY is of a job queue that this program keeps like a service would: under a lease.
 */
import { lease, list, MessageQueue, reclaim } from "../../sysv/mod.ts";

for (const { kind, id, key, uid, mode } of list()) {
  const hex = (key >>> 0).toString(16).padStart(8, "0");
  console.log(`${kind} ${id}: key 0x${hex}, user ${uid}, mode ${mode.toString(8)}`);
}

// The kernel counts who has attached a segment. Nobody has, and its maker is dead: probably left behind.
for (const { id, attachCount, creator } of list("segment")) {
  if (attachCount > 0 || creator?.alive) continue;
  console.log(`segment ${id} is unused, and process ${creator?.pid} that made it is gone`);
}

// Of a queue or a set it counts nobody: so those who use it hold a lease, which ends with the process,
// however that ends. Without any, what is there was left behind.
const key = Number(Deno.args[0] ?? 0x10b5);
const cleanUp = () => MessageQueue.openOrCreate(key).remove();
console.log(reclaim(key, cleanUp) ? "cleaned up" : "in use by somebody else");

using _ = await lease(key);
using jobs = MessageQueue.openOrCreate(key);
await jobs.send("done by a program that may be killed at any time");
console.log(`queue ${jobs.id} is in use, so reclaim says ${reclaim(key, cleanUp)}`);
