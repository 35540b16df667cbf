/**
 * Processes with this library beside C, Perl, Python, Node and `Deno.Command`. What the peers do is said in
 * `peers/process.c`, what is to be reached in `process_cases.ts`.
 */
import type { Area } from "./compare.ts";
import { compiled, deno, node, perl, python } from "./languages.ts";
import { cases, type CommandProgram } from "./process_cases.ts";

/** What is measured of processes. */
export const process: Area<CommandProgram> = {
  name: "process",
  cases,
  others: ["C", "Deno.Command", "Perl", "Python", "Node"],
  prepare: (directory) => ({
    finders: {
      C: () => compiled("peers/process.c", directory),
      Deno: () => deno("peers/process.ts"),
      Perl: () => perl("peers/process.pl"),
      Python: () => python("peers/process.py"),
      Node: () => node("peers/process.mjs"),
      "Deno.Command": () => deno("peers/deno_command.ts"),
      spawnModule: () => deno("peers/spawn_module.ts"),
    },
    words: ({ command }) => command,
  }),
};
