/**
 * Several terminals at once.
 */
import { countdown, poll, requirePatience, waitNames, type WaitOptions } from "../io/mod.ts";
import { checked, describe, requireArray } from "../libc/mod.ts";
import { Dialogue } from "./dialogue.ts";
import { ExpectTimeoutError } from "./errors.ts";
import type { Match, Patterns } from "./patterns.ts";

/** What is waited for in one of several terminals. */
export type Expectation<D extends Dialogue = Dialogue> = readonly [dialogue: D, expected: Patterns];

/**
 * Waits until something is found in one of several terminals, and takes it there; from the others nothing is taken.
 *
 * @param expectations Terminals and what is expected of each. If several have it already the first one counts.
 * @returns The terminal, and what was found.
 * @throws As {@linkcode Dialogue.expect}; the end of any terminal is an error unless EOF is expected of it, and the time
 * being over always.
 *
 * @example
 * ```ts
 * import { expectAny, spawnTerminal } from "@deno-ipc/ipc/pty";
 *
 * await using slow = spawnTerminal("sleep", ["1000"]);
 * await using quick = spawnTerminal("sh", ["-c", "echo ready; exec sleep 1000"]);
 * const { dialogue } = await expectAny([[slow, "ready"], [quick, "ready"]], { timeout: 10_000 });
 * console.log(dialogue === quick); // true
 * ```
 */
export async function expectAny<D extends Dialogue>(
  expectations: readonly Expectation<D>[],
  options: WaitOptions = {},
): Promise<{ dialogue: D; found: Match }> {
  const { signal, timeout } = checked(options, waitNames);
  requirePatience({ signal, timeout });
  requireArray("Expectations", expectations);
  expectations.forEach(requireExpectation);
  if (expectations.length === 0) throw new TypeError("Nothing to wait for: there is no terminal");
  const timeLeft = countdown(timeout);
  for (;;) {
    for (const [dialogue, expected] of expectations) {
      const found = dialogue.tryExpect(expected);
      if (found !== undefined) return { dialogue, found };
    }
    const left = timeLeft();
    if (left === 0) {
      const seen = expectations.map(([{ unread }]) => unread).join("\n");
      throw new ExpectTimeoutError(timeout!, "one of several terminals", seen);
    }
    await poll({ read: expectations.map(([{ pty }]) => pty.fd) }, { signal, timeout: left });
  }
}

function requireExpectation(expectation: unknown): void {
  if (Array.isArray(expectation) && expectation[0] instanceof Dialogue) return;
  throw new TypeError(`An expectation must be [dialogue, pattern], got ${describe(expectation)}`);
}
