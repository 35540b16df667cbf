/**
 * What the tour walks through, and which of it was asked for.
 */
import { Misuse } from "./command_line.ts";
import { fifos } from "./fifo.ts";
import { pipes } from "./pipes.ts";
import { processes } from "./process.ts";
import { terminals } from "./pty.ts";
import type { Area } from "./row.ts";
import { signals } from "./signals.ts";
import { sockets } from "./sockets.ts";
import { sysv } from "./sysv.ts";

/** Areas of the page, by the names of the library's folders. */
export type Areas = Readonly<Record<string, Area>>;

/** All of them, as they are walked. Another one is a file beside these and one line here. */
export const areas: Areas = {
  signals,
  fifo: fifos,
  process: processes,
  pipes,
  pty: terminals,
  sockets,
  sysv,
};

/** The rows that these words name, such as `signals,5`; all, if there are no words. */
export function choose(words: readonly string[]): Areas {
  if (words.length === 0) return areas;
  const unknown = new Set(words.flatMap((word) => word.split(",")));
  const names = new Set(unknown);
  const chosen: Record<string, Area> = {};
  for (const [name, { title, rows }] of Object.entries(areas)) {
    const named = rows.filter(({ number }) => names.has(name) || names.has(String(number)));
    if (named.length > 0) chosen[name] = { title, rows: named };
    for (const known of [name, ...named.map(({ number }) => String(number))]) unknown.delete(known);
  }
  for (const word of unknown) {
    const there = Object.keys(areas).join(", ");
    throw new Misuse(`There is no "${word}"; the areas are ${there}, and --list has the rows`);
  }
  return chosen;
}

/** A row without its code. */
export interface Entry {
  number: number;
  title: string;
  area: string;
}

/** The rows of areas, in one list. */
export function rowsOf(areas: Areas): Entry[] {
  return Object.entries(areas).flatMap(([area, { rows }]) =>
    rows.map(({ number, title }) => ({ number, title, area }))
  );
}
