/**
 * What a peer in TypeScript is to do, and how it is timed.
 */
const [name, count, bytes, command, ...args] = Deno.args;

/** What the command line says. */
export const task = { name, count: Number(count), bytes: Number(bytes), command, args };

/** One operation: the number that the case is to result in, or how the command, or each of several, has ended. */
export type Operation = () => Result | Promise<Result>;
type Result = number | Ended | readonly Ended[];
type Ended = { success: boolean };

/** Runs the case that is asked for to warm up and once more on the clock, and prints the time of one operation. */
export async function repeated(cases: Record<string, Operation>): Promise<void> {
  // Kept until the end, or else it would be gone by then.
  const held = new Uint8Array(name.startsWith("spawn") ? task.bytes : 0).fill(0x78);
  await repeat(cases[name]); // also for the compiler
  const start = performance.now();
  await repeat(cases[name]);
  console.log((performance.now() - start) * 1e6 / task.count);
  held.fill(0);
}

async function repeat(operation: Operation): Promise<void> {
  for (let i = 0; i < task.count; i++) {
    const pending = operation();
    requireSuccess(pending instanceof Promise ? await pending : pending);
  }
}

function requireSuccess(result: Result): void {
  if (typeof result !== "number") {
    for (const { success } of [result].flat()) if (!success) throw new Error(`${command} failed`);
  } else if (result !== task.bytes) {
    throw new Error(`${name} must result in ${task.bytes}, got ${result}`);
  }
}
