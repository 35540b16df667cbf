/**
 * Measures System V IPC with this library beside C, Perl and Python.
 *
 *   deno run -A benchmarks/sysv.ts [--rounds 5]
 *
 * takes about a minute. What the peers do is said in `peers/peer.c`, what is to be reached in `cases.ts`.
 *
 * @module
 */
import { cases, type ObjectProgram } from "./cases.ts";
import { compare, workplace } from "./compare.ts";
import { compiled, deno, findPeers, perl, pinning, python } from "./languages.ts";
import { wholeRun } from "./measure.ts";
import { makeObjects } from "./objects.ts";
import { caseRow, firstUseRow, head, LEGEND, printTable } from "./table.ts";

const FIRST_USES = 6; // in every round: how long Deno takes to start varies more than what we add

using stack = new DisposableStack();
const directory = workplace(stack);
const keys = makeObjects(stack);
const pin = await pinning();
const firstUses: number[] = [];
const emptyRuns: number[] = [];

const times = await compare({
  cases,
  peers: await findPeers({
    C: () => compiled("peers/peer.c", directory),
    Deno: () => deno("peers/peer.ts"),
    Perl: () => perl("peers/peer.pl"),
    Python: () => python("peers/peer.py", "sysv_ipc"), // Debian's python3-sysv-ipc
  }),
  words: ({ on }: ObjectProgram) => keys[on],
  more: measureFirstUse,
}, 5);

const others = ["C", "Perl", "Python"] as const;
console.log();
printTable(head(others), [
  ...cases.map((row) => caseRow(row, times, others)),
  firstUseRow(firstUses, emptyRuns, others),
]);
console.log(`\n${LEGEND}`);

/** Measures the start of a program that uses the library, and of an empty one. */
async function measureFirstUse(): Promise<void> {
  for (let i = 0; i < FIRST_USES; i++) {
    firstUses.push(await wholeRun([...pin, ...deno("peers/first_use.ts")]));
    emptyRuns.push(await wholeRun([...pin, ...deno("peers/empty.ts")]));
  }
}
