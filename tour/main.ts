/**
 * Walks the facilities of the perlipc page that exist so far, each for real, with a Perl program on the
 * other end where this machine has one. `deno task tour`
 *
 * Another area is a file beside these and one line in the list below.
 */
import { fifos } from "./fifo.ts";
import { hasPerl, perlUntil } from "./perl.ts";
import { pipes } from "./pipes.ts";
import { printArea, printHeading, printRow, printTable } from "./print.ts";
import { processes } from "./process.ts";
import type { Area, Outcome, Row } from "./row.ts";
import { signals } from "./signals.ts";
import { sockets } from "./sockets.ts";
import { sysv } from "./sysv.ts";

const areas: readonly Area[] = [signals, fifos, processes, pipes, sockets, sysv];

const LONGEST = 10_000; // milliseconds for one row

// An interrupted row rejects and so removes what it made; then the tour ends as the signal would have it.
const interruption = new AbortController();
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
let interrupted: number | undefined;
for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(name, () => {
    interrupted = exitCodes[name];
    interruption.abort(new Error(`interrupted by ${name}`));
  });
}

Deno.exit(await tour(interruption.signal));

async function tour(signal: AbortSignal): Promise<number> {
  const withPerl = await hasPerl(signal);
  const outcomes = new Map<Row, Outcome>();
  printHeading(withPerl);
  for (const { title, rows } of areas) {
    printArea(title);
    for (const row of rows) {
      if (signal.aborted) break;
      const outcome = await walk(row, withPerl, signal);
      if (!signal.aborted) outcomes.set(row, outcome);
    }
  }
  printTable(areas.flatMap(({ rows }) => rows), outcomes);
  if (interrupted !== undefined) return interrupted;
  return [...outcomes.values()].includes("failed") ? 1 : 0;
}

async function walk(row: Row, withPerl: boolean, interruption: AbortSignal): Promise<Outcome> {
  const signal = AbortSignal.any([interruption, AbortSignal.timeout(LONGEST)]);
  const before = performance.now();
  let outcome: Outcome = withPerl || row.direction === undefined ? "done" : "without Perl";
  let sentence: string;
  try {
    sentence = await row.walk(
      withPerl ? { perl: perlUntil(signal), other: "Perl", signal } : { other: "Deno", signal },
    );
  } catch (error) {
    outcome = "failed";
    sentence = String(signal.aborted ? signal.reason : error);
  }
  printRow(row, outcome, sentence, performance.now() - before);
  return outcome;
}
