/**
 * What the tour prints for people. `%c` colours a terminal and nothing else, and respects NO_COLOR.
 */
import { type Areas, rowsOf } from "./areas.ts";
import type { Outcome, Row } from "./row.ts";
import { sourceOf } from "./source.ts";
import { fold, progress } from "./terminal.ts";
import type { Companion, Visit } from "./walk.ts";

const marks: Record<Outcome, [mark: string, color: string]> = {
  "done": ["✓", "color: green"],
  "without Perl": ["–", "color: yellow"],
  "failed": ["✗", "color: red"],
};

const BOLD = "font-weight: bold";

/** The lines above everything. */
export function printHeading(withPerl: boolean): void {
  const other = withPerl
    ? "with Perl on the other end:"
    : "alone, since there is no perl with IPC::SysV here:";
  console.log(fold(`The facilities of the perlipc page, each for real, ${other}`, 0));
  if (withPerl) console.log("← from Perl   → to Perl   ↔ both ways");
}

/** Prints a heading for each area, and a line about each row. */
export const printer: Companion = {
  area(title) {
    console.log("\n%c%s", BOLD, title);
  },
  running(row) {
    return progress((time) => `  ${start(row, row.direction, time)}${row.title} …`);
  },
  visited(row, { outcome, sentence, milliseconds }) {
    const [mark, color] = marks[outcome];
    const direction = outcome === "without Perl" ? undefined : row.direction;
    const head = `${mark} ${start(row, direction, milliseconds)}`;
    console.log("%c%s%c%s", color, head, "", fold(sentence, head.length));
  },
};

function start({ number }: Row, direction: Row["direction"], time: number): string {
  return `${String(number).padStart(2)} ${direction ?? " "} ${time.toFixed(0).padStart(4)} ms  `;
}

/** The lines at the end: what came out in each area, and what else there is to see. */
export function printSummary(chosen: Areas, visits: readonly Visit[]): void {
  console.log();
  const titles = Object.values(chosen).map(({ title }) => title);
  const width = Math.max(...titles.map((title) => title.length));
  for (const [name, { title, rows }] of Object.entries(chosen)) {
    printSum(title.padEnd(width), rows.length, visits.filter(({ area }) => area === name));
  }
  if (titles.length > 1) {
    const rows = Object.values(chosen).flatMap(({ rows }) => rows);
    printSum("together".padEnd(width), rows.length, visits);
  }
  console.log(`
deno task tour --show 59  the code behind a row; --help says what else there is
deno task doctor          what this machine can do, and how to mend the rest`);
}

function printSum(title: string, rows: number, visits: readonly Visit[]): void {
  const of = (outcome: Outcome) => visits.filter((visit) => visit.outcome === outcome);
  const failed = of("failed").map(({ number }) => number);
  const worst = (["failed", "without Perl"] as const).find((outcome) => of(outcome).length > 0);
  const [mark, color] = visits.length < rows ? ["–", ""] : marks[worst ?? "done"];
  const seconds = visits.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
  const done = String(of("done").length).padStart(3);
  const head = `${mark} ${title}  ${seconds.toFixed(1).padStart(5)} s ${done} `;
  const found = [
    "done",
    ...(of("without Perl").length > 0 ? [`${of("without Perl").length} without Perl`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed: ${failed.join(" ")}`] : []),
    ...(visits.length < rows ? [`${rows - visits.length} not reached`] : []),
  ];
  console.log("%c%s%c%s", color, head, "", fold(found.join(", "), head.length));
}

/** The rows by area. */
export function printList(chosen: Areas): void {
  for (const [name, { title, rows }] of Object.entries(chosen)) {
    console.log("%c%s%c: %s", BOLD, name, "", title);
    for (const { number, title } of rows) console.log(`${String(number).padStart(4)}  ${title}`);
  }
}

/** The code behind the rows. */
export function printCode(chosen: Areas): void {
  for (const { number, title } of rowsOf(chosen)) {
    const { file, line, code } = sourceOf(number);
    console.log("%c%s%c (tour/%s:%d)\n\n%s\n", BOLD, `${number}  ${title}`, "", file, line, code);
  }
}
