/**
 * Compares the mechanisms of this library with each other: 64 bytes there and back between two processes of ours, and
 * what it costs to start something.
 *
 *   deno task bench:mechanisms
 *
 * takes about three minutes. Both processes of a round trip are Deno, on one CPU where `taskset` can pin them.
 *
 * @module
 */
import type { Area, Program } from "./compare.ts";
import { deno } from "./languages.ts";
import { duration } from "./numbers.ts";
import { makeObjects } from "./objects.ts";
import { measureAll, prepareAll, workplace } from "./rounds.ts";
import { printTable } from "./table.ts";
import { median, ratio } from "./times.ts";

const ROUNDS = 5;

using stack = new DisposableStack();

// Each by the name that the peer knows, and what it carries.
const trips = ([
  ["memory", "shared memory, semaphores to wake", "bytes in place"],
  ["semaphore", "semaphores", "a turn"],
  ["queue", "message queue", "messages"],
  ["pipe", "two pipes", "a stream"],
  ["fifo", "two FIFOs", "a stream"],
  ["pair", "socket pair", "a stream"],
  ["seqpacket", "socket pair, seqpacket", "messages"],
  ["unix", "Unix socket at a path", "a stream"],
  ["tcp", "TCP over loopback", "a stream"],
  ["udp", "UDP over loopback", "messages"],
  ["signal", "signal", "nothing more"],
  ["value", "real-time signal", "one number"],
] as const).map(([role, name, carries]) => {
  const awaited: Program = { role, count: 5000, bytes: 64, oneCpu: true };
  return { name, carries, awaited, blocking: { ...awaited, role: `${role}-sync` } };
});

// Each with the peer's role, how often, and what is started.
const starts = ([
  ["spawn, awaited", "process.ts", "spawn-awaited", 100, "/bin/true"],
  ["spawn, waitSync", "process.ts", "spawn", 100, "/bin/true"],
  ["fork, waitSync", "process.ts", "fork", 30, "a copy of the program"],
  ["spawnModule, awaited", "spawn_module.ts", "fork", 10, "Deno on an empty module"],
] as const).map(([name, peer, role, count, what]) => ({
  name,
  what,
  peer,
  program: { role, count, bytes: 0 } as Program,
}));

const areas: Area[] = [
  {
    name: "64 bytes there and back",
    cases: trips.flatMap(({ name, awaited, blocking }) =>
      [awaited, blocking].map((ours) => ({ name, ours, goals: [] }))
    ),
    others: [],
    prepare(directory, stack) {
      const { queue, semaphores, smallMemory } = makeObjects(stack);
      return {
        finders: { Deno: () => deno("peers/mechanisms.ts") },
        words: () => [directory, ...queue, ...semaphores, ...smallMemory],
      };
    },
  },
  ...starts.map(({ name, peer, program }): Area => ({
    name,
    cases: [{ name, ours: program, goals: [] }],
    others: [],
    prepare: () => ({
      finders: { Deno: () => deno(`peers/${peer}`) },
      words: () => ["/bin/true"],
    }),
  })),
];

const times = await measureAll(await prepareAll(areas, workplace(stack), stack), ROUNDS);
const pipes = trips.find(({ name }) => name === "two pipes")!;

function cells(program: Program, other: Program): string[] {
  const [own, compared] = [program, other].map((one) => times.of(one, "Deno"));
  return [duration(median(own)), ratio(own, compared).toFixed(2)];
}

console.log();
printTable(
  ["64 bytes there and back", "awaited", "× pipes", "blocking", "× pipes", "what it carries"],
  trips.map(({ name, carries, awaited, blocking }) => [
    name,
    ...cells(awaited, pipes.awaited),
    ...cells(blocking, pipes.blocking),
    carries,
  ]),
);
console.log();
printTable(
  ["starting, and waiting for the end", "time", "what"],
  starts.map(({ name, what, program }) => [
    name,
    duration(median(times.of(program, "Deno"))),
    what,
  ]),
);
console.log(`
Times are medians over the rounds. "× pipes" is the median of the quotients of both times in the
same round: with 2, it takes twice the time of two pipes.`);
