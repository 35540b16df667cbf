/**
 * Four programs one behind the other: the most frequent words of a file.
 *
 *     deno run --allow-ffi --allow-run --allow-read examples/pipes/pipeline.ts [FILE [COUNT]]
 *
 * The kernel carries the bytes from the file through all of them; we only see what comes out.
 */
import { Fd, pipeline } from "../../pipes/mod.ts";
import { numeric, operands } from "../program.ts";

const [path = import.meta.filename!, count = "3"] = operands("[FILE [COUNT]]");
let left = numeric("COUNT", count);

using file = Fd.open(path);
await using words = pipeline([
  ["tr", "-cs", "A-Za-z", "\\n"],
  ["sort", "-f"],
  ["uniq", "-ci"],
  ["sort", "-k1,1nr", "-k2"],
], { stdin: file, env: { LC_ALL: "C" } });

for await (const line of words.lines()) {
  if (left-- <= 0) break; // ends those that are still at work
  console.log(line.trim());
}

const names = ["tr", "sort", "uniq", "sort"];
const statuses = await words.statuses();
console.error(statuses.map(({ code, signal }, i) => `${names[i]}: ${signal ?? code}`).join(", "));
