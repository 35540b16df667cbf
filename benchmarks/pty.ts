/**
 * Terminals with this library beside C, Expect.pm and pexpect. What the peers do is said in `peers/terminal.c`, what is
 * to be reached in `pty_cases.ts`.
 */
import type { Area } from "./compare.ts";
import { compiled, deno, perl, python } from "./languages.ts";
import { cases } from "./pty_cases.ts";

/** What is measured of terminals. */
export const pty: Area = {
  name: "pty",
  cases,
  others: ["C", "Perl", "Python"],
  prepare: (directory) => ({
    finders: {
      C: () => compiled("peers/terminal.c", directory),
      Deno: () => deno("peers/terminal.ts"),
      Perl: () => perl("peers/terminal.pl", "Expect"),
      Python: () => python("peers/terminal.py", "pexpect"),
    },
    words: () => [],
  }),
};
