/**
 * Walks the facilities of the perlipc page that exist so far, each for real, with a Perl program on the
 * other end where this machine has one. `deno task tour`
 */
import { type Areas, areas, choose, rowsOf } from "./areas.ts";
import { endWith, Misuse, parse } from "./command_line.ts";
import { interruption } from "./interruption.ts";
import { hasPerl } from "./perl.ts";
import { printCode, printer, printHeading, printList, printSummary } from "./print.ts";
import { walk } from "./walk.ts";

const HELP = `Walks the facilities of the perlipc page, each for real, and leaves nothing behind.

  deno task tour                      all of them
  deno task tour --only signals,59    only these areas and rows
  deno task tour --list               what there is, without walking
  deno task tour --show 59            the code behind these rows or areas
  deno task tour --json               one JSON document, also of --list

The areas are ${Object.keys(areas).join(", ")}.`;

await endWith(main);

async function main(): Promise<number> {
  const { only = [], list, show, json = false, help } = parse({
    only: { type: "string", multiple: true },
    list: { type: "boolean" },
    show: { type: "string", multiple: true },
    json: { type: "boolean" },
    help: { type: "boolean" },
  });
  if (show && (list || json || only.length > 0)) {
    throw new Misuse("--show goes with no other option");
  }
  if (help) console.log(HELP);
  else if (show) printCode(choose(show));
  else if (list && json) printJson(rowsOf(choose(only)));
  else if (list) printList(choose(only));
  else return await tour(choose(only), json);
  return 0;
}

async function tour(chosen: Areas, json: boolean): Promise<number> {
  const { signal, exitCode } = interruption();
  const withPerl = await hasPerl(signal);
  if (!json) printHeading(withPerl);
  const visits = await walk(chosen, { withPerl, signal, companion: json ? undefined : printer });
  if (json) printJson(visits);
  else printSummary(chosen, visits);
  return exitCode() ?? (visits.some(({ outcome }) => outcome === "failed") ? 1 : 0);
}

function printJson(rows: unknown): void {
  console.log(JSON.stringify({ rows }, null, 2));
}
