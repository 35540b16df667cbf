/**
 * Prints a file that another program has opened and passes to us.
 *
 *     deno run --allow-ffi --allow-net --allow-read --allow-write examples/sockets/take_file.ts [SOCKET]
 */
import { receiveFds, Socket } from "../../sockets/mod.ts";
import { operands } from "../program.ts";

const [path = "catsock"] = operands("[SOCKET]");

using socket = Socket.open("unix", "stream");
await socket.connect({ path }, { timeout: 10_000 });
const { fds: [file], data } = await receiveFds(socket, { max: 1, timeout: 10_000 });
if (file === undefined) throw new Error("nothing was passed");
console.log(`${new TextDecoder().decode(data)}:`);
for await (const line of file.lines()) console.log(line);
file.close();
