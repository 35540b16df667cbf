/**
 * The table of results: to be read in a terminal, and Markdown as it stands.
 */
import { type Case, programOf } from "./compare.ts";
import type { Goal, Measured } from "./goals.ts";
import type { Other } from "./languages.ts";
import { median, ratio, type Times } from "./times.ts";

/** The head of a table with columns for `others`, of which C is the first. */
export function head([first, ...others]: readonly Other[]): string[] {
  const factors = [first, ...others].map((other) => `× ${other}`);
  return ["case", first, "ours", ...others, ...factors, "goal"];
}

/** What stands below the table. */
export const LEGEND = `Times are medians of one operation (a pair or a round trip, as the row says).
"× C" is our speed as a multiple of C's, so 0.5 means that we take twice its time: the median over
the rounds of the quotient of the two times.`;

/** The row of `row`, with columns for `others`. */
export function caseRow(row: Case, times: Times, others: readonly Other[]): string[] {
  const own = times.of(row.ours, "Deno");
  const of = (other: Other) => {
    const program = programOf(row, other);
    return program ? times.of(program, other) : [];
  };
  const measured: Measured = {
    time: median(own),
    speed: (other) => of(other).length > 0 ? ratio(of(other), own) : undefined,
  };
  const verdicts = row.goals.map((goal) => {
    const hidden = goal.other !== undefined && !others.includes(goal.other);
    const found = hidden ? ` (${factor(measured.speed(goal.other!))})` : "";
    return verdict(goal, measured) + found;
  });
  const [first, ...rest] = others.map((other) => duration(median(of(other))));
  return [
    row.name,
    first,
    duration(measured.time),
    ...rest,
    ...others.map((other) => factor(measured.speed(other))),
    verdicts.join(", "),
  ];
}

/** The row of the first use: a program that uses us, and an empty one. */
export function firstUseRow(
  using: readonly number[],
  empty: readonly number[],
  others: readonly Other[],
): string[] {
  const times = median(using) / median(empty);
  const goal: Goal = { text: "≤ 1.3 × an empty program", met: () => times <= 1.3 };
  const measured = { time: median(using), speed: () => undefined };
  const found = `${verdict(goal, measured)} (${times.toFixed(2)})`;
  const nothing = Array(2 * others.length - 1).fill("");
  return ["first use: start to message", "", duration(measured.time), ...nothing, found];
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

function verdict(goal: Goal, measured: Measured): string {
  const met = goal.met(measured);
  return met === undefined ? `${goal.text} ?` : `${goal.text} ${met ? "✓" : "✗"}`;
}

function factor(value: number | undefined): string {
  if (value === undefined) return "";
  return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}

/** Three digits and a unit; nothing for NaN. */
export function duration(nanoseconds: number): string {
  if (Number.isNaN(nanoseconds)) return "";
  if (nanoseconds < 999.5) return `${digits(nanoseconds)} ns`;
  if (nanoseconds < 999.5e3) return `${digits(nanoseconds / 1e3)} µs`;
  return `${digits(nanoseconds / 1e6)} ms`;
}

function digits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}
