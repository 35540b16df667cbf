/**
 * Prints what a program says that listens at a path.
 *
 *     deno run --allow-ffi --allow-net --allow-read --allow-write examples/sockets/unix_client.ts [PATH]
 */
import { connectUnix, isSocket } from "../../sockets/mod.ts";
import { operands } from "../program.ts";

const [path = "catsock"] = operands("[PATH]");

if (!isSocket(path)) {
  console.error(`there is no socket at ${path}`);
  Deno.exit(1);
}
using connection = await connectUnix(path, { timeout: 10_000 });
for await (const line of connection.lines()) console.log(line);
