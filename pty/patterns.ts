/**
 * What one waits for, and where it is found.
 */
import { describe } from "../libc/mod.ts";

/** Stands for the end of the terminal among patterns: then that is a result, and no error. */
export const EOF: unique symbol = Symbol("EOF");

/** Stands for the end of the wait's `timeout` among patterns: then that is a result, and no error. */
export const TIMEOUT: unique symbol = Symbol("TIMEOUT");

/** What one waits for: text, whatever a regular expression matches, {@linkcode EOF} or {@linkcode TIMEOUT}. */
export type Pattern = string | RegExp | typeof EOF | typeof TIMEOUT;

/**
 * One pattern, several, or several by name. Of a regular expression the flags `g` and `y` have no effect. Patterns that are
 * kept in a variable need `as const` where {@linkcode EOF} or {@linkcode TIMEOUT} is among them.
 */
export type Patterns = Pattern | readonly Pattern[] | Readonly<Record<string, Pattern>>;

/** What tells which of `P` was found: a name, an index, or 0 for the only one. */
export type Which<P extends Patterns> = P extends Pattern ? 0
  : P extends readonly Pattern[] ? number
  : keyof P;

/** A pattern that was found. */
export interface Match<W = string | number> {
  /** Which: its name, or its index in the list; 0 if there was only one. */
  readonly which: W;
  /** What came before it. For {@linkcode EOF} that is all that was left; for {@linkcode TIMEOUT} all that is there. */
  readonly before: string;
  /** What matched; nothing for {@linkcode EOF} and {@linkcode TIMEOUT}. */
  readonly match: string;
  /** What the groups of the regular expression matched, from the first one on. */
  readonly captures: readonly (string | undefined)[];
  /** What its named groups matched. */
  readonly groups: Readonly<Record<string, string | undefined>>;
  /** How many characters came before `before` and were let go, since there were more than `maxBuffer`. */
  readonly forgotten: number;
}

/** Patterns that were checked. */
export interface Wanted {
  /** Those that are searched for, in their order. */
  readonly searched: readonly { which: string | number; pattern: string | RegExp }[];
  /** Which one stands for the end, and for the time being over, if one does. */
  readonly atEnd?: string | number;
  readonly atTimeout?: string | number;
  /** All of them in words. */
  readonly text: string;
}

/** Where one of the patterns was found. */
export interface Found extends Omit<Match, "before" | "forgotten"> {
  /** Where it begins. */
  readonly index: number;
}

/** Checks patterns before anything is read. */
export function wantedOf(patterns: Patterns): Wanted {
  const named = isPattern(patterns) ? [[0, patterns] as const] : entriesOf(patterns);
  if (named.length === 0) throw new TypeError("Nothing to wait for: there is no pattern");
  const searched = [];
  let atEnd, atTimeout;
  for (const [which, pattern] of named) {
    if (pattern === EOF) atEnd ??= which;
    else if (pattern === TIMEOUT) atTimeout ??= which;
    else searched.push({ which, pattern: searchable(pattern) });
  }
  return {
    searched,
    atEnd,
    atTimeout,
    get text() { // which only errors need
      return named.map(([, one]) => inWords(one)).join(" or ");
    },
  };
}

function isPattern(value: Patterns): value is Pattern {
  return typeof value === "string" || typeof value === "symbol" || value instanceof RegExp;
}

function entriesOf(patterns: Exclude<Patterns, Pattern>): (readonly [string | number, Pattern])[] {
  if (Array.isArray(patterns)) return patterns.map((pattern, i) => [i, pattern]);
  if (typeof patterns === "object" && patterns !== null) return Object.entries(patterns);
  throw refused(patterns);
}

function searchable(pattern: Exclude<Pattern, symbol>): string | RegExp {
  if (pattern === "") throw new TypeError("A pattern must not be empty: it would match at once");
  if (typeof pattern === "string") return pattern;
  if (!(pattern instanceof RegExp)) throw refused(pattern);
  // These would search from where the last match ended, in some other text.
  return pattern.global || pattern.sticky
    ? new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""))
    : pattern;
}

function refused(value: unknown): TypeError {
  return new TypeError(
    `A pattern must be a string, a RegExp, EOF or TIMEOUT, got ${describe(value)}`,
  );
}

function inWords(pattern: Pattern): string {
  if (typeof pattern === "symbol") return pattern.description!;
  return typeof pattern === "string" ? JSON.stringify(pattern) : String(pattern);
}

/** The pattern that is found first in `text`; of several that begin there the first of the list. */
export function search(text: string, { searched }: Wanted): Found | undefined {
  let first: Found | undefined;
  for (const { which, pattern } of searched) {
    const found = typeof pattern === "string"
      ? findText(text, pattern, which)
      : findExpression(text, pattern, which);
    if (found !== undefined && !(first !== undefined && first.index <= found.index)) first = found;
  }
  return first;
}

function findText(text: string, pattern: string, which: string | number): Found | undefined {
  const index = text.indexOf(pattern);
  return index < 0 ? undefined : { which, index, match: pattern, captures: [], groups: {} };
}

function findExpression(text: string, pattern: RegExp, which: string | number): Found | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const { 0: match, index, groups = {} } = found;
  return { which, index, match, captures: found.slice(1), groups };
}
