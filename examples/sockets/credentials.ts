/**
 * A Unix server that serves only the user that it belongs to, and root, whoever may connect: the kernel tells who
 * is calling, so that no password is needed.
 *
 *     deno run --allow-ffi --allow-net --allow-read --allow-write --allow-sys=uid examples/sockets/credentials.ts [PATH [UID...]]
 */
import { type Connection, listenUnix, peerCredentials, serve } from "../../sockets/mod.ts";
import { on } from "../../signals/mod.ts";
import { numeric, operands } from "../program.ts";

const [path = "catsock", ...uids] = operands("[PATH [UID...]]");
const allowed = new Set(uids.length > 0 ? uids.map((uid) => numeric("UID", uid)) : [0, Deno.uid()]);

const end = new AbortController();
using _ = on(["INT", "TERM"], () => end.abort());

const listener = await listenUnix(path, { mode: 0o666 });
console.log(`listening at ${path}`);
await serve(listener, answer, end);

async function answer(connection: Connection): Promise<void> {
  const { pid, uid } = peerCredentials(connection);
  const welcome = allowed.has(uid);
  console.log(`process ${pid} of user ${uid} is ${welcome ? "served" : "sent away"}`);
  const reply = welcome ? `Hello, user ${uid}` : "I do not know you";
  await connection.writeLine(reply, { end: "\n" });
}
