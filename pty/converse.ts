/**
 * A conversation that is known beforehand.
 */
import { countdown, waitNames, type WaitOptions, withPatience } from "../io/mod.ts";
import { bytes, checked, describe, requireArray, requireInstance } from "../libc/mod.ts";
import { Dialogue } from "./dialogue.ts";
import type { Match, Patterns } from "./patterns.ts";

/** What is typed in answer to a pattern: text or bytes, or what makes it of what was found. */
export type Answer =
  | string
  | Uint8Array
  | ((found: Match) => string | Uint8Array | void | Promise<string | Uint8Array | void>);

/** One step of a conversation: what is waited for, and what is typed then, if anything. */
export type Step = readonly [expected: Patterns, answer?: Answer];

/**
 * Holds a conversation: for each step waits for what it expects, then types its answer.
 *
 * @param dialogue With whom.
 * @param steps What is expected and answered, one after the other. "\r" at the end of an answer is the Enter key.
 * @param options `timeout` is for all of it together.
 * @returns What was found at each step.
 * @throws As {@linkcode Dialogue.expect}; the steps before are done then.
 *
 * @example
 * ```ts
 * import { converse, EOF, spawnTerminal } from "@deno-ipc/ipc/pty";
 *
 * await using shell = spawnTerminal("sh", [], { env: { PS1: "$ " } });
 * const found = await converse(shell, [
 *   ["$ ", "expr 6 '*' 7\r"],
 *   [/^(\d+)\r\n/m, ({ captures }) => `exit ${captures[0]}\r`],
 *   [EOF],
 * ], { timeout: 10_000 });
 * console.log(found[1].captures[0], (await shell.wait()).code); // 42 42
 * ```
 */
export async function converse(
  dialogue: Dialogue,
  steps: readonly Step[],
  options: WaitOptions = {},
): Promise<Match[]> {
  requireInstance("Dialogue", Dialogue, dialogue);
  requireArray("Steps", steps);
  const { signal, timeout } = checked(options, waitNames);
  steps.forEach(requireStep);
  const found: Match[] = [];
  const left = countdown(timeout);
  const patience = () => ({ signal, timeout: left() });
  for (const [expected, answer] of steps) {
    const match: Match = await dialogue.expect(expected, patience());
    found.push(match);
    const typed = typeof answer === "function"
      ? await withPatience(patience(), () => answer(match))
      : answer;
    if (typed !== undefined) await dialogue.send(typed, patience());
  }
  return found;
}

function requireStep(step: Step): void {
  if (Array.isArray(step) && step.length >= 1 && step.length <= 2) return requireAnswer(step[1]);
  throw new TypeError(`A step must be [expected] or [expected, answer], got ${describe(step)}`);
}

// Before anything is waited for, which may take long.
function requireAnswer(answer: unknown): void {
  if (answer === undefined || typeof answer === "function") return;
  bytes("Answer", answer as string | Uint8Array);
}
