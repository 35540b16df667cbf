/**
 * Signals with this library beside C, Deno's own listeners and Perl. The other end of a round trip is the same program
 * in C for all of them. What the peers do is said in `peers/signals.c`, what is to be reached in `signals_cases.ts`.
 */
import type { Area } from "./compare.ts";
import { compiled, deno, perl } from "./languages.ts";
import { cases } from "./signals_cases.ts";

/** What is measured of signals. */
export const signals: Area = {
  name: "signals",
  cases,
  others: ["C", "bare Deno", "Perl"],
  async prepare(directory) {
    const otherEnd = await compiled("peers/signals.c", directory);
    return {
      finders: {
        C: () => otherEnd,
        Deno: () => deno("peers/signals.ts"),
        "bare Deno": () => deno("peers/bare_signals.ts"),
        Perl: () => perl("peers/signals.pl"),
      },
      words: () => otherEnd,
    };
  },
};
