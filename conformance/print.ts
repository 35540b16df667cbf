/**
 * The table in the terminal. `%c` colours a terminal and nothing else, and respects NO_COLOR.
 */
import { type Row, type Way, ways } from "./case.ts";
import { cell } from "./cells.ts";
import type { Verdict } from "./judge.ts";

const WIDTH = 54; // of the titles

/** The line above everything. */
export function printHeading(): void {
  const heads = ways.map((way) => way.padEnd(12)).join("");
  console.log(`%crow  ${"facility".padEnd(WIDTH)}${heads}`, "font-weight: bold");
}

/** One line about a row, and what has failed in it. */
export function printRow(row: Row, verdicts: readonly Verdict[], time: number): void {
  const start = `${String(row.number).padStart(3)}  ${row.title.padEnd(WIDTH)}`;
  const cells = ways.map((way) => `%c${cell(verdicts, way).padEnd(12)}`).join("");
  const colors = ways.map((way) => color(verdicts, way));
  console.log(`${start}${cells}%c${time.toFixed(0)} ms`, ...colors, "");
  if (row.note) console.log(`%c     ${row.note}`, "color: gray");
  for (const { what, way, outcome, why } of verdicts) {
    if (outcome === "failed") console.log(`%c     ${way}: ${what}: ${why}`, "color: red");
  }
}

function color(verdicts: readonly Verdict[], way: Way): string {
  const mark = cell(verdicts, way);
  return mark === "✗" ? "color: red" : mark.includes("≠") ? "color: yellow" : "color: green";
}

/** The line below everything. */
export function printSummary(found: ReadonlyMap<Row, readonly Verdict[]>): void {
  const all = [...found.values()];
  const failed = all.filter((verdicts) => verdicts.some(({ outcome }) => outcome === "failed"));
  const count = all.flat().length;
  console.log(`\n${found.size} rows, ${count} comparisons; ${failed.length} rows failed`);
}
