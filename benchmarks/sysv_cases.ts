/**
 * What is measured of System V, and what the library shall reach.
 */
import type { Case, Program } from "./compare.ts";
import { atLeast, atMost, within } from "./goals.ts";
import type { ObjectName } from "./objects.ts";

/** What a peer is told to do with the kernel's objects. */
export interface ObjectProgram extends Program {
  /** What it works on. */
  on: ObjectName;
  // Where the scheduler puts two processes that talk decides more about their speed than the language.
  oneCpu: true;
}

// Counts are so large that Deno's compiler has long been done when the clock starts.
const small: ObjectProgram = { role: "queue", count: 60_000, bytes: 64, on: "queue", oneCpu: true };
const large: ObjectProgram = { ...small, count: 60_000, bytes: 4096 };
const pingPong: ObjectProgram = { ...small, role: "ping", partner: "pong", count: 50_000 };
const awaitedPingPong = {
  ...pingPong,
  role: "ping-awaited",
  partner: "pong-awaited",
  count: 10_000,
};
const pair: ObjectProgram = { ...small, role: "semaphore", count: 100_000, on: "semaphores" };
const handOver: ObjectProgram = { ...pair, role: "give", partner: "take", count: 50_000 };
const memory: ObjectProgram = {
  ...small,
  role: "memory",
  count: 50_000,
  bytes: 60,
  on: "smallMemory",
};
const copy: ObjectProgram = {
  ...small,
  role: "copy",
  count: 1500,
  bytes: 2 ** 20,
  on: "largeMemory",
};

const firstUse: ObjectProgram = { ...small, role: "first-use", count: 7 };

/** All rows. */
export const cases: readonly Case<ObjectProgram>[] = [
  {
    name: "queue, 64 B: send + receive",
    pictured: true,
    ours: small,
    theirs: small,
    goals: [atLeast(0.65, "C"), atLeast(1.1, "Perl")],
  },
  {
    name: "queue, 4 KiB",
    ours: large,
    theirs: large,
    goals: [atLeast(0.5, "C")],
  },
  {
    name: "queue, 4 KiB, into own buffer",
    ours: { ...large, role: "queue-into" },
    theirs: large,
    goals: [atLeast(0.75, "C"), atLeast(1.1, "Perl")],
  },
  {
    name: "queue, 64 B, awaited",
    pictured: true,
    ours: { ...small, role: "queue-awaited" },
    theirs: small,
    goals: [atLeast(0.55, "C")],
  },
  {
    name: "ping-pong, two processes",
    pictured: true,
    ours: pingPong,
    theirs: pingPong,
    goals: [atMost(1.2, "C")],
  },
  {
    name: "ping-pong, awaited at both ends",
    pictured: true,
    ours: awaitedPingPong,
    theirs: pingPong,
    goals: [],
  },
  {
    name: "receive begun, then sent to, awaited",
    ours: { ...small, role: "wake", count: 15_000 },
    goals: [within(20_000, "20 µs")],
  },
  {
    name: "CPU of a receive waiting for 2 s",
    ours: { ...small, role: "idle", count: 1 },
    goals: [within(8_000_000, "8 ms")],
  },
  {
    name: "semaphore: +1, then −1",
    pictured: true,
    ours: pair,
    theirs: pair,
    goals: [atLeast(0.8, "C"), atLeast(1, "Perl")],
  },
  {
    name: "semaphore: +1, then −1, awaited",
    ours: { ...pair, role: "semaphore-awaited" },
    theirs: pair,
    goals: [atLeast(0.55, "C")],
  },
  {
    name: "semaphore hand-over, two processes",
    ours: handOver,
    theirs: handOver,
    goals: [],
  },
  {
    name: "shared memory, 60 B: write + read",
    ours: memory,
    theirs: memory,
    goals: [atLeast(50, "Perl"), atLeast(5, "Python")],
  },
  {
    name: "shared memory, 1 MiB through a view",
    pictured: true,
    ours: copy,
    theirs: copy,
    goals: [atLeast(0.95, "C")],
  },
  {
    name: "first use: start to message",
    ours: firstUse,
    except: { "empty Deno": { ...firstUse, role: "empty" } },
    goals: [atMost(1.3, "empty Deno")],
  },
];
