/**
 * Sockets with this library beside C, Deno's own and Perl. The other end is the same program in C for all of them: a
 * server, or, where they serve, the client. What the peers do is said in `peers/sockets.c`, what is to be reached in
 * `sockets_cases.ts`.
 */
import type { Area } from "./compare.ts";
import { compiled, deno, perl } from "./languages.ts";
import { cases } from "./sockets_cases.ts";

/** What is measured of sockets. */
export const sockets: Area = {
  name: "sockets",
  cases,
  others: ["C", "bare Deno", "Perl"],
  async prepare(directory) {
    const otherEnd = await compiled("peers/sockets.c", directory);
    return {
      finders: {
        C: () => otherEnd,
        Deno: () => deno("peers/sockets.ts"),
        "bare Deno": () => deno("peers/bare_sockets.ts", "--unstable-net"),
        Perl: () => perl("peers/sockets.pl"),
      },
      words: () => [...otherEnd, directory],
    };
  },
};
