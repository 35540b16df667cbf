/**
 * Prints what a TCP server says, line by line, until it hangs up.
 *
 *     deno run --allow-ffi --allow-net examples/sockets/tcp_client.ts [ADDRESS]
 */
import { connectTcp } from "../../sockets/mod.ts";
import { operands } from "../program.ts";

const [address = "localhost:2345"] = operands("[ADDRESS]");

using connection = await connectTcp(address, { timeout: 10_000 });
for await (const line of connection.lines()) console.log(line);
