/**
 * Measures this library beside C, Perl, Python, Node and what Deno itself has.
 *
 *   deno task bench [--rounds 3] [--only sockets]
 *
 * prints tables and, unless it was only one area, writes results.json and from it the pictures and their text in the
 * README, which `deno task bench:draw` does again without measuring. It takes four to nine minutes a round, on a machine
 * that has nothing else to do.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { areas } from "./areas.ts";
import { thisMachine, versionsOf } from "./machine.ts";
import { type Results, rowsOf } from "./results.ts";
import { measureAll, prepareAll, workplace } from "./rounds.ts";
import { LEGEND, printRows } from "./table.ts";

const { rounds, only } = wanted();
using stack = new DisposableStack();
const chosen = only === undefined ? areas : areas.filter(({ name }) => name === only);
const stands = await prepareAll(chosen, workplace(stack), stack);
const times = await measureAll(stands, rounds);

const rows = stands.map((stand) => rowsOf(stand, times));
for (const [i, { area }] of stands.entries()) {
  console.log(`\n${area.name}\n`);
  printRows(rows[i], area.others);
}
console.log(`\n${LEGEND}`);

if (only === undefined) {
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    rounds,
    machine: thisMachine(),
    versions: await versionsOf(stands),
    rows: rows.flat(),
  };
  const file = new URL("results.json", import.meta.url);
  Deno.writeTextFileSync(file, JSON.stringify(results, null, 2) + "\n");
  await import("./draw.ts"); // not before: who measures one area needs nothing to draw with
}

function wanted(): { rounds: number; only?: string } {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "3" }, only: { type: "string" } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`--rounds must be an integer from 1 on, got ${values.rounds}`);
  }
  const names = [...new Set(areas.map(({ name }) => name))];
  if (values.only !== undefined && !names.includes(values.only)) {
    throw new RangeError(`--only must be one of ${names.join(", ")}, got ${values.only}`);
  }
  return { rounds, only: values.only };
}
