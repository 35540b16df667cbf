/**
 * Shared memory: writes a message into a segment and reads it back.
 *
 *     deno run --allow-ffi examples/sysv/shared_memory.ts [KEY]
 *
 * Without a key the segment is ours alone and goes with us. With one it stays for other programs: look
 * at it with `ipcs -m`, remove it with `ipcrm -M KEY`.
 */
import { SharedMemory } from "../../sysv/mod.ts";
import { numeric, operands } from "../program.ts";

const [word] = operands("[KEY]");
const key = word === undefined ? "private" : numeric("KEY", word);
using memory = SharedMemory.openOrCreate(key, { size: 2000 });
console.log(`segment ${memory.id} of ${memory.size} bytes`);

const message = "The kettle is on";
memory.write(message, 0, 60); // zeros behind it, so that nothing older shows through
console.log(`wrote "${message}"`);

const found = memory.readText(0, 60); // up to the first zero
console.log(`read  "${found}"`);
console.log(found === message ? "the same" : "not the same");
