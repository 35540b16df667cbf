/**
 * A message queue: sends a message and receives the oldest one of its type.
 *
 *     deno run --allow-ffi examples/sysv/message_queue.ts [KEY]
 *
 * Without a key the queue is ours alone and goes with us, so we get our own message. With one it stays
 * for other programs, and what they sent before us comes first. `ipcrm -Q KEY` removes it.
 */
import { MessageQueue } from "../../sysv/mod.ts";
import { numeric, operands } from "../program.ts";

const [word] = operands("[KEY]");
const key = word === undefined ? "private" : numeric("KEY", word);
using queue = MessageQueue.openOrCreate(key);
console.log(`queue ${queue.id}`);

const sent = "Two tickets, please";
await queue.send(sent, { type: 12 });
console.log(`sent     "${sent}"`);

const message = await queue.receive({ type: 12, timeout: 5000 });
console.log(`received "${message.text()}" of type ${message.type}`);
console.log(message.text() === sent ? "the same" : "another one");
