/**
 * A service that takes its new configuration on SIGHUP: it starts itself anew, with the same arguments and as the
 * same process.
 *
 *     deno run --allow-ffi --allow-run --allow-read examples/signals/sighup.ts CONFIGURATION [ARG...]
 *     kill -HUP PID
 *
 * To have it in the background as well, see examples/process/daemon.ts: both go together.
 */
import { on, reexec } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const [file] = operands("CONFIGURATION [ARG...]");
const configuration = Deno.readTextFileSync(file).trim();

using _ = on("HUP", () => {
  console.log("SIGHUP: starting anew");
  reexec();
});

console.log(`process ${Deno.pid} with ${Deno.args.join(" ")}: ${configuration}`);

// What it does, until a signal ends it.
for (let count = 1;; count++) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  console.log(count);
}
