/**
 * Signals that are treated alike, as groups: some say that the program shall end, others only tell it something.
 *
 *     deno run --allow-ffi examples/signals/traps.ts
 */
import { ignore, listen, on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

operands(""); // none

const news = ["HUP", "USR2", "WINCH"];
const ends = ["INT", "QUIT", "TERM"];

using _ = ignore(["TSTP", "TTIN", "TTOU"]); // no job control
let heard = 0;
using __ = on(news, (name) => console.log(`${name}: noted, ${++heard} in all`));
using ending = listen(ends); // what comes between two steps is kept

console.log(`process ${Deno.pid} listens`);
const { value: name } = await ending.next();
console.log(`${name}: tidying up`);
