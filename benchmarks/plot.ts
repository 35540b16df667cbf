/**
 * What the pictures have in common: the library that plots, colors, and the frame with title, legend and caption.
 */
// Here and not in deno.json, so that whoever draws nothing needs no package.
import * as Plot from "npm:@observablehq/plot@0.6.17";
import { DOMParser } from "npm:linkedom@0.18.12";
import type { Language } from "./languages.ts";
import { wrapped } from "./numbers.ts";
import type { Results } from "./results.ts";

export { Plot };

/** How wide every picture is: a page of GitHub's. */
export const WIDTH = 860;

const document = new DOMParser().parseFromString("<html></html>", "text/html");

/** Colors that are told apart by whoever sees colors differently, and on light and dark alike. */
export const colors = {
  ours: "#0072b2",
  C: "#808890",
  "Deno's own": "#e69f00",
  Node: "#56b4e9",
  Perl: "#009e73",
  Python: "#cc79a7",
} as const;

/** Who has a color. */
export type Who = keyof typeof colors;

/** All of them, in the order in which they stand. */
export const order = Object.keys(colors) as Who[];

/** Whose color a language has, if it is in the pictures. */
export function who(language: Language): Who | undefined {
  if (language === "Deno") return "ours";
  if (language === "bare Deno" || language === "Deno.Command") return "Deno's own";
  return language in colors ? language as Who : undefined;
}

/** Draws a plot at a place in a picture. */
export function plotAt(x: number, y: number, options: Plot.PlotOptions): string {
  const plot = Plot.plot({ ...options, document: document as Plot.PlotOptions["document"] });
  plot.querySelector("style")!.remove(); // which is for HTML
  for (const [name, value] of Object.entries({ x, y, "font-size": 11 })) {
    plot.setAttribute(name, `${value}`);
  }
  return plot.outerHTML;
}

/** A text at a place in a picture. */
export function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`;
}

/** What a picture consists of besides its plots. */
export interface Frame {
  /** How high it is, without its caption. */
  height: number;
  /** What it shows. */
  title: string;
  /** How it is to be read. */
  subtitle: string;
  /** The lines of the legend: a mark and what it stands for. */
  legend: readonly [mark: string, name: string][];
  /** What one should know about it. */
  caption: string;
}

/** A whole picture around `plots`. */
export function picture(
  { height, title, subtitle, legend, caption }: Frame,
  plots: string[],
): string {
  const lines = wrapped(caption, 136);
  let x = 16;
  const entries = legend.map(([mark, name]) => {
    const entry = `<g transform="translate(${x},72)">${mark}${text(24, 4, name)}</g>`;
    x += 50 + 6.5 * name.length; // about as wide as it is written
    return entry;
  });
  const total = height + lines.length * 15 + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${total}" width="${WIDTH}" \
height="${total}" role="img" fill="currentColor" font-family="system-ui, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<style>
svg { color: #59636e; }
.strong { font-weight: 600; color: #32383f; fill: currentColor; }
text { white-space: pre; }
@media (prefers-color-scheme: dark) {
  svg { color: #9198a1; }
  .strong { color: #d1d7e0; }
  [fill="${colors.ours}"] { fill: #2f9bdb; }
  [stroke="${colors.ours}"] { stroke: #2f9bdb; }
}
</style>
${text(16, 26, title, 'class="strong" font-size="17"')}
${text(16, 48, subtitle)}
${entries.join("\n")}
${plots.join("\n")}
${lines.map((line, i) => text(16, height + 10 + i * 15, line, 'font-size="11"')).join("\n")}
</svg>
`;
}

/** Who could not take part at all. */
export function absent(shown: readonly Who[]): string {
  const missing = order.filter((name) => name !== "ours" && !shown.includes(name));
  return missing.length > 0 ? `Not on this machine: ${missing.join(", ")}. ` : "";
}

/** Who was measured, where and how often. */
export function provenance({ date, rounds, machine, versions }: Results): string {
  const all = Object.entries(versions).map(([name, version]) =>
    `${name === "C" ? "C by gcc" : name} ${version}`
  );
  const times = rounds === 1 ? "one round" : `${rounds} rounds, in which the languages take turns`;
  return `Measured on ${date} in ${times}: ${
    all.join(", ")
  }; ${machine.cpu}, ${machine.cpus} CPUs, ` +
    `${machine.kernel}.`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
