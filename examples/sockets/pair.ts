/**
 * Talks with a child over one socket that is both its input and its output.
 *
 *     deno run --allow-ffi --allow-run examples/sockets/pair.ts [COMMAND [ARG...]]
 *
 * Where the page makes two pipes, and closes four of their ends, this makes one pair.
 */
import { spawn } from "../../process/mod.ts";
import { Connection, socketPair } from "../../sockets/mod.ts";
import { operands } from "../program.ts";

const given = operands("[COMMAND [ARG...]]");
const [command = "tr", ...args] = given.length > 0 ? given : ["tr", "a-z", "A-Z"];

using pair = socketPair();
await using child = spawn(command, args, { fds: { 0: pair.theirs.fd, 1: pair.theirs.fd } });
pair.theirs.close(); // the child has its own: when it ends, so does the connection

using connection = new Connection(pair.ours);
await connection.writeLine("Is anybody there?", { end: "\n" });
await connection.closeWrite(); // its end of file; what it says can still be read
for await (const line of connection.lines()) console.log(`it says: ${line}`);
console.log(`it ended with ${(await child.status).code}`);
