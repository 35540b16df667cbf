/**
 * What is measured while the work grows. `at` is how much there is of it: children, descriptors, receives, or bytes.
 */
import type { Case, Program } from "./compare.ts";
import type { CommandProgram } from "./process_cases.ts";
import type { ObjectProgram } from "./sysv_cases.ts";

/** Children that are started, then waited for, all at once: the time of one. */
export const children: readonly Case<CommandProgram>[] = [1, 10, 100, 1000].map((at) => {
  const program: CommandProgram = {
    role: "together",
    count: Math.ceil(100 / at),
    bytes: at,
    pieces: at,
    command: ["/bin/true"],
  };
  return { name: "children at once", at, ours: program, theirs: program, goals: [] };
});

const noDeno = { "bare Deno": null };

/** How long it takes to hear of one thing while so many are waited for. */
export const waiting: readonly Case[] = [
  ...[1, 10, 100, 1000, 5000].map((at): Case => {
    const program: Program = { role: "waiting", count: 5000, bytes: at, oneCpu: true };
    // Perl looks at all of them each time, which would take most of the round.
    const except = { Perl: { ...program, count: at > 100 ? 500 : 5000 } };
    return {
      name: "descriptors waited for",
      at,
      ours: program,
      theirs: program,
      except,
      goals: [],
    };
  }),
  ...[1, 4, 16, 20, 32, 64, 100].map((at): Case => {
    // From 17 on ours take turns.
    const program = { role: "receives", count: at <= 16 ? 3000 : 30, bytes: at, oneCpu: true };
    const except = { ...noDeno, Perl: null };
    const name = "receives waited for";
    return { name, at, ours: program, theirs: { ...program, count: 3000 }, except, goals: [] };
  }),
];

/** A message written and read again by the same process, awaited and not. */
export const messages: readonly Case[] = ["pipe", "socket"].flatMap((way) =>
  [8, 128, 1024, 8192, 65_536].flatMap((at): Case[] => {
    const program: Program = {
      role: way,
      count: 20_000,
      bytes: at,
      oneCpu: true,
    };
    const awaited: Program = { ...program, role: `${way}-awaited` };
    const name = `message through a ${way}`;
    const bareDeno = way === "socket" ? awaited : null;
    return [
      { name, at, ours: program, theirs: program, except: noDeno, goals: [] },
      { name: `${name}, awaited`, at, ours: awaited, except: { "bare Deno": bareDeno }, goals: [] },
    ];
  })
);

/** The same through a queue, which takes no more than 8 KiB unless the system is told otherwise. */
export const queueMessages: readonly Case<ObjectProgram>[] = [8, 128, 1024, 8192].flatMap((at) => {
  const program: ObjectProgram = {
    role: "queue",
    count: 20_000,
    bytes: at,
    on: "queue",
    oneCpu: true,
  };
  const name = "message through a queue";
  return [
    { name, at, ours: program, theirs: program, goals: [] },
    { name: `${name}, awaited`, at, ours: { ...program, role: "queue-awaited" }, goals: [] },
  ];
});
