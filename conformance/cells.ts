/**
 * What the table says about a row in one column, in the terminal and in the documentation.
 */
import type { Way } from "./case.ts";
import type { Outcome, Verdict } from "./judge.ts";

const marks: Record<Outcome, string> = { equal: "✓", differs: "≠", failed: "✗" };

/** The mark for what came out in a way: a dash if nothing was asked in it, a cross if one case failed. */
export function cell(verdicts: readonly Verdict[], way: Way): string {
  const outcomes = new Set(verdicts.filter((one) => one.way === way).map((one) => one.outcome));
  if (outcomes.size === 0) return "–";
  if (outcomes.has("failed")) return marks.failed;
  return [...outcomes].sort((a, b) => b.localeCompare(a)).map((outcome) => marks[outcome]).join(
    " ",
  );
}
