/**
 * Talks to a server as telnet does: what you type goes there, and what it says comes here, at the same time.
 *
 *     deno run --allow-ffi --allow-net examples/sockets/interactive.ts ADDRESS
 *
 * Two loops at once, where the page needs two processes. Each byte is shown when it comes, so that a prompt
 * without the end of a line is seen. Ctrl-D ends the typing, and the server hanging up ends it all.
 */
import { connectTcp } from "../../sockets/mod.ts";
import { operands } from "../program.ts";

const [address] = operands("ADDRESS");

using connection = await connectTcp(address, { timeout: 10_000 });
console.error(`[connected to ${address}]`);

Deno.stdin.readable.pipeTo(connection.writable).catch(() => {}); // it has hung up: that is told below
await connection.readable.pipeTo(Deno.stdout.writable);
Deno.exit(); // without waiting for what nobody will type
