/**
 * Measures terminals with this library beside C, Expect.pm and pexpect.
 *
 *   deno run -A benchmarks/pty.ts [--rounds 5]
 *
 * takes about a minute. What the peers do is said in `peers/terminal.c`, what is to be reached in `pty_cases.ts`.
 *
 * @module
 */
import { compare, workplace } from "./compare.ts";
import { compiled, deno, findPeers, perl, python } from "./languages.ts";
import { cases } from "./pty_cases.ts";
import { caseRow, head, LEGEND, printTable } from "./table.ts";

using stack = new DisposableStack();
const directory = workplace(stack);

const times = await compare({
  cases,
  peers: await findPeers({
    C: () => compiled("peers/terminal.c", directory),
    Deno: () => deno("peers/terminal.ts"),
    Perl: () => perl("peers/terminal.pl", "Expect"),
    Python: () => python("peers/terminal.py", "pexpect"),
  }),
  words: () => [],
}, 5);

const others = ["C", "Perl", "Python"] as const;
console.log();
printTable(head(others), cases.map((row) => caseRow(row, times, others)));
console.log(`\n${LEGEND}`);
