/**
 * Eight forked workers that share loaded data: each has all of it at once, without a copy being sent.
 *
 *     deno run --allow-ffi --allow-run examples/process/workers.ts
 */
import { forkReader } from "../../pipes/mod.ts";
import { ensureForkable } from "../../process/mod.ts";
import { operands } from "../program.ts";

operands(""); // none

ensureForkable(); // before the loading, which would else be done twice

const WORKERS = 8;
const numbers = Array.from({ length: 1_000_000 }, (_, i) => ({ value: i + 1 }));

const workers = Array.from({ length: WORKERS }, (_, worker) =>
  forkReader(() => {
    let sum = 0;
    for (let i = worker; i < numbers.length; i += WORKERS) sum += numbers[i].value;
    console.log(sum); // into the pipe
  }));

const sums = await Promise.all(workers.map(async (reader) => {
  await using worker = reader;
  return Number(await worker.text());
}));
const total = sums.reduce((a, b) => a + b);
console.log(`${sums.length} workers, ${total} in all`); // 500000500000
