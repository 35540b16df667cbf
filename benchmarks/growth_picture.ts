/**
 * growth.svg: what one piece of work costs while there is more and more of it.
 */
import { panels, type Point, pointsOf } from "./growth_panels.ts";
import { COLUMN, LINE, panelAt } from "./growth_plot.ts";
import { absent, colors, order, picture, provenance, type Who } from "./plot.ts";
import type { Results } from "./results.ts";

const TOP = 92; // below the legend

/** Draws all panels. */
export function growthPicture(results: Results): string {
  const [above, below] = panels.map((line) => line.map((panel) => pointsOf(panel, results)));
  const shared = domainOf(below.flat());
  const plots = [
    ...above.map((points, i) =>
      panelAt(4 + i * COLUMN, TOP, panels[0][i], points, domainOf(points))
    ),
    ...below.map((points, i) => panelAt(4 + i * COLUMN, TOP + LINE, panels[1][i], points, shared)),
  ];
  const names = new Set([...above, ...below].flat().map(({ name }) => name));
  const shown = order.filter((name) => names.has(name));
  return picture({
    height: TOP + 2 * LINE + 8,
    title: "What one costs while there are more and more",
    subtitle: "Lower is better. Both scales are logarithmic; the three below have the same.",
    legend: legend(shown),
    caption: explanation + absent(shown) + provenance(results),
  }, plots);
}

const explanation =
  "The time of one: a child (/bin/true) that is started, then waited for, with all the others; a byte " +
  "written to one of many pipes until it is read (C: epoll, Perl: select, Python: selectors; Deno's own, " +
  "which makes no pipes: Unix sockets); a message sent until the one of many receives that waits for its " +
  "type has it (C and Python: a thread for each); a message written and read again in one process. " +
  '"ours" is awaited, as is Deno\'s own and Node; the others block. Who is not in a panel has nothing ' +
  "like it, or was not measured. ";

function domainOf(points: readonly Point[]): [number, number] {
  const times = points.map(({ time }) => time);
  return [Math.min(...times) / 1.3, Math.max(...times) * 1.3];
}

function legend(shown: readonly Who[]): [mark: string, name: string][] {
  const line = (color: string, width = 1.5, dashes = "none") =>
    `<path d="M0,0H18" stroke="${color}" stroke-width="${width}" stroke-dasharray="${dashes}" />`;
  return [
    [line(colors.ours, 2.5), "ours"],
    [line(colors.ours, 1.5, "4 2"), "ours, sync"],
    ...shown.slice(1).map((name): [string, string] => [line(colors[name]), name]),
  ];
}
