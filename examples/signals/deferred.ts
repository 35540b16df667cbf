/**
 * What becomes of signals that come while the program is busy: they are handled afterwards, and of many of one kind
 * it may hear once only.
 *
 *     deno run --allow-ffi --allow-run examples/signals/deferred.ts
 */
import { on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

operands(""); // none

const heard = new Map<string, number>();

using _ = on(["USR2", "HUP", "WINCH"], (name) => {
  heard.set(name, (heard.get(name) ?? 0) + 1);
});

// We are busy as long as the shell sends: nothing is awaited here.
const script =
  "for i in 1 2 3 4 5 6 7; do kill -USR2 $PPID; done; kill -HUP $PPID; kill -WINCH $PPID";
new Deno.Command("sh", { args: ["-c", script] }).outputSync();
console.log(`9 signals have come, ${heard.size} were handled`);

while (heard.size < 3) await new Promise((resolve) => setTimeout(resolve)); // every kind arrives
for (const [name, times] of [...heard].sort()) {
  console.log(`${name} was handled, ${times === 1 ? "once" : `${times} times`}`);
}
