/**
 * A proper daemon: it tells everybody who connects to its socket what time it is.
 *
 *     deno run -A examples/process/daemon.ts [PIDFILE [SOCKET]]
 *     nc -U clock.sock
 *     kill $(cat clock.pid)
 *
 * The first line returns with 0 when the clock can be asked, or says why not and returns with 1.
 */
import { resolve } from "node:path";
import { daemonize } from "../../process/mod.ts";
import { operands } from "../program.ts";

const [pidFile = "clock.pid", socket = "clock.sock"] = operands("[PIDFILE [SOCKET]]");
const path = resolve(socket); // now, since the daemon's directory is "/"

const daemon = await daemonize({ pidFile, umask: 0o077, ready: true });
// We are the daemon now, and the only one: another one would not get the pid file.

let listener: Deno.UnixListener | undefined;
try {
  const old = await Deno.lstat(path).catch(() => undefined);
  if (old?.isSocket) await Deno.remove(path); // left behind by a clock that was killed: no other one runs
  listener = Deno.listen({ transport: "unix", path });
} catch (error) {
  daemon.fail(error); // what the starter prints
  Deno.exit(1);
}
Deno.addSignalListener("SIGTERM", () => listener.close()); // removes the socket, and ends the loop
daemon.ready(); // the starter ends with 0

for await (const visitor of listener) {
  const answer = new TextEncoder().encode(`${new Date().toISOString()}\n`);
  await visitor.write(answer).catch(() => {}); // who has gone again does not want to know
  visitor.close();
}
