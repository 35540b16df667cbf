/**
 * What the tour prints. `%c` colours a terminal and nothing else, and respects NO_COLOR.
 */
import type { Outcome, Row } from "./row.ts";

const colors: Record<Outcome, string> = {
  "done": "color: green",
  "without Perl": "color: yellow",
  "failed": "color: red",
};

/** The line above everything. */
export function printHeading(withPerl: boolean): void {
  const other = withPerl
    ? "with Perl on the other end"
    : "alone, since there is no perl with IPC::SysV here";
  console.log(`A walk through the perlipc page, row by row, ${other}.`);
}

/** The name of an area. */
export function printArea(title: string): void {
  console.log(`\n%c${title}`, "font-weight: bold");
}

/** One line about a row that has just been walked. */
export function printRow(row: Row, outcome: Outcome, sentence: string, time: number): void {
  const alone = outcome === "without Perl" || row.direction === undefined;
  const between = alone ? "Deno alone" : `Deno ${row.direction} Perl`;
  const took = `${time.toFixed(1)} ms`.padStart(9);
  const head = `${String(row.number).padStart(3)}  ${between.padEnd(11)}  ${took}  `;
  console.log(`%c${head}%c${sentence}`, colors[outcome], "");
}

/** The table at the end. */
export function printTable(rows: readonly Row[], outcomes: ReadonlyMap<Row, Outcome>): void {
  const width = Math.max(...rows.map(({ title }) => title.length));
  console.log(`\n%crow  ${"facility".padEnd(width)}  outcome`, "font-weight: bold");
  for (const row of rows.toSorted((a, b) => a.number - b.number)) {
    const outcome = outcomes.get(row);
    const end = outcome ?? "not reached";
    const start = `${String(row.number).padStart(3)}  ${row.title.padEnd(width)}`;
    console.log(`${start}  %c${end}`, outcome ? colors[outcome] : "");
  }
}
