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

/** Our speed in a row as a multiple of another's. */
interface Speed {
  name: string;
  speed: number;
}

function findings({ rows, machine, rounds }: Results): string[] {
  const rest = rows.filter(({ area }) => area !== "growth");
  const [scripts, own, c] = [["Perl", "Python", "Node"], ["bare Deno", "Deno.Command"], ["C"]]
    .map((others) => rest.map((row) => speedsOf(row, others as Other[])));
  return [
    `On ${machine.cpu} with ${machine.cpus} CPUs, in ${rounds} ${
      rounds === 1 ? "round" : "rounds"
    }, ` +
    `we took at most 5 % longer than Perl, Python and Node in ${won(scripts)} comparisons, than ` +
    `Deno's own API in ${won(own)}, and than C in ${won(c)}.`,
    `We are slowest beside C at ${slowest(c)}, beside Deno's own at ${
      slowest(own)
    }, and beside the ` +
    `others at ${slowest(scripts)}.`,
    growth(rows),
  ];
}
/** Our speeds beside `others` in one row. */
function speedsOf({ name, speeds }: Row, others: readonly Other[]): Speed[] {
  return others.flatMap((other) => {
    const speed = speeds[other];
    return speed === undefined ? [] : { name, speed };
  });
}

/** In how many comparisons we were about as fast, or faster. */
function won(rows: readonly Speed[][]): string {
  const all = rows.flat();
  return `${all.filter(({ speed }) => speed >= 1 / 1.05).length} of ${all.length}`;
}

/** The three rows where we are furthest behind. */
function slowest(rows: readonly Speed[][]): string {
  const worst = rows
    .flatMap((row) => row.toSorted((a, b) => a.speed - b.speed).slice(0, 1))
    .toSorted((a, b) => a.speed - b.speed)
    // At the beginning of a line, a plus would make a list.
    .map(({ name, speed }) => `“${name.replaceAll(" + ", " and ")}” (${factor(speed)}×)`);
  return new Intl.ListFormat("en").format(worst.slice(0, 3));
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
