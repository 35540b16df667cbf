/**
 * Starts a program for everybody who connects at a path, with the connection as its standard input and
 * output: a super-server as inetd was.
 *
 *     deno run --allow-ffi --allow-net --allow-read --allow-write --allow-run examples/sockets/unix_server.ts [PATH [COMMAND [ARG...]]]
 *
 * `date` by default; `fortune` is more fun. What a killed server has left at the path is replaced, and a
 * server that is alive is not. Ctrl-C ends it, and removes the path.
 */
import { hasCode, type Listener, listenUnix, serveProcesses } from "../../sockets/mod.ts";
import { on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const [path = "catsock", command = "date", ...args] = operands("[PATH [COMMAND [ARG...]]]");

const end = new AbortController();
using _ = on(["INT", "TERM"], () => end.abort());

const listener = await listen();
console.log(`listening at ${path}`);
await serveProcesses(listener, [command, ...args], {
  limit: 50,
  signal: end.signal,
  onExit: ({ code, signal }, { pid }) => console.log(`process ${pid} ended with ${signal ?? code}`),
});

async function listen(): Promise<Listener> {
  try {
    return await listenUnix(path, { mode: 0o666, timeout: 5000 }); // everybody on this machine may come
  } catch (error) {
    if (!hasCode(error, "EADDRINUSE")) throw error;
    console.error(`somebody is listening at ${path}`);
    Deno.exit(1);
  }
}
