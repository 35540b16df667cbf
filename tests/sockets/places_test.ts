import assert from "node:assert/strict";
import { denoCommand, fixture, language, run, test } from "../harness.ts";
import { forking, library } from "../fixtures/processes.ts";

const EVERYTHING = "inet inet6 unix full one 4 two 4 true 9216 TimeoutError\n";

test("everything works in the main program and in a Worker", async () => {
  assert.equal(await run(language.deno("socket_places.ts", "main")), EVERYTHING);
  assert.equal(await run(language.deno("socket_places.ts")), EVERYTHING);
});

test("with FFI limited to the C library's path everything works all the same", async () => {
  const libc = `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
  const flags = ["--no-prompt", `--allow-ffi=${libc}`, "--allow-net", "--allow-read=/etc/passwd"];
  const command = denoCommand("run", ...flags, fixture("socket_places.ts"), "main");
  assert.equal(await run(command), EVERYTHING);
});

test("a forked child has the forms in Sync, and those that are awaited are errors there", async () => {
  const code = `import { Socket, socketPair, sendFdsSync, receiveFdsSync } from "${
    library("sockets")
  }";
    const listener = Socket.open("unix", "stream");
    listener.bind({ path: "" });
    listener.listen();
    const { path } = listener.localAddr;
    const pair = socketPair("seqpacket");
    await pair.theirs.receive({ timeout: 1 }).catch(() => {}); // the reactor is the parent's
    const child = process.fork(() => {
      using client = listener.acceptSync();
      const buffer = new Uint8Array(9);
      client.writeSync(buffer.subarray(0, client.readSync(buffer)));
      const message = pair.theirs.receiveSync();
      pair.theirs.sendSync(message.data);
      using own = Socket.open("inet", "datagram");
      own.bind({ hostname: "127.0.0.1", port: 0 });
      own.sendSync("self", { to: own.localAddr });
      sendFdsSync(pair.theirs, [own.fd], { data: own.receiveSync().data });
      try {
        using other = Socket.open("unix", "stream");
        other.connectSync({ path });
        listener.tryAccept().close();
      } catch { return 1 }
      return 7;
    });
    const client = Socket.open("unix", "stream");
    await client.connect({ path });
    await client.write("echo");
    const buffer = new Uint8Array(9);
    console.log(await client.read(buffer));
    await pair.ours.send("packet");
    console.log((await pair.ours.receive()).data.length);
    const { fds, data } = receiveFdsSync(pair.ours);
    console.log(fds.length, data.length, Socket.from(fds[0]).type);
    console.log((await child.wait()).code);
    const misuse = process.fork(() => void pair.ours.receive().catch(() => {}));
    console.log((await misuse.wait()).code !== 0);
    Deno.exit(0);`;
  assert.equal(await forking(code), "4\n6\n1 4 datagram\n7\ntrue\n");
});
