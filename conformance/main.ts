/**
 * Proves row by row of the perlipc page that this library does what Perl does, alone and with a program of Perl's
 * on the other end.
 *
 * A row is one more entry in the list of its area; another area is one more line in the list below.
 */
import { endWith, Misuse, parse } from "../tour/command_line.ts";
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

const HELP = `Proves that the library does what Perl does, alone and with Perl on the other end.

  deno task conformance                 all rows
  deno task conformance --only 38,39    only these rows
  deno task conformance --write         docs/conformance.md as well
  deno task conformance --json          one JSON document

It ends with 0 if no row has failed, with 1 if one has.`;

// An interrupted case is given up, and so leaves nothing; then we end as the signal would have it.
const interruption = new AbortController();
let interrupted = 0;
for (const [name, code] of [["SIGHUP", 129], ["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.addSignalListener(name, () => {
    interrupted = code;
    interruption.abort(new Error(`interrupted by ${name}`));
  });
}

await endWith(main);

async function main(): Promise<number> {
  const { help, only, ...output } = parse({
    only: { type: "string" }, // these rows
    write: { type: "boolean" }, // docs/conformance.md as well
    json: { type: "boolean" }, // for programs instead of for people
    help: { type: "boolean" },
  });
  if (help) {
    console.log(HELP);
    return 0;
  }
  return await prove(chosen(areas.flat().toSorted((a, b) => a.number - b.number), only), output);
}

function chosen(rows: Row[], only: string | undefined): Row[] {
  if (only === undefined) return rows;
  const wanted = only.split(",");
  const unknown = wanted.filter((row) => !rows.some(({ number }) => row === String(number)));
  if (unknown.length === 0) return rows.filter(({ number }) => wanted.includes(String(number)));
  const last = rows.at(-1)!.number;
  throw new Misuse(`There is no row "${unknown.join('", "')}"; they have numbers up to ${last}`);
}

async function prove(
  rows: Row[],
  { write, json }: { write?: boolean; json?: boolean },
): Promise<number> {
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
