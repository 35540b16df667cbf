/**
 * Forks, and reads what the child prints. One child is this very program, with all that it knows; the
 * other one becomes another program, which gets its arguments as they are.
 *
 *     deno run --allow-ffi --allow-run examples/pipes/fork_reader.ts [COMMAND [ARG...]]
 */
import { forkReader } from "../../pipes/mod.ts";
import { ensureForkable, exec } from "../../process/mod.ts";
import { operands } from "../program.ts";

ensureForkable(); // first of all: it may start this program anew

const given = operands("[COMMAND [ARG...]]");
const [command = "echo", ...args] = given.length > 0 ? given : ["echo", "$HOME; `ls`"];
const prices = new Map([["tea", 3], ["cake", 4]]);

await using bill = forkReader(() => {
  for (const [what, price] of prices) console.log(`${what} ${price}`);
});
let total = 0;
for await (const line of bill.lines()) total += Number(line.split(" ")[1]);
console.log(`the child's bill is ${total}`);

await using program = forkReader(() => {
  try {
    exec(command, args); // no shell sees the arguments
  } catch (error) {
    console.error((error as Error).message);
    return 127; // as a shell has it
  }
});
for await (const line of program.lines()) console.log(`${command} says: ${line}`);
console.log(`it ended with ${(await program.close()).code}`);
