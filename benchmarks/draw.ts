/**
 * Draws the pictures of results.json, and writes into the README what they show.
 *
 *   deno task bench:draw [--check]
 *
 * With --check nothing is written, and what is not as it would be written is an error.
 *
 * @module
 */
import { withFindings } from "./findings.ts";
import { growthPicture } from "./growth_picture.ts";
import type { Results } from "./results.ts";
import { speedPicture } from "./speed_picture.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));
const results: Results = JSON.parse(read("benchmarks/results.json"));

const files: Record<string, string> = {
  "benchmarks/speed.svg": speedPicture(results),
  "benchmarks/growth.svg": growthPicture(results),
  "README.md": withFindings(read("README.md"), results),
};
for (const [path, content] of Object.entries(files)) {
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(new URL(path, root), content);
  else if (read(path) !== content) {
    console.error(`${path} is not what results.json gives: run deno task bench:draw`);
    Deno.exitCode = 1;
  }
}
