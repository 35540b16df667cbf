/**
 * speed.svg: our speed as a multiple of everybody else's, as bars to the left and to the right of 1.
 */
import type { Language } from "./languages.ts";
import { absent, colors, order, picture, Plot, plotAt, provenance, who, WIDTH } from "./plot.ts";
import type { Results, Row } from "./results.ts";

const TOP = 84; // below the legend
const BAR = 6;
const LEFT = 262; // where the names end

const titles: Record<string, string> = {
  sysv: "System V",
  process: "Processes",
  signals: "Signals",
  fifo: "FIFOs and file locks",
  sockets: "Sockets",
  pty: "Terminals",
};

interface Bar {
  speed: number;
  color: string;
  y: number;
}

interface Label {
  content: string;
  y: number;
}

/** Draws the rows that are to be in it. */
export function speedPicture(results: Results): string {
  const layout = laidOut(results.rows.filter(({ pictured }) => pictured));
  const { bars, height } = layout;
  const shown = order.filter((name) => bars.some(({ color }) => color === colors[name]));
  return picture({
    height: TOP + height,
    title: "How fast we are, as a multiple of the others",
    subtitle: "To the right of 1× we are faster, to the left slower. The scale is logarithmic.",
    legend: shown.map((name) => [
      `<rect y="-5" width="16" height="10" fill="${colors[name]}" />`,
      name,
    ]),
    caption: explanation + absent(shown) + provenance(results),
  }, [drawn(layout)]);
}

const explanation =
  "Each bar is the median, over the rounds, of the quotient of the two times for the same work. Who has " +
  "no bar in a row has nothing like it, or was not measured. \"Deno's own\" is Deno.Command, Deno's files, " +
  "listeners and sockets. All rows are in benchmarks/results.json. ";

function drawn({ bars, names, heads, height }: ReturnType<typeof laidOut>): string {
  const speeds = bars.map(({ speed }) => speed);
  const domain = [Math.min(...speeds) * 0.9, Math.max(...speeds) * 1.1];
  const ticks = steps.filter((step) => step > domain[0] && step < domain[1]);
  // As text, since as tickFormat a logarithmic scale leaves some out.
  const axis = (anchor: "top" | "bottom") =>
    Plot.axisX(ticks, { anchor, text: (speed: number) => `${speed}×`, tickSize: 0 });
  return plotAt(0, TOP, {
    width: WIDTH,
    height,
    marginLeft: LEFT,
    marginRight: 24,
    marginTop: 24,
    marginBottom: 28,
    x: { type: "log", domain },
    y: { type: "identity", axis: null },
    marks: [
      axis("top"),
      axis("bottom"),
      Plot.gridX(ticks, { strokeOpacity: 0.18 }),
      Plot.rect(bars, {
        x1: ({ speed }) => Math.min(1, speed),
        x2: ({ speed }) => Math.max(1, speed),
        y1: "y",
        y2: ({ y }) => y + BAR - 1,
        fill: "color",
      }),
      Plot.ruleX([1], { strokeWidth: 1.5 }),
      Plot.text(names, label("end", -10)),
      Plot.text(heads, { ...label("start", 16 - LEFT), className: "strong" }),
    ],
  });
}

const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

function label(textAnchor: "start" | "end", dx: number): Plot.TextOptions {
  return { text: "content", y: "y", frameAnchor: "left", textAnchor, dx };
}

/** Where everything is, from above; rows are as high as they have bars. */
function laidOut(rows: readonly Row[]) {
  const bars: Bar[] = [];
  const names: Label[] = [];
  const heads: Label[] = [];
  let y = 32;
  for (const [area, ofArea] of Map.groupBy(rows, ({ area }) => area)) {
    heads.push({ content: titles[area] ?? area, y: y + 8 });
    y += 22;
    for (const row of ofArea) {
      const found = barsOf(row);
      const height = Math.max(found.length * BAR, 14);
      const first = y + (height - found.length * BAR) / 2;
      bars.push(...found.map((bar, i) => ({ ...bar, y: first + i * BAR })));
      names.push({ content: row.name, y: y + height / 2 });
      y += height + 7;
    }
    y += 6;
  }
  return { bars, names, heads, height: y + 24 };
}

/** One for each who has a color. */
function barsOf({ speeds }: Row): { speed: number; color: string }[] {
  return Object.entries(speeds)
    .map(([language, speed]) => ({ speed, name: who(language as Language) }))
    .toSorted((a, b) => order.indexOf(a.name!) - order.indexOf(b.name!))
    .flatMap(({ speed, name }) => name ? { speed, color: colors[name] } : []);
}
