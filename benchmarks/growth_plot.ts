/**
 * How one of the small plots of growth.svg is drawn.
 */
import type { Panel, Point } from "./growth_panels.ts";
import { colors, order, Plot, plotAt, text } from "./plot.ts";

/** How large each is, with the room around it. */
export const [COLUMN, LINE] = [280, 262];

const names: readonly Point["name"][] = [...order.slice(1).reverse(), "ours, sync", "ours"];

/** Draws `points` at a place in the picture; `domain` is what the vertical axis covers. */
export function panelAt(
  x: number,
  y: number,
  panel: Panel,
  points: readonly Point[],
  domain: [number, number],
): string {
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
      ...axes(panel, points, domain),
      ...(panel.note ? noted(panel.note) : []),
      // Ours are last, above the others.
      ...names.flatMap((name) => line(name, points.filter((point) => point.name === name))),
    ],
  });
}

function axes({ label }: Panel, points: readonly Point[], domain: [number, number]) {
  const counts = [...new Set(points.map(({ at }) => at))].sort((a, b) => a - b);
  // No text where the next one is too near.
  const text = (count: number, i: number) =>
    counts[i - 1] * 1.5 > count ? "" : label === "bytes" ? size(count) : count.toLocaleString("en");
  const ticks = ticksOf(domain);
  return [
    // As text, since as tickFormat a logarithmic scale leaves some out.
    Plot.axisX(counts, { text, tickSize: 3, label, labelAnchor: "center", labelArrow: "none" }),
    Plot.axisY(ticks, { text: time, tickSize: 0 }),
    Plot.gridY(ticks, { strokeOpacity: 0.18 }),
  ];
}

function noted({ at, text }: { at: number; text: string }) {
  return [
    Plot.ruleX([at], { strokeDasharray: "2 3" }),
    Plot.text([text], { x: at, frameAnchor: "top", lineAnchor: "top", textAnchor: "end", dx: -6 }),
  ];
}

function line(name: Point["name"], points: readonly Point[]) {
  const stroke = name === "ours, sync" ? colors.ours : colors[name];
  const strokeDasharray = name === "ours, sync" ? "4 2" : undefined;
  const strokeWidth = name === "ours" ? 2.5 : 1.5;
  return [
    Plot.lineY(points, { x: "at", y: "time", stroke, strokeWidth, strokeDasharray }),
    Plot.dot(points, { x: "at", y: "time", fill: stroke, r: 2.5 }),
  ];
}

/** Powers of ten, and what lies between them where there are few. */
function ticksOf([least, most]: [number, number]): number[] {
  const steps = most / least > 100 ? [1] : [1, 2, 5];
  return Array.from({ length: 10 }, (_, power) => steps.map((step) => step * 10 ** power)).flat()
    .filter((tick) => tick >= least && tick <= most);
}

function time(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds} ns`;
  return nanoseconds < 1e6 ? `${nanoseconds / 1e3} µs` : `${nanoseconds / 1e6} ms`;
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes}` : `${bytes / 1024} Ki`;
}
