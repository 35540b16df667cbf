/**
 * The tables of results: to be read in a terminal, and Markdown as they stand.
 */
import type { Other } from "./languages.ts";
import { duration, factor } from "./numbers.ts";
import type { Row, Verdict } from "./results.ts";

/** What stands below the tables. */
export const LEGEND = `Times are medians of one operation (a pair or a round trip, as the row says).
"× C" is our speed as a multiple of C's, so 0.5 means that we take twice its time: the median over
the rounds of the quotient of the two times.`;

/** Prints `rows` with columns for `others`, of which C is the first. */
export function printRows(rows: readonly Row[], others: readonly Other[]): void {
  const [first, ...rest] = others;
  const factors = others.map((other) => `× ${other}`);
  printTable(
    ["case", first, "ours", ...rest, ...factors, "goal"],
    rows.map((row) => cells(row, others)),
  );
}

function cells({ name, at, times, speeds, goals }: Row, others: readonly Other[]): string[] {
  const [first, ...rest] = others.map((other) => duration(times[other]));
  const found = ({ other }: Verdict) =>
    other && !others.includes(other) ? ` (${factor(speeds[other])})` : "";
  return [
    at === undefined ? name : `${name}: ${at}`,
    first,
    duration(times.Deno),
    ...rest,
    ...others.map((other) => factor(speeds[other])),
    goals.map((goal) => `${goal.text} ${mark(goal)}${found(goal)}`).join(", "),
  ];
}

function mark({ met }: Verdict): string {
  return met === null ? "?" : met ? "✓" : "✗";
}

/** Prints `rows` below `head`. */
export function printTable(head: readonly string[], rows: readonly string[][]): void {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column].length))
  );
  const isText = (column: number) => column === 0 || column === head.length - 1;
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, i) =>
      isText(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i])
    );
    console.log(`| ${padded.join(" | ")} |`);
  };
  line(head);
  line(widths.map((width, i) => isText(i) ? "-".repeat(width) : "-".repeat(width - 1) + ":"));
  rows.forEach(line);
}
