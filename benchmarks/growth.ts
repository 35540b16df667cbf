/**
 * How the cost grows with the work: what the picture growth.svg shows. What the peers do is said in
 * `peers/process.c`, `peers/peer.c` and `peers/growth.c`, how much there is of it in `growth_cases.ts`.
 */
import type { Area } from "./compare.ts";
import { children, messages, queueMessages, waiting } from "./growth_cases.ts";
import { compiled, deno, perl, python } from "./languages.ts";
import { makeObjects } from "./objects.ts";
import { process } from "./process.ts";
import { sysv } from "./sysv.ts";

const name = "growth";

const others: Area = {
  name,
  cases: [...waiting, ...messages],
  others: ["C", "bare Deno", "Perl", "Python"],
  prepare(directory, stack) {
    const { queue } = makeObjects(stack);
    return {
      finders: {
        C: () => compiled("peers/growth.c", directory),
        Deno: () => deno("peers/growth.ts"),
        "bare Deno": () => deno("peers/bare_growth.ts"),
        Perl: () => perl("peers/growth.pl"),
        Python: () => python("peers/growth.py", "sysv_ipc"),
      },
      words: () => [...queue, directory],
    };
  },
};

/** What is measured of growth. */
export const growth: readonly Area[] = [
  { ...process, name, cases: children },
  { ...sysv, name, cases: queueMessages },
  others,
];
