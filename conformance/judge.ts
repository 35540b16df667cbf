/**
 * The harness: does a case in all its ways, and compares what comes out.
 */
import assert from "node:assert/strict";
import { type Case, type Row, type Side, type Way, ways } from "./case.ts";
import { Stage } from "./stage.ts";

/** How a way of a case came out. Both good ones have been asserted. */
export type Outcome = "equal" | "differs" | "failed";

/** What came out of one way of a case. */
export interface Verdict {
  readonly what: string;
  readonly way: Way;
  readonly outcome: Outcome;
  /** Why it failed. */
  readonly why?: string;
}

const LONGEST = 100_000; // milliseconds for one way of a case
const GRACE = 3000; // milliseconds for what was given up

/** Does all cases of a row, and tells what came out of each way. */
export async function judge(row: Row, signal: AbortSignal): Promise<Verdict[]> {
  const verdicts = [];
  for (const one of row.cases) verdicts.push(...await judgeCase(one, signal));
  return verdicts;
}

/** Does a case in all its ways at once, and tells what came out of each. */
export async function judgeCase(one: Case, signal: AbortSignal): Promise<Verdict[]> {
  const used = ways.filter((way) => one.ways[way] !== undefined);
  assert.ok(used.length > 1, `${one.what}: there is nothing to compare with`);
  const produced = await Promise.all(used.map((way) => attempt(one, way, signal)));
  const standard = produced[Math.max(0, used.indexOf("Perl"))];
  return used.map((way, i) => {
    try {
      const value = valueOf(produced[i]);
      const expected = one.differing ? one.differing[sideOf(way)] : valueOf(standard);
      assert.deepEqual(value, expected);
      return { what: one.what, way, outcome: one.differing ? "differs" : "equal" };
    } catch (error) {
      return { what: one.what, way, outcome: "failed", why: told(error) };
    }
  });
}

interface Attempt {
  readonly value?: unknown;
  readonly error?: unknown;
}

async function attempt(one: Case, way: Way, interruption: AbortSignal): Promise<Attempt> {
  const watchdog = AbortSignal.timeout(LONGEST);
  const signal = AbortSignal.any([interruption, watchdog]);
  const stage = new Stage(signal);
  const work = one.ways[way]!(stage);
  try {
    return { value: await Promise.race([work, aborted(signal)]) };
  } catch (error) {
    const errors = stage.errors();
    const why = signal.aborted ? `no end after ${LONGEST} ms` : told(error);
    return { error: new Error(errors === "" ? why : `${why}\nand was told: ${errors}`) };
  } finally {
    await settled(work);
    await stage[Symbol.asyncDispose]();
  }
}

/** Waits for what was given up: it ends its programs itself. If it does not, the stage will. */
async function settled(work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, GRACE);
  await Promise.race([work.catch(() => {}), promise]);
  clearTimeout(timer);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function valueOf({ value, error }: Attempt): unknown {
  if (error !== undefined) throw error;
  assert.notEqual(value, undefined, "nothing was observed");
  return value;
}

function sideOf(way: Way): Side {
  assert.ok(way === "ours" || way === "Perl", "only one side alone can differ");
  return way;
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
