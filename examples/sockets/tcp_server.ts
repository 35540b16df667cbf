/**
 * Greets whoever connects, by the name of the machine that he comes from.
 *
 *     deno run --allow-ffi --allow-net examples/sockets/tcp_server.ts [ADDRESS]
 *
 * Ctrl-C ends it, after those that are greeted just now.
 */
import { type Connection, getnameinfo, listenTcp, serve } from "../../sockets/mod.ts";
import { on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const [address = ":2345"] = operands("[ADDRESS]");

const end = new AbortController();
using _ = on(["INT", "TERM"], () => end.abort());

const listener = await listenTcp(address); // the address is ours again at once, and the queue long
const { hostname, port } = listener.addr as Deno.NetAddr;
console.log(`listening at ${hostname}:${port}`);
await serve(listener, greet, end);
console.log("closed");

async function greet(connection: Connection): Promise<void> {
  const { hostname, port } = connection.remoteAddr as Deno.NetAddr;
  const name = await getnameinfo(hostname).catch(() => hostname); // not every address has a name
  console.log(`connection from ${name}, ${hostname}:${port}`);
  await connection.writeLine(`Hello there, ${name}, it is now ${new Date()}`);
}
