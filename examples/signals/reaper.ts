/**
 * Starts many children, and knows of each how it has ended; none stays behind as a zombie.
 *
 *     deno run --allow-ffi --allow-run examples/signals/reaper.ts [HOW-MANY]
 */
import { autoReap, type ChildStatus, spawn } from "../../process/mod.ts";
import { probe } from "../../signals/mod.ts";
import { numeric, operands } from "../program.ts";

const [count = "30"] = operands("[HOW-MANY]");

using _ = autoReap(); // also those that nobody waits for

// Every third one kills itself, the others end with their number.
const children = Array.from({ length: numeric("HOW-MANY", count) }, (_, i) => {
  const script = i % 3 === 2 ? "kill -TERM $$" : `exit ${i % 256}`;
  return spawn("sh", ["-c", script]);
});

const statuses = new Map<number, ChildStatus>();
await Promise.all(children.map(async (child) => {
  statuses.set(child.pid, await child.status);
}));

const killed = [...statuses.values()].filter(({ signal }) => signal === "SIGTERM");
const codes = [...statuses.values()].filter(({ signal }) => signal === null);
const sum = codes.reduce((all, { code }) => all + code, 0);
console.log(`${killed.length} were killed, ${codes.length} ended with codes whose sum is ${sum}`);

const zombies = children.filter(({ pid }) => probe(pid) === "zombie");
console.log(`${zombies.length} zombies`);
