/**
 * Ends everything that it has started, by one signal to its process group, but not itself.
 *
 *     deno run --allow-ffi --allow-run examples/signals/group.ts [COMMAND [ARG...]]
 */
import { spawn } from "../../process/mod.ts";
import { getpgrp, killGroup, setpgid } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const given = operands("[COMMAND [ARG...]]");
const [command = "sleep", ...args] = given.length > 0 ? given : ["sleep", "1000"];

// A shell's job has a group of its own already; in a script we share the script's, which is not ours to end.
if (getpgrp() !== Deno.pid) setpgid(Deno.pid, Deno.pid);

const children = Array.from({ length: 3 }, () => spawn(command, args)); // they are in our group
killGroup("HUP", { shielded: true });

for (const child of children) {
  const { signal, code } = await child.status;
  console.log(`process ${child.pid} ended with ${signal ?? code}`);
}
console.log(`process ${Deno.pid}, which sent the signal, goes on`);
