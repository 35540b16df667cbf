/**
 * A row of the page, and the cases that prove it: what is done, by which sides, and what must come out the same.
 */
import type { Stage } from "./stage.ts";

/** Whose program it is. */
export type Side = "ours" | "Perl";

/** Who is asked: one side alone, or both, where the first starts or serves and the second is on the other end. */
export const ways = ["ours", "Perl", "ours → Perl", "Perl → ours"] as const;

/** One of the ways. */
export type Way = typeof ways[number];

/** Does it for real, and returns what could be observed: text, a status, numbers. */
export type Produce = (stage: Stage) => Promise<unknown>;

/** One thing that is asked in several ways. */
export interface Case {
  /** What, in a few words. */
  readonly what: string;
  /** How it is done in each way that there is. The harness compares what they return with each other. */
  readonly ways: Readonly<Partial<Record<Way, Produce>>>;
  /** Where we differ on purpose: what each side must return instead of the same. */
  readonly differing?: Readonly<Record<Side, unknown>>;
}

/** A row of the page. */
export interface Row {
  /** Its number. */
  readonly number: number;
  /** The facility, in a few words. */
  readonly title: string;
  /** What has been replaced, and where we differ and why, if there is something to say. */
  readonly note?: string;
  /** What proves it. */
  readonly cases: readonly Case[];
}

/** The same, asked of each side alone. */
export function alone(
  what: string,
  produce: (stage: Stage, side: Side) => Promise<unknown>,
): Case {
  return {
    what,
    ways: { ours: (stage) => produce(stage, "ours"), Perl: (stage) => produce(stage, "Perl") },
  };
}

/** What each side does in its own way: both must return what is said here, and not the same. */
export function differing(
  what: string,
  values: Readonly<Record<Side, unknown>>,
  produce: (stage: Stage, side: Side) => Promise<unknown>,
): Case {
  return { ...alone(what, produce), differing: values };
}

/** Two programs: both of each side, and one of each in both roles. All four must return the same. */
export function between(
  what: string,
  produce: (stage: Stage, first: Side, second: Side) => Promise<unknown>,
): Case {
  return {
    what,
    ways: {
      "ours": (stage) => produce(stage, "ours", "ours"),
      "Perl": (stage) => produce(stage, "Perl", "Perl"),
      "ours → Perl": (stage) => produce(stage, "ours", "Perl"),
      "Perl → ours": (stage) => produce(stage, "Perl", "ours"),
    },
  };
}
