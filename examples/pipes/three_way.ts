/**
 * Tells a program names of files, and reads what it finds apart from what it complains about.
 *
 *     deno run --allow-ffi --allow-run=xargs examples/pipes/three_way.ts [PATH...]
 */
import { open3 } from "../../pipes/mod.ts";
import { operands } from "../program.ts";

const given = operands("[PATH...]");
const paths = given.length > 0 ? given : ["/", "/no/such/place", "/tmp"];

await using ls = open3("xargs", ["ls", "-d"]);

// All three at the same time, so that no full pipe makes both of us wait. Each is a loop of its own: no
// select is needed to find out which of the two has something to say.
await Promise.all([
  ls.stdin.write(paths.join("\n")).then(() => ls.stdin.close()),
  print("found", ls.stdout.lines()),
  print("trouble", ls.stderr.lines()),
]);
console.log(`it ended with ${(await ls.close()).code}`);

async function print(what: string, lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) console.log(`${what}: ${line}`);
}
