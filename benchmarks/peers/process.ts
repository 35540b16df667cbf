/**
 * The work of process.c with this library, and what only we have.
 *
 *   deno run -A process.ts <case> <count> <bytes> <command> [<argument>…]
 */
import process from "node:process";
import { readFrom } from "../../pipes/mod.ts";
import { capture, ensureForkable, fork, spawn } from "../../process/mod.ts";
import { repeated, task } from "./task.ts";

const { name, bytes, command, args } = task;

/** Nanoseconds of CPU that a wait of two seconds costs. */
async function idle(): Promise<number> {
  const child = spawn(command, args);
  const ended = child.wait();
  await new Promise((settled) => setTimeout(settled, 200));
  const before = process.cpuUsage();
  await new Promise((over) => setTimeout(over, 2000));
  const { user, system } = process.cpuUsage(before);
  child.kill();
  await ended;
  return (user + system) * 1000;
}

const buffer = new Uint8Array(64 * 1024);

if (name === "fork") ensureForkable();
if (name === "idle") console.log(await idle());
else {
  await repeated({
    spawn: () => spawn(command, args).waitSync(),
    "spawn-awaited": () => spawn(command, args).wait(),
    together: () =>
      Promise.all(Array.from({ length: bytes }, () => spawn(command, args)).map((c) => c.wait())),
    fork: () => fork(() => {}).waitSync(),
    read() {
      const { child, fd } = readFrom(command, args);
      let total = 0;
      for (let size; (size = fd.readSync(buffer)) !== null;) total += size;
      fd.close();
      child.waitSync();
      return total;
    },
    async "read-awaited"() {
      const reader = readFrom(command, args);
      let total = 0;
      for (let size; (size = await reader.read(buffer)) !== null;) total += size;
      await reader.close();
      return total;
    },
    async "read-stream"() {
      const { child } = readFrom(command, args);
      let total = 0;
      for await (const chunk of child.stdout) total += chunk.length;
      await child.wait();
      return total;
    },
    capture: async () => (await capture(command, args)).stdout.length,
  });
}
