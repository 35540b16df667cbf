/**
 * FIFOs and file locks with this library beside C, Deno's own files and Perl. The other end of a FIFO is the same
 * program in C for all of them. What the peers do is said in `peers/fifo.c`, what is to be reached in `fifo_cases.ts`.
 */
import { mkfifo } from "../fifo/mod.ts";
import type { Area } from "./compare.ts";
import { cases } from "./fifo_cases.ts";
import { compiled, deno, perl } from "./languages.ts";

/** What is measured of FIFOs and file locks. */
export const fifo: Area = {
  name: "fifo",
  cases,
  others: ["C", "bare Deno", "Perl"],
  async prepare(directory) {
    const otherEnd = await compiled("peers/fifo.c", directory);
    mkfifo(`${directory}/fifo`);
    Deno.createSync(`${directory}/file`).close();
    return {
      finders: {
        C: () => otherEnd,
        Deno: () => deno("peers/fifo.ts"),
        "bare Deno": () => deno("peers/bare_fifo.ts"),
        Perl: () => perl("peers/fifo.pl"),
      },
      words: () => [...otherEnd, directory],
    };
  },
};
