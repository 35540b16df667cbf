/**
 * A filter that takes files, commands and standard input for one stream, and numbers its lines.
 *
 *     deno run --allow-ffi --allow-run --allow-read examples/pipes/filter.ts a.txt "date -u|" - b.txt < c.txt
 *
 * Without arguments it reads its standard input.
 */
import { inputLines, type InputSource } from "../../pipes/mod.ts";
import "../program.ts";

// That a bar at the end makes a command of a name is decided here, for this program: `inputLines` itself
// runs nothing that looks like a file. There is no shell, so a word is what stands between blanks.
function source(argument: string): InputSource {
  if (!argument.endsWith("|")) return argument;
  const [command, ...args] = argument.slice(0, -1).trim().split(/\s+/);
  return [command, ...args];
}

const sources = Deno.args.length > 0 ? Deno.args.map(source) : undefined;
let number = 0;
for await (const line of inputLines(sources)) {
  console.log(`${String(++number).padStart(4)}  ${line}`);
}
