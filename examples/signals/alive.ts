/**
 * Which of some processes are alive.
 *
 *     deno run --allow-ffi --allow-run examples/signals/alive.ts [PID...]
 */
import { probe, type ProcessState } from "../../signals/mod.ts";
import { numeric, operands } from "../program.ts";

const found: Record<ProcessState, string> = {
  alive: "is alive",
  denied: "is alive, and another user's",
  zombie: "has ended, but its parent has not looked yet",
  dead: "is not there",
};

const given = operands("[PID...]");
const pids = given.length > 0 ? given.map((pid) => numeric("PID", pid)) : [Deno.pid, Deno.ppid, 1];
for (const pid of pids) console.log(`${pid} ${found[probe(pid)]}`);
