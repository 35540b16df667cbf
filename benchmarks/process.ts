/**
 * Measures processes with this library beside C, Perl, Python, Node and `Deno.Command`.
 *
 *   deno run -A benchmarks/process.ts [--rounds 4]
 *
 * takes less than three minutes. What the peers do is said in `peers/process.c`, what is to be reached in
 * `process_cases.ts`.
 *
 * @module
 */
import { compare, workplace } from "./compare.ts";
import { compiled, deno, findPeers, node, perl, python } from "./languages.ts";
import { cases, type CommandProgram } from "./process_cases.ts";
import { caseRow, head, LEGEND, printTable } from "./table.ts";

using stack = new DisposableStack();
const directory = workplace(stack);

const times = await compare({
  cases,
  peers: await findPeers({
    C: () => compiled("peers/process.c", directory),
    Deno: () => deno("peers/process.ts"),
    Perl: () => perl("peers/process.pl"),
    Python: () => python("peers/process.py"),
    Node: () => node("peers/process.mjs"),
    "Deno.Command": () => deno("peers/deno_command.ts"),
    spawnModule: () => deno("peers/spawn_module.ts"),
  }),
  words: ({ command }: CommandProgram) => command,
}, 4);

const others = ["C", "Deno.Command", "Perl", "Python", "Node"] as const;
console.log();
printTable(head(others), cases.map((row) => caseRow(row, times, others)));
console.log(`\n${LEGEND}`);
