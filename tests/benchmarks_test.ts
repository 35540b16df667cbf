import assert from "node:assert/strict";
import { Directory } from "./fixtures/temporary.ts";
import { denoCommand, run, test } from "./harness.ts";

const root = new URL("../", import.meta.url).pathname;

/** Says what below `directory` is not as the results there would be drawn. */
function checkDrawings(directory: string): Promise<string> {
  return run(denoCommand("run", "-A", `${directory}/benchmarks/draw.ts`, "--check"));
}

test("the benchmarks' pictures and the README say what results.json says", async () => {
  await checkDrawings(root);
}, { needs: ["plotting"] });

test("results that are not drawn are found in both pictures and in the README", async () => {
  using copy = new Directory();
  Deno.mkdirSync(copy.file("benchmarks"));
  for (const { name, isFile } of Deno.readDirSync(`${root}benchmarks`)) {
    if (isFile) Deno.copyFileSync(`${root}benchmarks/${name}`, copy.file(`benchmarks/${name}`));
  }
  Deno.copyFileSync(`${root}README.md`, copy.file("README.md"));
  await checkDrawings(copy.path);
  const results = JSON.parse(Deno.readTextFileSync(copy.file("benchmarks/results.json")));
  for (const { times, speeds } of results.rows) {
    times.Deno *= 2;
    for (const other in speeds) speeds[other] /= 2;
  }
  copy.write("benchmarks/results.json", JSON.stringify(results));
  await assert.rejects(checkDrawings(copy.path), ({ message }) => {
    const paths = [...message.matchAll(/^.*?(\S+) is not what results.json gives/mg)];
    assert.deepEqual(
      paths.map(([, path]) => path),
      ["benchmarks/speed.svg", "benchmarks/growth.svg", "README.md"],
    );
    return true;
  });
}, { needs: ["plotting"] });
