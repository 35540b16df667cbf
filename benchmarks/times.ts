/**
 * The times of all rounds.
 */
import type { Program } from "./compare.ts";
import type { Language } from "./languages.ts";

/** The times of each program in each language, in nanoseconds, one for every round. */
export class Times {
  readonly #times = new Map<Program, Partial<Record<Language, number[]>>>();

  /** The times of `program` in `language` so far; a new one is pushed to them. */
  of(program: Program, language: Language): number[] {
    let languages = this.#times.get(program);
    if (!languages) this.#times.set(program, languages = {});
    return languages[language] ??= [];
  }
}

/** The middle one of `values`, which a few outliers do not move; NaN if there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of `times[i] / others[i]`: two times of the same round met the same noise. */
export function ratio(times: readonly number[], others: readonly number[]): number {
  return median(times.map((time, round) => time / others[round]));
}
