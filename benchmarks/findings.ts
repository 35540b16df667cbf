/**
 * What the results say, in three sentences for the README, and where they stand in it.
 */
import type { Other } from "./languages.ts";
import { duration, factor, wrapped } from "./numbers.ts";
import type { Results, Row } from "./results.ts";

const BEGIN = "<!-- Written by `deno task bench:draw`. -->\n";
const END = "<!-- So far. -->\n";

/** `readme` with what `results` say. */
export function withFindings(readme: string, results: Results): string {
  const [before, rest] = readme.split(BEGIN);
  const [, after] = rest.split(END);
  const paragraph = wrapped(findings(results).join(" "), 100).join("\n");
  return `${before}${BEGIN}
![How fast we are beside C, Deno's own, Node, Perl and Python](benchmarks/speed.svg)

![What one costs while there are more and more](benchmarks/growth.svg)

${paragraph}

${END}${after}`;
}

function findings({ rows, machine, rounds }: Results): string[] {
  const rest = rows.filter(({ area }) => area !== "growth");
  const own = ["bare Deno", "Deno.Command"] as const;
  const scripts = ["Perl", "Python", "Node"] as const;
  return [
    `On a ${machine.cpu} with ${machine.cpus} CPUs, in ${rounds} rounds, we were at least as fast, ` +
    `within a twentieth, as Perl, Python and Node in ${
      won(rest, scripts)
    } comparisons, as Deno's ` +
    `own API in ${won(rest, own)}, as C in ${won(rest, ["C"])}.`,
    `We are slowest beside C at ${slowest(rest, ["C"])}, beside Deno's own at ` +
    `${slowest(rest, own)}, and beside the others at ${slowest(rest, scripts)}.`,
    growth(rows),
  ];
}

/** In how many of all comparisons we were about as fast, or faster. */
function won(rows: readonly Row[], others: readonly Other[]): string {
  const speeds = rows.flatMap((row) => speedsOf(row, others));
  return `${speeds.filter((speed) => speed >= 0.95).length} of ${speeds.length}`;
}

/** The three rows where we are furthest behind one of `others`. */
function slowest(rows: readonly Row[], others: readonly Other[]): string {
  const [first, second, third] = rows
    .map((row) => ({ name: row.name, speed: Math.min(...speedsOf(row, others)) }))
    .toSorted((a, b) => a.speed - b.speed)
    // At the beginning of a line, a plus would make a list.
    .map(({ name, speed }) => `“${name.replaceAll(" + ", " and ")}” (${factor(speed)}×)`);
  return `${first}, ${second} and ${third}`;
}

function speedsOf({ speeds }: Row, others: readonly Other[]): number[] {
  return others.flatMap((other) => speeds[other] ?? []);
}

function growth(rows: readonly Row[]): string {
  const time = (name: string, at: number, language: "Deno" | Other = "Deno") =>
    duration(rows.find((row) => row.name === name && row.at === at)?.times[language]) ||
    "not measured";
  const [wake, receive] = ["descriptors waited for", "receives waited for"];
  return `A wake-up takes ${time(wake, 1)} while one descriptor is waited for and ` +
    `${time(wake, 5000)} with 5,000 (C's epoll: ${time(wake, 1, "C")} and ` +
    `${time(wake, 5000, "C")}, Perl's select: ${time(wake, 1, "Perl")} and ` +
    `${time(wake, 5000, "Perl")}); a System V message ${time(receive, 16)} with 16 receives ` +
    `waiting, but ${time(receive, 100)} with 100, which take turns (C, a thread for each: ` +
    `${time(receive, 100, "C")}).`;
}
