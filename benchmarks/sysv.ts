/**
 * Measures System V IPC with this library beside C, Perl and Python, in rounds in which they take turns,
 * so that whatever else the machine does meets all of them alike.
 *
 *   deno run -A benchmarks/sysv.ts [--rounds 5]
 *
 * takes about a minute. What the peers do is said in `peers/peer.c`, what is to be reached in `cases.ts`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Case, cases } from "./cases.ts";
import { deno, findPeers, pinning } from "./languages.ts";
import { measure, wholeRun } from "./measure.ts";
import { makeObjects } from "./objects.ts";
import { caseRow, firstUseRow, LEGEND, printTable } from "./table.ts";
import { Times } from "./times.ts";

const FIRST_USES = 6; // in every round: how long Deno takes to start varies more than what we add

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new RangeError(`--rounds must be an integer from 1 on, got ${values.rounds}`);
}

using stack = new DisposableStack();
for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.addSignalListener(signal, () => {
    stack.dispose();
    Deno.exit(status); // as a shell calls it
  });
}
const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_benchmark_" });
stack.defer(() => Deno.removeSync(directory, { recursive: true }));
const keys = makeObjects(stack);

const peers = await findPeers(directory);
const pin = await pinning();
const times = new Times();
const firstUses: number[] = [];
const emptyRuns: number[] = [];

for (let round = 1; round <= rounds; round++) {
  console.error(`round ${round} of ${rounds}`);
  for (const row of cases) await measureRow(row, round);
  for (let i = 0; i < FIRST_USES; i++) await measureFirstUse();
}

console.log();
printTable([...cases.map((row) => caseRow(row, times)), firstUseRow(firstUses, emptyRuns)]);
console.log(`\n${LEGEND}`);

/** Measures a row in every language; rows may share programs, which run once in each round. */
async function measureRow({ ours, theirs }: Case, round: number): Promise<void> {
  for (const [language, command] of peers) {
    const program = language === "Deno" ? ours : theirs;
    if (program === undefined) continue;
    const known = times.of(program, language);
    if (known.length === round) continue;
    known.push(await measure([...pin, ...command], program, keys[program.on]));
  }
}

/** Measures the start of a program that uses the library, and of an empty one. */
async function measureFirstUse(): Promise<void> {
  firstUses.push(await wholeRun([...pin, ...deno("peers/first_use.ts")]));
  emptyRuns.push(await wholeRun([...pin, ...deno("peers/empty.ts")]));
}
