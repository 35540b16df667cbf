/**
 * growth.svg: what one piece of work costs while there is more and more of it.
 */
import type { Language } from "./languages.ts";
import {
  absent,
  colors,
  order,
  picture,
  Plot,
  plotAt,
  provenance,
  text,
  type Who,
  who,
} from "./plot.ts";
import type { Results, Row } from "./results.ts";

/** One of the small plots. */
interface Panel {
  title: string;
  /** What the horizontal axis counts. */
  label: string;
  /** The rows with everybody's times, and the rows of the other form of ours: by default all is awaited. */
  rows: string;
  awaited?: string;
  note?: { at: number; text: string };
}

const message = (way: string, title: string): Panel => ({
  title: `A message through ${title}`,
  label: "bytes",
  rows: `message through a ${way}`,
  awaited: `message through a ${way}, awaited`,
});

const panels: readonly Panel[][] = [
  [
    { title: "One of many children", label: "children", rows: "children at once" },
    {
      title: "A wake-up among many waits",
      label: "descriptors waited for",
      rows: "descriptors waited for",
    },
    {
      title: "A receive among many waits",
      label: "receives waited for",
      rows: "receives waited for",
      note: { at: 16, text: "from 17 on\nthey take turns" },
    },
  ],
  [message("queue", "a queue"), message("pipe", "a pipe"), message("socket", "a Unix socket")],
];

const TOP = 92;
const [COLUMN, LINE] = [280, 262];

interface Point {
  name: Who | "ours, sync";
  at: number;
  time: number;
}

/** Draws all panels. */
export function growthPicture(results: Results): string {
  const rows = Map.groupBy(
    results.rows.filter(({ area }) => area === "growth"),
    ({ name }) => name,
  );
  const all = panels.map((line) => line.map((panel) => pointsOf(panel, rows)));
  const names = new Set(all.flat(2).map(({ name }) => name));
  const shown = order.filter((name) => names.has(name));
  const plots = panels.flatMap((line, y) => {
    const points = all[y];
    const shared = y > 0 ? points.flat() : undefined; // messages can be compared with each other
    return line.map((panel, x) => drawn(panel, points[x], shared, 4 + x * COLUMN, TOP + y * LINE));
  });
  return picture({
    height: TOP + panels.length * LINE + 8,
    title: "What one costs while there are more and more",
    subtitle: "Lower is better. Both scales are logarithmic; the three below have the same.",
    legend: legend(shown),
    caption:
      "The time of one: a child (/bin/true) that is started, then waited for, with all the " +
      "others; a byte written to one of many pipes until it is read (C: epoll, Perl: select, Python: " +
      "selectors; Deno's own, which makes no pipes: Unix sockets); a message sent until the one of many " +
      "receives that waits for its type has it (C and Python: a thread for each); a message written and " +
      'read again in one process. "ours" is awaited, and so is Deno\'s own; the others block. Who is not ' +
      `in a panel has nothing like it, or was not measured. ${absent(shown)}${provenance(results)}`,
  }, plots);
}

function legend(shown: readonly Who[]): [string, string][] {
  const line = (color: string, width = 1.5, dashes = "none") =>
    `<path d="M0,0H18" stroke="${color}" stroke-width="${width}" stroke-dasharray="${dashes}" />`;
  return [
    [line(colors.ours, 2.5), "ours"],
    [line(colors.ours, 1.5, "4 2"), "ours, sync"],
    ...shown.slice(1).map((name): [string, string] => [line(colors[name]), name]),
  ];
}

function pointsOf(panel: Panel, rows: ReadonlyMap<string, Row[]>): Point[] {
  const points = (name: string, ours: Point["name"]) =>
    rows.get(name)!.flatMap(({ at, times }) =>
      Object.entries(times).flatMap(([language, time]): Point[] => {
        const found = who(language as Language);
        return found ? [{ name: found === "ours" ? ours : found, at: at!, time }] : [];
      })
    );
  if (!panel.awaited) return points(panel.rows, "ours");
  return [...points(panel.rows, "ours, sync"), ...points(panel.awaited, "ours")];
}

function drawn(
  panel: Panel,
  points: Point[],
  shared: Point[] | undefined,
  x: number,
  y: number,
): string {
  const times = (shared ?? points).map(({ time }) => time);
  const counts = [...new Set(points.map(({ at }) => at))];
  const bytes = panel.label === "bytes";
  const domain = [Math.min(...times) / 1.3, Math.max(...times) * 1.3];
  const { at, text: note } = panel.note ?? {};
  return text(x + 12, y + 14, panel.title, 'class="strong"') + plotAt(x, y + 18, {
    width: COLUMN - 4,
    height: LINE - 28,
    marginLeft: 50,
    marginRight: 20,
    marginTop: 10,
    marginBottom: 38,
    x: { type: "log" },
    y: { type: "log", domain, label: null },
    marks: [
      Plot.axisX(counts, {
        text: (count: number) =>
          bytes ? size(count) : count === 20 ? "" : count.toLocaleString("en"),
        tickSize: 3,
        label: panel.label,
        labelAnchor: "center",
        labelArrow: "none",
      }),
      // As text, since as tickFormat a logarithmic scale leaves some out.
      Plot.axisY(ticksOf(domain), { text: short, tickSize: 0 }),
      Plot.gridY(ticksOf(domain), { strokeOpacity: 0.18 }),
      ...(note
        ? [
          Plot.ruleX([at!], { strokeDasharray: "2 3" }),
          Plot.text([note], {
            x: at,
            frameAnchor: "top",
            textAnchor: "end",
            dx: -6,
            lineAnchor: "top",
          }),
        ]
        : []),
      ...[...Map.groupBy(points, ({ name }) => name)].reverse().flatMap(([name, own]) =>
        line(name, own)
      ),
    ],
  });
}

function line(name: Point["name"], points: Point[]) {
  const ours = name.startsWith("ours");
  const stroke = ours ? colors.ours : colors[name as Who];
  const strokeDasharray = name === "ours" || !ours ? undefined : "4 2";
  const strokeWidth = name === "ours" ? 2.5 : 1.5;
  return [
    Plot.lineY(points, { x: "at", y: "time", stroke, strokeWidth, strokeDasharray }),
    Plot.dot(points, { x: "at", y: "time", fill: stroke, r: 2.5 }),
  ];
}

/** Powers of ten, and what lies between them where there are few. */
function ticksOf([least, most]: number[]): number[] {
  const steps = most / least > 100 ? [1] : [1, 2, 5];
  return Array.from({ length: 10 }, (_, power) => steps.map((step) => step * 10 ** power)).flat()
    .filter((tick) => tick >= least && tick <= most);
}

function short(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds} ns`;
  return nanoseconds < 1e6 ? `${nanoseconds / 1e3} µs` : `${nanoseconds / 1e6} ms`;
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes}` : `${bytes / 1024} Ki`;
}
