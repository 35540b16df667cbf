/**
 * Measures signals with this library beside C, Deno's own listeners and Perl. The other end of a round trip is the
 * same program in C for all of them.
 *
 *   deno run -A benchmarks/signals.ts [--rounds 5]
 *
 * takes less than two minutes. What the peers do is said in `peers/signals.c`, what is to be reached in
 * `signals_cases.ts`.
 *
 * @module
 */
import { compare, workplace } from "./compare.ts";
import { compiled, deno, findPeers, perl } from "./languages.ts";
import { cases } from "./signals_cases.ts";
import { caseRow, head, LEGEND, printTable } from "./table.ts";

using stack = new DisposableStack();
const directory = workplace(stack);
const otherEnd = await compiled("peers/signals.c", directory);

const times = await compare({
  cases,
  peers: await findPeers({
    C: () => otherEnd,
    Deno: () => deno("peers/signals.ts"),
    "bare Deno": () => deno("peers/bare_signals.ts"),
    Perl: () => perl("peers/signals.pl"),
  }),
  words: () => otherEnd,
}, 5);

const others = ["C", "bare Deno", "Perl"] as const;
console.log();
printTable(head(others), cases.map((row) => caseRow(row, times, others)));
console.log(`\n${LEGEND}`);
