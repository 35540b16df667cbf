/**
 * Forks for every connection. The child knows all that we have loaded, may take its time without anybody
 * else waiting, and cannot spoil anything of ours.
 *
 *     deno run --allow-ffi --allow-net --allow-run examples/sockets/forking_server.ts [ADDRESS]
 */
import { type ChildStatus, ensureForkable, fork } from "../../process/mod.ts";
import { listenTcp, serveProcesses, type Socket } from "../../sockets/mod.ts";
import { on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

ensureForkable(); // first of all: it may start the program anew, with a flag of V8's

const [address = ":2345"] = operands("[ADDRESS]");
const sayings = ["Look before you leap.", "Many hands make light work.", "Haste makes waste."];
let visits = 0;

const end = new AbortController();
using _ = on(["INT", "TERM"], () => end.abort());

const listener = await listenTcp(address);
const { hostname, port } = listener.addr as Deno.NetAddr;
console.log(`listening at ${hostname}:${port}`);
await serveProcesses(listener, begin, { limit: 50, signal: end.signal, onExit: report });

function begin(socket: Socket) {
  visits++;
  return fork(() => { // from here on in another process, where nothing can be awaited
    socket.writeSync(`Hello there, visitor ${visits}, it is now ${new Date()}\r\n`);
    socket.writeSync(`${sayings[visits % sayings.length]}\r\n`);
    return visits % sayings.length;
  });
}

// Each child is reaped, also one that a signal has ended.
function report({ code, signal }: ChildStatus, { pid }: { pid: number }): void {
  console.log(`process ${pid} ended with ${signal ?? code}`);
}
