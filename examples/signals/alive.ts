/**
 * Which of some processes are alive.
 *
 *     deno run --allow-ffi --allow-run examples/signals/alive.ts [PID...]
 */
import { probe, type ProcessState } from "../../signals/mod.ts";

const found: Record<ProcessState, string> = {
  alive: "is alive",
  denied: "is alive, and another user's",
  zombie: "has ended, but its parent has not looked yet",
  dead: "is not there",
};

const pids = Deno.args.length > 0 ? Deno.args.map(Number) : [Deno.pid, Deno.ppid, 1];
for (const pid of pids) console.log(`${pid} ${found[probe(pid)]}`);
