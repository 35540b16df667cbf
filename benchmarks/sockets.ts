/**
 * Measures sockets with this library beside C, Deno's own and Perl. The other end is the same program in C for all of
 * them: a server, or, where they serve, the client.
 *
 *   deno run -A benchmarks/sockets.ts [--rounds 5]
 *
 * takes about five minutes. What the peers do is said in `peers/sockets.c`, what is to be reached in `sockets_cases.ts`.
 *
 * @module
 */
import { compare, workplace } from "./compare.ts";
import { compiled, deno, findPeers, perl } from "./languages.ts";
import { cases } from "./sockets_cases.ts";
import { caseRow, head, LEGEND, printTable } from "./table.ts";

using stack = new DisposableStack();
const directory = workplace(stack);
const otherEnd = await compiled("peers/sockets.c", directory);

const times = await compare({
  cases,
  peers: await findPeers({
    C: () => otherEnd,
    Deno: () => deno("peers/sockets.ts"),
    "bare Deno": () => deno("peers/bare_sockets.ts", "--unstable-net"),
    Perl: () => perl("peers/sockets.pl"),
  }),
  words: () => [...otherEnd, directory],
}, 5);

const others = ["C", "bare Deno", "Perl"] as const;
console.log();
printTable(head(others), cases.map((row) => caseRow(row, times, others)));
console.log(`\n${LEGEND}`);
