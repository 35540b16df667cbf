/**
 * A service that a service manager starts with its socket already open, at the first connection for example, and
 * that says when it is ready. Run by hand, it opens one itself.
 *
 *     systemd-socket-activate -l 2345 deno run --allow-ffi --allow-net --allow-write examples/sockets/activated.ts
 *     deno run --allow-ffi --allow-net examples/sockets/activated.ts [ADDRESS]
 */
import { inheritedSockets, Listener, listenTcp, notifyReady, serve } from "../../sockets/mod.ts";
import { on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const [address = ":2345"] = operands("[ADDRESS]");

const end = new AbortController();
using _ = on(["INT", "TERM"], () => end.abort());

const [inherited] = inheritedSockets();
const listener = inherited ? new Listener(inherited.socket) : await listenTcp(address);
const { hostname, port } = listener.addr as Deno.NetAddr;

let visits = 0;
const served = serve(listener, async (connection) => {
  await connection.writeLine(`You are visitor ${++visits}`);
}, end);
const told = notifyReady(`listening at ${hostname}:${port}`);
console.log(`listening at ${hostname}:${port}${told ? ", as has been told" : ""}`);
await served;
