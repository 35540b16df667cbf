/**
 * What each of the small plots of growth.svg shows.
 */
import type { Language } from "./languages.ts";
import { type Who, who } from "./plot.ts";
import type { Results } from "./results.ts";

/** One of the small plots. */
export interface Panel {
  /** What one costs. */
  title: string;
  /** What the horizontal axis counts. */
  label: string;
  /** The name of its rows. */
  rows: string;
  /** The name of the rows where ours is awaited, if it is not in those. */
  awaited?: string;
  /** What happens from a certain count on. */
  note?: { at: number; text: string };
}

const waiting = (title: string, label: string): Panel => ({ title, label, rows: label });
const message = (way: string, title: string): Panel => ({
  title: `A message through ${title}`,
  label: "bytes",
  rows: `message through a ${way}`,
  awaited: `message through a ${way}, awaited`,
});

/** All of them, in two lines, the second of which has one scale. */
export const panels: readonly [readonly Panel[], readonly Panel[]] = [
  [
    { title: "One of many children", label: "children", rows: "children at once" },
    waiting("A wake-up among many waits", "descriptors waited for"),
    {
      ...waiting("A receive among many waits", "receives waited for"),
      note: { at: 16, text: "from 17 on\nours take turns" },
    },
  ],
  [message("queue", "a queue"), message("pipe", "a pipe"), message("socket", "a Unix socket")],
];

/** What one cost somebody while there were so many. */
export interface Point {
  /** Whom. */
  name: Who | "ours, sync";
  /** How many. */
  at: number;
  /** Nanoseconds. */
  time: number;
}

/** What `panel` shows of `results`. */
export function pointsOf({ rows, awaited }: Panel, results: Results): Point[] {
  const points = (name: string, ours: Point["name"]) =>
    results.rows.filter((row) => row.area === "growth" && row.name === name)
      .flatMap(({ at, times }) =>
        Object.entries(times).flatMap(([language, time]): Point[] => {
          const found = who(language as Language);
          return found ? [{ name: found === "ours" ? ours : found, at: at!, time }] : [];
        })
      );
  if (awaited === undefined) return points(rows, "ours");
  return [...points(rows, "ours, sync"), ...points(awaited, "ours")];
}
