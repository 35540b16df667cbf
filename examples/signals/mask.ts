/**
 * Holds signals back during a part, looks which have come, and lets them have their effect afterwards.
 *
 *     deno run --allow-ffi examples/signals/mask.ts
 *
 * Press Ctrl-C. Enter shows what has come; the part lasts until the end of input, Ctrl-D.
 */
import { mask, on, pending } from "../../signals/mod.ts";
import { operands } from "../program.ts";

operands(""); // none

using _ = on(["INT", "TERM"], (name) => console.log(`${name} is handled`));

{
  using _ = mask(["INT", "TERM"]);
  console.log(`process ${Deno.pid} holds back`);
  while (await Deno.stdin.read(new Uint8Array(100)) !== null) {
    console.log(`has come: ${pending().join(", ") || "nothing"}`);
  }
} // now they are handled, each once

await new Promise((resolve) => setTimeout(resolve)); // handlers run between two turns of the event loop
console.log("done");
