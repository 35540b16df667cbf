/**
 * What is measured of processes, and what the library shall reach.
 */
import type { Case, Program } from "./compare.ts";
import { atLeast, atMost, within } from "./goals.ts";

/** What a peer is told to do with a program. */
export interface CommandProgram extends Program {
  /** What it starts. */
  command: readonly string[];
}

const MiB = 2 ** 20;

const spawn: CommandProgram = { role: "spawn", count: 300, bytes: 0, command: ["/bin/true"] };
const spawnAwaited = { ...spawn, role: "spawn-awaited" };
const large = { ...spawn, bytes: 1024 * MiB, count: 8 };
const largeAwaited = { ...large, role: "spawn-awaited" };
const small = { ...spawn, role: "capture", bytes: 6, command: ["/bin/echo", "small"] };
const zeros = (size: number) => [
  "/bin/dd",
  "if=/dev/zero",
  "bs=64K",
  `count=${size / 65536}`,
  "status=none",
];
const much = {
  ...small,
  count: 3,
  bytes: 64 * MiB,
  command: zeros(64 * MiB),
};
const read: CommandProgram = {
  role: "read",
  count: 1,
  bytes: 1024 * MiB,
  command: zeros(1024 * MiB),
  oneCpu: true,
};
const crowd = { ...spawn, role: "together", count: 2, bytes: 500 };
const fork = { ...spawn, role: "fork", count: 30 };

const awaited = { Node: spawnAwaited, "Deno.Command": spawnAwaited };
const largeAwaitedToo = { Node: largeAwaited, "Deno.Command": largeAwaited };

/** All rows. */
export const cases: readonly Case<CommandProgram>[] = [
  {
    name: "spawn + wait, /bin/true",
    pictured: true,
    ours: spawn,
    theirs: spawn,
    goals: [atLeast(0.9, "C"), atLeast(1.6, "Perl")],
  },
  {
    name: "spawn + wait, awaited",
    pictured: true,
    ours: spawnAwaited,
    theirs: spawn,
    except: awaited,
    goals: [atLeast(0.75, "C"), atLeast(1.1, "Deno.Command")],
  },
  {
    name: "spawn + wait, from 1 GiB",
    pictured: true,
    ours: large,
    theirs: large,
    goals: [atLeast(0.9, "C"), atLeast(50, "Perl")],
  },
  {
    name: "spawn + wait, from 1 GiB, awaited",
    ours: largeAwaited,
    theirs: large,
    except: largeAwaitedToo,
    goals: [],
  },
  {
    name: "capture of 6 bytes",
    pictured: true,
    ours: small,
    theirs: small,
    goals: [atLeast(0.9, "C"), atLeast(1.2, "Deno.Command")],
  },
  {
    name: "capture of 64 MiB",
    ours: much,
    theirs: much,
    goals: [atLeast(0.8, "C"), atLeast(1.4, "Perl")],
  },
  {
    name: "1 GiB read, one CPU",
    ours: read,
    theirs: read,
    goals: [atLeast(0.9, "C")],
  },
  {
    name: "1 GiB read, one CPU, awaited",
    pictured: true,
    ours: { ...read, role: "read-awaited" },
    theirs: read,
    goals: [atLeast(1, "Deno.Command")],
  },
  {
    name: "1 GiB read, one CPU, as a stream",
    ours: { ...read, role: "read-stream" },
    theirs: read,
    goals: [],
  },
  {
    name: "500 children at once",
    pictured: true,
    ours: crowd,
    theirs: crowd,
    goals: [atMost(1.05, "C")],
  },
  {
    name: "fork + wait",
    pictured: true,
    ours: fork,
    theirs: fork,
    except: { Node: null, "Deno.Command": null, spawnModule: fork },
    goals: [within(2e6, "2 ms"), atLeast(10, "spawnModule")],
  },
  {
    name: "CPU of a wait for 2 s",
    ours: { ...spawn, role: "idle", count: 1, command: ["/bin/sleep", "10"] },
    goals: [within(8e6, "8 ms")],
  },
];
