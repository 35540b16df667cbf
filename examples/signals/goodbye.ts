/**
 * A handler without a name, which ends the program by an error that nobody catches.
 *
 *     deno run --allow-ffi examples/signals/goodbye.ts
 */
import { on } from "../../signals/mod.ts";

using _ = on("INT", () => {
  throw new Error("Off we go");
});

console.log(`process ${Deno.pid} waits for Ctrl-C`);
await Deno.stdin.read(new Uint8Array(1)); // a handler keeps no program alive
