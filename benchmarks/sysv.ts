/**
 * System V IPC with this library beside C, Perl and Python. What the peers do is said in `peers/peer.c`, what is to be
 * reached in `sysv_cases.ts`.
 */
import type { Area } from "./compare.ts";
import { compiled, deno, perl, python } from "./languages.ts";
import { makeObjects } from "./objects.ts";
import { cases, type ObjectProgram } from "./sysv_cases.ts";

/** What is measured of System V IPC. */
export const sysv: Area<ObjectProgram> = {
  name: "sysv",
  cases,
  others: ["C", "Perl", "Python"],
  prepare(directory, stack) {
    const keys = makeObjects(stack);
    return {
      finders: {
        C: () => compiled("peers/peer.c", directory),
        Deno: () => deno("peers/peer.ts"),
        Perl: () => perl("peers/peer.pl"),
        Python: () => python("peers/peer.py", "sysv_ipc"), // Debian's python3-sysv-ipc
        "empty Deno": () => deno("peers/start.ts"),
      },
      words: ({ on }) => keys[on],
    };
  },
};
