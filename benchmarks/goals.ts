/**
 * What the library shall reach, and whether it did.
 */
import type { Other } from "./languages.ts";

/** What was measured of one row. */
export interface Measured {
  /** Our time in nanoseconds. */
  time: number;
  /** How many times as fast as `language` we were; absent if that language could not run here. */
  speed(language: Other): number | undefined;
}

/** A limit that is to be kept. */
export interface Goal {
  /** The limit, in words. */
  text: string;
  /** With whom we are compared, if with anybody. */
  other?: Other;
  /** Whether it was kept; `undefined` if that could not be measured. */
  met(measured: Measured): boolean | undefined;
}

/** At least so many times the speed of `language`. */
export function atLeast(factor: number, language: Other): Goal {
  return {
    text: `≥ ${factor} ${language}`,
    other: language,
    met: (measured) => reached(measured.speed(language), factor),
  };
}

/** At most so many times the time of `language`. */
export function atMost(factor: number, language: Other): Goal {
  return {
    text: `≤ ${factor} × ${language}'s time`,
    other: language,
    met: (measured) => reached(measured.speed(language), 1 / factor),
  };
}

/** At most so many nanoseconds. */
export function within(nanoseconds: number, text: string): Goal {
  return { text: `≤ ${text}`, met: ({ time }) => time <= nanoseconds };
}

function reached(value: number | undefined, least: number): boolean | undefined {
  return value === undefined ? undefined : value >= least;
}
