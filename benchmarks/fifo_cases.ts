/**
 * What is measured of FIFOs and file locks, and what the library shall reach.
 */
import type { Case, Program } from "./compare.ts";
import { atLeast } from "./goals.ts";

const read: Program = { role: "read", count: 1, bytes: 1024 * 2 ** 20, oneCpu: true };
const readAwaited: Program = { ...read, role: "read-awaited" };
const serve: Program = { ...read, role: "serve", count: 5000, bytes: 64 };
const lock: Program = { ...read, role: "lock", count: 300_000, bytes: 0 };

/** All rows. */
export const cases: readonly Case[] = [
  {
    name: "1 GiB read, 64 KiB blocks",
    ours: read,
    theirs: read,
    goals: [atLeast(0.9, "C")],
  },
  {
    name: "1 GiB read, awaited",
    pictured: true,
    ours: readAwaited,
    theirs: read,
    except: { "bare Deno": readAwaited },
    goals: [atLeast(1.2, "bare Deno")],
  },
  {
    name: "a reader answered",
    pictured: true,
    ours: serve,
    theirs: serve,
    except: { "bare Deno": null },
    goals: [],
  },
  {
    name: "tryLock + unlock",
    pictured: true,
    ours: lock,
    theirs: lock,
    goals: [],
  },
];
