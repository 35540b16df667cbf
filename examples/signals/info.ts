/**
 * Who sent a signal, and with what value: jobs come as real-time signals, all of them, until USR1 says that it is
 * enough.
 *
 *     deno run --allow-ffi --allow-run examples/signals/info.ts
 *     kill -35 -q 7 PID
 *     kill -USR1 PID
 */
import { enableSignalInfo, signalInfo, signalNumber } from "../../signals/mod.ts";
import { operands } from "../program.ts";

operands(""); // none

const signals = ["RTMIN+1", "USR1"];
enableSignalInfo(signals); // first of all: it starts the program anew, with the signals blocked

console.log(`process ${Deno.pid} takes jobs by signal ${signalNumber("RTMIN+1")}`);
for await (const { name, pid, uid, value, code } of signalInfo(signals)) {
  if (name === "SIGUSR1") break;
  console.log(`job ${value ?? "without a number"} from process ${pid} of user ${uid}, by ${code}`);
}
console.log("enough");
