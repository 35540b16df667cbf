/**
 * Walks rows, one after the other.
 */
import type { Areas } from "./areas.ts";
import { perlUntil } from "./perl.ts";
import type { Outcome, Row } from "./row.ts";

const LONGEST = 50_000; // milliseconds for one row

/** How it went at a row. */
export interface Visit {
  /** The row's number. */
  readonly number: number;
  readonly title: string;
  /** The name of its area. */
  readonly area: string;
  readonly outcome: Outcome;
  /** What was done and what came out, or what went wrong. */
  readonly sentence: string;
  readonly milliseconds: number;
}

/** Who is told about a walk while it goes on. */
export interface Companion {
  /** An area begins. */
  area(title: string): void;
  /** A row is being walked until what is returned here is disposed. */
  running(row: Row): Disposable;
  /** A row has been walked. */
  visited(row: Row, visit: Visit): void;
}

/** How rows are walked. */
export interface WalkOptions {
  withPerl: boolean;
  /** Aborted when the tour is interrupted: the row then rejects, and so removes what it made. */
  signal: AbortSignal;
  companion?: Companion;
}

/** Walks all rows, unless it is interrupted; returns how it went at those that were not. */
export async function walk(areas: Areas, options: WalkOptions): Promise<Visit[]> {
  const { signal, companion } = options;
  const visits: Visit[] = [];
  for (const [name, { title, rows }] of Object.entries(areas)) {
    if (signal.aborted) break;
    companion?.area(title);
    for (const row of rows) {
      const visit = await visitRow(name, row, options);
      companion?.visited(row, visit);
      if (signal.aborted) break;
      visits.push(visit);
    }
  }
  return visits;
}

async function visitRow(area: string, row: Row, options: WalkOptions): Promise<Visit> {
  const { withPerl, companion } = options;
  const { number, title } = row;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(LONGEST)]);
  const before = performance.now();
  let outcome: Outcome = withPerl || row.direction === undefined ? "done" : "without Perl";
  let sentence: string;
  try {
    using _ = companion?.running(row);
    sentence = await row.walk(
      withPerl ? { perl: perlUntil(signal), other: "Perl", signal } : { other: "Deno", signal },
    );
  } catch (error) {
    outcome = "failed";
    sentence = String(signal.aborted ? signal.reason : error);
  }
  const milliseconds = performance.now() - before;
  return { number, title, area, outcome, sentence, milliseconds };
}
