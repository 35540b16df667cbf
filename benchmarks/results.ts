/**
 * What was measured, as benchmarks/results.json has it: whatever is printed, drawn or said comes from there.
 */
import { type Case, programOf } from "./compare.ts";
import type { Measured } from "./goals.ts";
import type { Language, Other } from "./languages.ts";
import type { Stand } from "./rounds.ts";
import { median, ratio, type Times } from "./times.ts";

/** All that one run has measured. */
export interface Results {
  /** The day. */
  date: string;
  /** How often everything was measured. */
  rounds: number;
  /** Where. */
  machine: {
    /** The name of the processor. */
    cpu: string;
    /** How many there are. */
    cpus: number;
    /** The kernel. */
    kernel: string;
  };
  /** The version of everybody who took part. */
  versions: Record<string, string>;
  /** The rows of all areas. */
  rows: Row[];
}

/** What was measured of one row. */
export interface Row {
  /** The area's name. */
  area: string;
  /** The row's name. */
  name: string;
  /** How much work it is, where rows of one name differ in that. */
  at?: number;
  /** Whether the picture of all areas shows it. */
  pictured?: true;
  /** The median time of one operation in each language that took part, in nanoseconds; ours is Deno's. */
  times: Partial<Record<Language, number>>;
  /** Our speed as a multiple of that of each other: the median of the quotients of all rounds. */
  speeds: Partial<Record<Other, number>>;
  /** What was to be reached. */
  goals: Verdict[];
}

/** A goal, and whether it was reached. */
export interface Verdict {
  /** The goal, in words. */
  text: string;
  /** With whom we are compared, if with anybody. */
  other?: Other;
  /** Whether it was reached; `null` if that could not be measured. */
  met: boolean | null;
}

/** The rows of what was measured at `stand`. */
export function rowsOf({ area, peers }: Stand, times: Times): Row[] {
  return area.cases.map((row) => rowOf(area.name, row, [...peers.keys()], times));
}

function rowOf(area: string, row: Case, languages: Language[], times: Times): Row {
  const { name, at, pictured } = row;
  const result: Row = { area, name, at, pictured, times: {}, speeds: {}, goals: [] };
  const own = times.of(row.ours, "Deno");
  for (const language of languages) {
    const program = programOf(row, language);
    if (!program) continue;
    const all = times.of(program, language);
    result.times[language] = rounded(median(all));
    if (language !== "Deno") result.speeds[language] = rounded(ratio(all, own));
  }
  const measured: Measured = { time: median(own), speed: (other) => result.speeds[other] };
  for (const goal of row.goals) {
    const { text, other } = goal;
    result.goals.push({ text, other, met: goal.met(measured) ?? null });
  }
  return result;
}

/** More digits would say nothing, and change with every run. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
