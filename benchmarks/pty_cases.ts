/**
 * What is measured of terminals, and what the library shall reach.
 */
import type { Case, Program } from "./compare.ts";
import { atLeast } from "./goals.ts";

const trip: Program = { role: "trip", count: 5000, bytes: 64 };
const pinned: Program = { ...trip, oneCpu: true };
const spawn: Program = { role: "spawn", count: 100, bytes: 6 };

/** All rows. "Perl" is Expect.pm, "Python" is pexpect without its pause before it sends. */
export const cases: readonly Case[] = [
  {
    name: "a line typed, and expected back from cat",
    ours: trip,
    theirs: trip,
    pictured: true,
    goals: [atLeast(0.7, "Perl"), atLeast(5, "Python")],
  },
  {
    name: "the same, synchronous",
    ours: { ...trip, role: "trip-sync" },
    theirs: trip,
    goals: [],
  },
  {
    name: "the same, one CPU, awaited",
    ours: pinned,
    theirs: pinned,
    goals: [],
  },
  {
    name: "echo started in a terminal, read to its end",
    ours: spawn,
    theirs: spawn,
    goals: [],
  },
];
