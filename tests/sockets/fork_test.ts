import assert from "node:assert/strict";
import { forking, library } from "../fixtures/processes.ts";
import { test } from "../harness.ts";

test("a forked child that closes its copies of a listener and of connections leaves them to the parent", async () => {
  const code = `import { Connection, connectTcp, listenTcp, socketPair } from "${
    library("sockets")
  }";
    const patience = { timeout: 20_000 };
    using listener = await listenTcp("127.0.0.1:0");
    const { port } = listener.addr;
    using before = await connectTcp(port);
    using server = await listener.accept();
    using pair = socketPair();
    using ours = new Connection(pair.ours);
    using theirs = new Connection(pair.theirs);
    const child = process.fork(() => {
      for (const each of [listener, before, server, ours, theirs]) each.close();
      return listener.closed ? 1 : 0;
    });
    console.log((await child.status).code);
    const accepting = listener.accept(patience); // it waits before there is anybody
    await new Promise((resolve) => setTimeout(resolve));
    using later = await connectTcp(port);
    using accepted = await accepting;
    for (const [from, to] of [[before, server], [server, before], [later, accepted], [ours, theirs]]) {
      const reading = to.readLine(patience);
      await new Promise((resolve) => setTimeout(resolve));
      await from.writeLine("here", patience);
      console.log(await reading);
    }`;
  assert.equal(await forking(code), "1\nhere\nhere\nhere\nhere\n");
});
