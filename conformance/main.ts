/**
 * Proves row by row of the perlipc page that this library does what Perl does, alone and with a program of Perl's
 * on the other end. `deno task conformance [--only 38,39] [--write] [--json]`
 *
 * A row is one more entry in the list of its area; another area is one more line in the list below.
 */
import { parseArgs } from "node:util";
import { both } from "./both.ts";
import type { Row } from "./case.ts";
import { clients } from "./clients.ts";
import { asking } from "./clocks.ts";
import { commands } from "./commands.ts";
import { processes } from "./daemons.ts";
import { deferring } from "./deferred.ts";
import { descriptors } from "./descriptors.ts";
import { endings } from "./endings.ts";
import { fifos } from "./fifos.ts";
import { forkingServers } from "./forking.ts";
import { forkers } from "./forks.ts";
import { handling } from "./handlers.ts";
import { judge, type Verdict } from "./judge.ts";
import { writeTable } from "./markdown.ts";
import { memories } from "./memory.ts";
import { open } from "./open.ts";
import { printHeading, printRow, printSummary } from "./print.ts";
import { ptys } from "./pty.ts";
import { servers } from "./servers.ts";
import { sockets } from "./sockets.ts";
import { sysv } from "./sysv.ts";
import { targets } from "./targets.ts";
import { unix } from "./unix.ts";

const areas = [
  ...[handling, targets, endings, deferring, fifos],
  ...[open, commands, processes, forkers, both, ptys],
  ...[sockets, clients, asking, servers, forkingServers, unix, descriptors],
  ...[memories, sysv],
];

const { values: { write, only, json } } = parseArgs({
  options: {
    write: { type: "boolean" }, // docs/conformance.md as well
    only: { type: "string" }, // these rows
    json: { type: "boolean" }, // for programs instead of for people
  },
});

// An interrupted case is given up, and so leaves nothing; then we end as the signal would have it.
const interruption = new AbortController();
let interrupted = 0;
for (const [name, code] of [["SIGHUP", 129], ["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.addSignalListener(name, () => {
    interrupted = code;
    interruption.abort(new Error(`interrupted by ${name}`));
  });
}

Deno.exit(await prove(chosen(areas.flat().toSorted((a, b) => a.number - b.number))));

function chosen(rows: Row[]): Row[] {
  if (only === undefined) return rows;
  const numbers = only.split(",").map(Number);
  const unknown = numbers.filter((number) => !rows.some((row) => row.number === number));
  if (unknown.length > 0) throw new RangeError(`There is no row ${unknown.join(", ")}`);
  return rows.filter(({ number }) => numbers.includes(number));
}

async function prove(rows: Row[]): Promise<number> {
  const found = new Map<Row, Verdict[]>();
  if (!json) printHeading();
  for (const row of rows) {
    const before = performance.now();
    const verdicts = await judge(row, interruption.signal);
    if (interruption.signal.aborted) return interrupted;
    found.set(row, verdicts);
    if (!json) printRow(row, verdicts, performance.now() - before);
  }
  if (json) {
    console.log(JSON.stringify([...found].map(([row, verdicts]) => ({ ...row, verdicts }))));
  } else printSummary(found);
  if (write) await writeTable(found);
  return [...found.values()].flat().some(({ outcome }) => outcome === "failed") ? 1 : 0;
}
