/**
 * Reads the list of processes line by line, and stops as soon as it has seen enough.
 *
 *     deno run --allow-ffi --allow-run=ps examples/pipes/read_ps.ts [COMMAND]
 */
import { readFrom } from "../../pipes/mod.ts";
import { operands } from "../program.ts";

const [wanted = "deno"] = operands("[COMMAND]");
let seen = 0;

await using ps = readFrom("ps", ["-eo", "pid=,comm="]);
for await (const line of ps.lines()) {
  const [pid, command] = line.trim().split(/\s+/);
  seen++;
  if (command !== wanted) continue;
  console.log(`process ${pid} runs ${command}, line ${seen}`);
  break; // ps need not go on: it is ended and reaped, however much it had left to say
}

// Ended by us it has a signal, if it was not faster; an exit code would not be an error either.
const { signal, code } = await ps.close();
console.log(signal === null ? `ps ended with ${code}` : `ps was ended by ${signal}`);
