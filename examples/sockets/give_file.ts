/**
 * Opens a file for whoever asks, and passes it on open: he gets the file itself, although he may not open it.
 *
 *     deno run --allow-ffi --allow-net --allow-read --allow-write examples/sockets/give_file.ts SOCKET FILE
 *
 * take_file.ts is the other end.
 */
import { Fd, listenUnix, sendFds, serve } from "../../sockets/mod.ts";
import { on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const [path, name] = operands("SOCKET FILE");

const end = new AbortController();
using _ = on(["INT", "TERM"], () => end.abort());

const listener = await listenUnix(path, { mode: 0o666 });
console.log(`giving ${name} at ${path}`);
await serve(listener, async (connection) => {
  using file = Fd.open(name);
  await sendFds(connection, [file], { data: name });
}, end);
