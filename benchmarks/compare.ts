/**
 * What can be compared: areas, their rows, and what each language does in a row.
 */
import type { Goal } from "./goals.ts";
import type { Finder, Language, Other } from "./languages.ts";

/** What a peer is told to do: the same words for every language. */
export interface Program {
  /** The peer's case, as its source names it. */
  role: string;
  /** The case of a second peer of the same language, at the other end. */
  partner?: string;
  /** How many operations are timed, after as many to warm up. */
  count: number;
  /** The size of a message, a copy or an output, or whatever number the case needs. */
  bytes: number;
  /** How many equal pieces of work an operation has: the time is that of one. Default 1. */
  pieces?: number;
  /** Whether all of its processes stay on one CPU. */
  oneCpu?: boolean;
}

/** One row of the table. */
export interface Case<P extends Program = Program> {
  /** What the row is called. */
  name: string;
  /** What our library does. */
  ours: P;
  /** What the others do; absent where they have nothing like it. */
  theirs?: P;
  /** Programs of those who do it in another way, `null` for those who cannot. */
  except?: Partial<Record<Other, P | null>>;
  /** What is to be reached. */
  goals: readonly Goal[];
  /** How much work it is, where rows of one name differ in that. */
  at?: number;
  /** Whether it is one of the rows that the picture of all areas shows. */
  pictured?: true;
}

/** What is measured of one part of the library, with a table of its own. */
export interface Area<P extends Program = Program> {
  /** What it is called. */
  name: string;
  /** The rows. */
  cases: readonly Case<P>[];
  /** The columns of the table, of which C is the first. */
  others: readonly Other[];
  /** Makes in `directory`, or until `stack` is disposed, what the programs need. */
  prepare(directory: string, stack: DisposableStack): Prepared<P> | Promise<Prepared<P>>;
}

/** What a prepared area can say. */
export interface Prepared<P extends Program> {
  /** Who takes part, if this machine has it. */
  finders: Partial<Record<Language, Finder>>;
  /** More words for the command line of every program. */
  words(program: P): readonly (string | number)[];
}

/** They have no column: they take part only in rows that name them in `except`. */
export const standIns: ReadonlySet<Language> = new Set(["spawnModule", "empty Deno"]);

/** What a language does in a row. */
export function programOf<P extends Program>(row: Case<P>, language: Language): P | undefined {
  if (language === "Deno") return row.ours;
  const exception = row.except?.[language];
  if (exception !== undefined) return exception ?? undefined;
  return standIns.has(language) ? undefined : row.theirs;
}
