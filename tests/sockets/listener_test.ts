import assert from "node:assert/strict";
import type { Connection, Listener } from "../../sockets/mod.ts";
import { listenersOver } from "../fixtures/net_pairs.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { run, times } from "../harness.ts";

const late = { name: "TimeoutError" };

/** Connects, and says a word. */
async function say(connect: () => Promise<Connection>, word: string): Promise<Connection> {
  const client = await connect();
  await client.writeLine(word);
  return client;
}

/** The word that the next connection says. */
async function next(listener: Listener, timeout?: number): Promise<string | null> {
  using connection = await listener.accept(timeout === undefined ? {} : { timeout });
  return await connection.readLine();
}

for (const [kind, listen] of Object.entries(listenersOver)) {
  test(`over ${kind}: a connection that comes after a wait was given up is for the next`, async () => {
    const { listener, connect } = await listen();
    using _ = listener;
    const abort = new AbortController();
    const first = listener.accept(abort);
    await assert.rejects(listener.accept({ timeout: 5 }), late);
    await assert.rejects(listener.accept({ timeout: 0 }), late);
    abort.abort("enough");
    await assert.rejects(first, (reason) => reason === "enough");
    await assert.rejects(listener.accept(abort), (reason) => reason === "enough");
    using _one = await say(connect, "one");
    using _two = await say(connect, "two");
    assert.equal(await next(listener), "one");
    assert.equal(await next(listener, 30_000), "two");
    await assert.rejects(listener.accept({ timeout: 5 }), late);
    using _three = await say(connect, "three");
    assert.equal(await next(listener, 30_000), "three");
  });

  test(`over ${kind}: of several who wait at once each gets one`, async () => {
    const { listener, connect } = await listen();
    using _ = listener;
    const waits = Array.from({ length: 12 }, (_, i) => next(listener, i % 2 ? 30_000 : undefined));
    const gaveUp = listener.accept({ timeout: 1 });
    await assert.rejects(gaveUp, late);
    const words = Array.from({ length: 12 }, (_, i) => `word ${i}`);
    const clients = await Promise.all(words.map((word) => say(connect, word)));
    assert.deepEqual((await Promise.all(waits)).sort(), words.sort());
    clients.forEach((client) => client.close());
  });

  test(`over ${kind}: no connection is lost between a time that is over and one that comes`, async () => {
    const { listener, connect } = await listen();
    using _ = listener;
    const count = times({ short: 100, soak: 2000 });
    const connecting = (async () => {
      for (let i = 0; i < count; i++) {
        (await say(connect, `${i}`)).close();
        await new Promise((resolve) => setTimeout(resolve, i % 3));
      }
    })();
    const got: string[] = [];
    let gaveUp = 0;
    while (got.length < count) {
      try {
        using connection = await listener.accept({ timeout: 1 });
        got.push((await connection.readLine())!);
      } catch (error) {
        assert.equal((error as Error).name, "TimeoutError");
        gaveUp++;
      }
    }
    await connecting;
    assert.deepEqual(got, Array.from({ length: count }, (_, i) => `${i}`));
    assert.ok(gaveUp > 0);
  });

  test(`over ${kind}: closing ends every wait and the iteration, and connections stay`, async () => {
    const { listener, connect } = await listen();
    using client = await connect();
    using server = await listener.accept();
    const waiting = Promise.allSettled([listener.accept(), listener.accept({ timeout: 60_000 })]);
    const iteration = Array.fromAsync(listener);
    assert.equal(listener.closed, false);
    listener.close();
    listener.close();
    assert.equal(listener.closed, true);
    for (const result of await waiting) {
      assert.equal((result as PromiseRejectedResult).reason?.name, "TypeError");
    }
    assert.deepEqual(await iteration, []);
    await assert.rejects(listener.accept(), { name: "TypeError" });
    await assert.rejects(connect(), { code: "ECONNREFUSED" });
    await server.writeLine("still here");
    assert.equal(await client.readLine(), "still here");
  });

  test(`over ${kind}: a connection that came and was not asked for is closed with the listener`, async () => {
    const { listener, connect } = await listen();
    await assert.rejects(listener.accept({ timeout: 1 }), late);
    using client = await connect();
    listener.close();
    const end = await client.readLine().catch((error) => error.code);
    assert.ok(end === null || end === "ECONNRESET", end);
  });

  test(`over ${kind}: the iteration gives each connection, and may be left`, async () => {
    const { listener, connect } = await listen();
    using _ = listener;
    const clients = [await say(connect, "a"), await say(connect, "b"), await say(connect, "c")];
    const words: (string | null)[] = [];
    for await (const connection of listener) {
      words.push(await connection.readLine());
      connection.close();
      if (words.length === 2) break;
    }
    assert.deepEqual(words, ["a", "b"]);
    assert.equal(await next(listener), "c");
    clients.forEach((client) => client.close());
  });
}

test("the time for an accept counts from the call, whoever else takes what comes meanwhile", async () => {
  const { listener, connect } = await listenersOver["Deno.Listener"]();
  using _ = listener;
  const before = Array.from({ length: 50 }, () => listener.accept());
  let end: string | undefined;
  const last = listener.accept({ timeout: 200 }).catch((error) => void (end = error.name));
  let taken = 0;
  for (; taken < before.length && end === undefined; taken++) {
    (await connect()).close();
    (await before[taken]).close();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(end, "TimeoutError");
  await last;
  listener.close();
  await Promise.allSettled(before.slice(taken));
});

test("connections that are broken off before they are accepted are no error", async () => {
  const { listener } = await listenersOver["Deno.Listener"]();
  using _ = listener;
  const { port } = listener.addr as Deno.NetAddr;
  await run([
    "/usr/bin/python3",
    "-c",
    `import socket, struct, sys
for i in range(50):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(b"the good one\\n")`,
    `${port}`,
  ]);
  for (;;) {
    using connection = await listener.accept({ timeout: 10_000 });
    const line = await connection.readLine().catch((error) =>
      assert.equal(error.code, "ECONNRESET")
    );
    if (line === "the good one") break;
  }
}, { needs: ["python"] });
