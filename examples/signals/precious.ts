/**
 * A part that Ctrl-C does not interrupt, nor anything that it calls; after it Ctrl-C does what it did before.
 *
 *     deno run --allow-ffi examples/signals/precious.ts
 *     nohup deno run --allow-ffi examples/signals/precious.ts
 *
 * Each step waits for Enter: press Ctrl-C before. The same with `kill -HUP` shows that what `nohup` had ignored
 * is ignored again afterwards.
 */
import { ignore } from "../../signals/mod.ts";
import { operands } from "../program.ts";

operands(""); // none

console.log(`process ${Deno.pid}`);
await precious();
console.log("open to interruption");
await enter();
console.log("nobody interrupted");

async function precious(): Promise<void> {
  using _ = ignore(["INT", "HUP"]); // until we leave, be it by an exception
  await called();
}

async function called(): Promise<void> {
  console.log("precious"); // here they are still ignored
  await enter();
}

async function enter(): Promise<void> {
  await Deno.stdin.read(new Uint8Array(100));
}
