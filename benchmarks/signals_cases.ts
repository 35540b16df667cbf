/**
 * What is measured of signals, and what the library shall reach.
 */
import type { Case, Program } from "./compare.ts";
import { atLeast, atMost } from "./goals.ts";

const SIGUSR2 = 12;

/** `bytes` is what an operation results in: the signal's number, or the value that came with it. */
const handle: Program = { role: "handle", count: 20_000, bytes: SIGUSR2, oneCpu: true };
const wait: Program = { ...handle, role: "wait", count: 60_000 };
const raise: Program = { ...handle, role: "raise", count: 40_000 };
const queue: Program = { ...handle, role: "queue", count: 300_000 };
const queueWait: Program = { ...queue, role: "queue-wait", bytes: 4711 };

// They have no way to take a signal but a handler.
const noWait = { Perl: null, "bare Deno": null };

/** All rows. */
export const cases: readonly Case[] = [
  {
    name: "handler, round trip",
    pictured: true,
    ours: handle,
    theirs: handle,
    goals: [atMost(1.05, "bare Deno")],
  },
  {
    name: "signalInfo, round trip",
    pictured: true,
    ours: { ...handle, role: "info" },
    theirs: handle,
    goals: [atLeast(1, "bare Deno")],
  },
  {
    name: "signalInfo begun, then round trip",
    ours: { ...handle, role: "info-begun" },
    theirs: handle,
    goals: [atLeast(1, "bare Deno")],
  },
  {
    name: "sigwait, round trip",
    ours: { ...handle, role: "wait-awaited" },
    theirs: handle,
    goals: [],
  },
  {
    name: "sigwaitSync, round trip",
    pictured: true,
    ours: wait,
    theirs: wait,
    except: noWait,
    goals: [atMost(1.5, "C")],
  },
  {
    name: "raise, handler",
    ours: raise,
    theirs: raise,
    goals: [],
  },
  {
    name: "queue, ignored",
    ours: queue,
    theirs: queue,
    except: noWait,
    goals: [],
  },
  {
    name: "queue + sigwaitSync",
    pictured: true,
    ours: queueWait,
    theirs: queueWait,
    except: noWait,
    goals: [],
  },
];
