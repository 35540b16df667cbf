/**
 * One stop of the tour: a row of the page, and what is done there.
 */
import type { Perl } from "./perl.ts";

/** What a row finds when the tour comes to it. */
export interface Company {
  /** Starts a Perl program on the other end; absent where Perl has no IPC::SysV. */
  readonly perl?: Perl;
  /** Who is on the other end: "Perl", or "Deno" itself. */
  readonly other: string;
  /** Aborted when the tour is interrupted, or the row takes too long: pass it to everything that waits. */
  readonly signal: AbortSignal;
}

/** A row of the page. */
export interface Row {
  /** Its number. */
  readonly number: number;
  /** The facility, in a few words. */
  readonly title: string;
  /** Who starts, when Perl is on the other end; absent where no other program is. */
  readonly direction?: "→" | "←" | "↔";
  /**
   * Does it for real and returns one sentence about what was done and what came out; throws if that was
   * wrong. What it makes it removes, however it ends.
   */
  walk(company: Company): Promise<string>;
}

/** An area of the page, with its rows. */
export interface Area {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** How a row ended. */
export type Outcome = "done" | "without Perl" | "failed";
