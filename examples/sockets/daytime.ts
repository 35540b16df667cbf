/**
 * Prints what time it is at another machine, as its "daytime" service has it.
 *
 *     deno run --allow-ffi --allow-net examples/sockets/daytime.ts [ADDRESS]
 *
 * "daytime(13)" is the port of this service or, where this machine does not know it, 13.
 */
import { connectTcp } from "../../sockets/mod.ts";
import { operands } from "../program.ts";

const [address = "localhost:daytime(13)"] = operands("[ADDRESS]");

using connection = await connectTcp(address, { timeout: 10_000 });
for await (const line of connection.lines()) console.log(line);
