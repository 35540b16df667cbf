/**
 * The work of process.c in Node, with its module child_process.
 *
 *   node process.mjs <case> <count> <bytes> <command> [<argument>…]
 */
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

const [name, ...rest] = process.argv.slice(2);
const [count, size] = rest.slice(0, 2).map(Number);
const [command, ...args] = rest.slice(2);
const run = promisify(execFile);

const start = () => spawn(command, args, { stdio: "inherit" });
const ended = (child) => once(child, "close");

const cases = {
  spawn: () => spawnSync(command, args, { stdio: "inherit" }),
  "spawn-awaited": () => ended(start()),
  together: () => Promise.all(Array.from({ length: size }, start).map(ended)),
  async read() {
    const child = spawn(command, args, { stdio: ["inherit", "pipe", "inherit"] });
    let total = 0;
    child.stdout.on("data", (chunk) => total += chunk.length);
    await ended(child);
    requireSize(total);
  },
  async capture() {
    const { stdout } = await run(command, args, { encoding: "buffer", maxBuffer: Infinity });
    requireSize(stdout.length);
  },
};

function requireSize(total) {
  if (total !== size) throw new Error(`The command printed ${total} bytes`);
}

async function repeat() {
  for (let i = 0; i < count; i++) await cases[name]();
}

// Kept until the end, or else it would be gone by then.
globalThis.held = name.startsWith("spawn") ? Buffer.alloc(size, "x") : undefined;
await repeat();
const begin = performance.now();
await repeat();
console.log((performance.now() - begin) * 1e6 / count);
