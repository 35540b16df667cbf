/**
 * Measures FIFOs and file locks with this library beside C, Deno's own files and Perl. The other end of a FIFO is the
 * same program in C for all of them.
 *
 *   deno run -A benchmarks/fifo.ts [--rounds 5]
 *
 * takes about a minute. What the peers do is said in `peers/fifo.c`, what is to be reached in `fifo_cases.ts`.
 *
 * @module
 */
import { compare, workplace } from "./compare.ts";
import { mkfifo } from "../fifo/mod.ts";
import { cases } from "./fifo_cases.ts";
import { compiled, deno, findPeers, perl } from "./languages.ts";
import { caseRow, head, LEGEND, printTable } from "./table.ts";

using stack = new DisposableStack();
const directory = workplace(stack);
const otherEnd = await compiled("peers/fifo.c", directory);
mkfifo(`${directory}/fifo`);
Deno.createSync(`${directory}/file`).close();

const times = await compare({
  cases,
  peers: await findPeers({
    C: () => otherEnd,
    Deno: () => deno("peers/fifo.ts"),
    "bare Deno": () => deno("peers/bare_fifo.ts"),
    Perl: () => perl("peers/fifo.pl"),
  }),
  words: () => [...otherEnd, directory],
}, 5);

const others = ["C", "bare Deno", "Perl"] as const;
console.log();
printTable(head(others), cases.map((row) => caseRow(row, times, others)));
console.log(`\n${LEGEND}`);
