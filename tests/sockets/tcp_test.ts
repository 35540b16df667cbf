import assert from "node:assert/strict";
import { type Connection, connectTcp, getaddrinfo, listenTcp } from "../../sockets/mod.ts";
import { connectUnix, listenUnix } from "../../sockets/mod.ts";
import { Directory } from "../fixtures/temporary.ts";
import { portOf } from "../fixtures/net_pairs.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { denoCommand, language, Program, run } from "../harness.ts";

const hosts = ["127.0.0.1", "[::1]"];
const peers = {
  perl: (...args: string[]) => language.perl("net_peer.pl", ...args),
  python: (...args: string[]) => language.python("net_peer.py", ...args),
};
const upper = async (connection: Connection) => {
  for await (const line of connection.lines()) await connection.writeLine(line.toUpperCase());
};

for (const [name, peer] of Object.entries(peers)) {
  const needs = [name as keyof typeof peers];
  for (const host of hosts) {
    test(`a ${name} server at ${host} answers our lines`, async () => {
      await using server = new Program(peer("serve", `${host}:0`));
      using client = await connectTcp(`${host}:${await server.line()}`, { timeout: 10_000 });
      await talk(client, server);
    }, { needs });

    test(`a ${name} client is served at ${host}`, async () => {
      using listener = await listenTcp(`${host}:0`);
      const asking = run(peer("ask", `${host}:${portOf(listener)}`));
      using connection = await listener.accept();
      await upper(connection);
      assert.equal(await asking, "ONE CRLF\nZWEI Ü CRLF\n CRLF\n");
    }, { needs });
  }

  test(`a ${name} server at a path answers our lines`, async () => {
    using directory = new Directory();
    await using server = new Program(peer("serve", directory.file("socket")));
    using client = await connectUnix(await server.line(), { timeout: 10_000 });
    await talk(client, server);
  }, { needs });

  test(`a ${name} client is served at a path`, async () => {
    using directory = new Directory();
    using listener = await listenUnix(directory.file("socket"));
    const asking = run(peer("ask", directory.file("socket")));
    using connection = await listener.accept();
    await upper(connection);
    assert.equal(await asking, "ONE CRLF\nZWEI Ü CRLF\n CRLF\n");
  }, { needs });
}

async function talk(client: Connection, server: Program): Promise<void> {
  await client.writeLine("hello");
  await client.writeLine("du", { end: "\n" });
  assert.equal(await client.readLine(), "HELLO");
  assert.equal(await client.readLine(), "DU");
  await client.closeWrite();
  assert.equal(await client.readLine(), null);
  assert.deepEqual([await server.line(), await server.line()], ["hello CRLF", "du LF"]);
  assert.ok((await server.end()).success);
}

test("both ends know where they are, and the default is this machine", async () => {
  using listener = await listenTcp(0);
  assert.equal((listener.addr as Deno.NetAddr).hostname, "0.0.0.0");
  using client = await connectTcp(portOf(listener));
  using server = await listener.accept();
  assert.deepEqual(client.remoteAddr, server.localAddr);
  assert.deepEqual(client.localAddr, server.remoteAddr);
  assert.equal((client.remoteAddr as Deno.NetAddr).port, portOf(listener));
});

test("nobody there is ECONNREFUSED, and a taken address EADDRINUSE", async () => {
  using listener = await listenTcp("127.0.0.1:0");
  const port = portOf(listener);
  await assert.rejects(listenTcp(`127.0.0.1:${port}`), { code: "EADDRINUSE" });
  await assert.rejects(listenTcp("192.0.2.1:0"), { code: "EADDRNOTAVAIL" });
  listener.close();
  await assert.rejects(connectTcp(`127.0.0.1:${port}`), { code: "ECONNREFUSED" });
  for (const backlog of [0, -1, 1.5, 2 ** 31]) {
    await assert.rejects(listenTcp(0, { backlog }), { name: "RangeError" });
  }
});

test("a port may be listened at again while connections of its last server are there", async () => {
  const listener = await listenTcp("127.0.0.1:0");
  const port = portOf(listener);
  using client = await connectTcp(port);
  const server = await listener.accept();
  listener.close();
  server.close(); // ours is the end that waits for late packets now
  using again = await listenTcp(`127.0.0.1:${port}`);
  assert.equal(portOf(again), port);
  assert.equal(await client.readByte(), null);
});

test("with reusePort several listen at one port, and each connection comes to one of them", async () => {
  using one = await listenTcp("127.0.0.1:0", { reusePort: true });
  using other = await listenTcp(`127.0.0.1:${portOf(one)}`, { reusePort: true });
  const got = [0, 0];
  const serving = [one, other].map(async (listener, i) => {
    for await (const connection of listener) {
      got[i]++;
      connection.close();
    }
  });
  for (let i = 0; i < 60; i++) {
    using client = await connectTcp(portOf(one));
    assert.equal(await client.readByte(), null);
  }
  one.close();
  other.close();
  await Promise.all(serving);
  assert.equal(got[0] + got[1], 60);
  assert.ok(got[0] > 0 && got[1] > 0, got.join());
});

// Where nobody accepts and no more may wait, a connection is neither made nor refused.
test("connecting that is given up leaves no connection", async () => {
  const script = `import socket, sys
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(0)
first = socket.create_connection(s.getsockname())
print(s.getsockname()[1], flush=True)
sys.stdin.readline()
s.accept(); first.close(); s.settimeout(0.2)
try: s.accept()[0].recv(1); print("a connection that nobody has")
except TimeoutError: print("none")`;
  await using server = new Program(["/usr/bin/python3", "-c", script]);
  const port = await server.line();
  const timeout = connectTcp(`127.0.0.1:${port}`, { timeout: 20 });
  await assert.rejects(timeout, { name: "TimeoutError" });
  const abort = new AbortController();
  const aborted = connectTcp(`127.0.0.1:${port}`, { signal: abort.signal });
  abort.abort("enough");
  await assert.rejects(aborted, (reason) => reason === "enough");
  await assert.rejects(connectTcp(port, { signal: abort.signal }), (reason) => reason === "enough");
  await server.write("look");
  assert.equal(await server.line(), "none");
}, { needs: ["python"] });

test("all addresses of a host are tried", async () => {
  const addresses = await getaddrinfo("localhost");
  assert.ok(addresses.length > 0);
  using listener = await listenTcp(`[::]:0`); // IPv4 comes here as well
  for (
    const host of [
      "localhost",
      ...addresses.map((one) => one.includes(":") ? `[${one}]` : one),
    ]
  ) {
    using _ = await connectTcp(`${host}:${portOf(listener)}`);
    (await listener.accept()).close();
  }
});

test("without --allow-net nobody is reached and nothing listened at, as with Deno's own", async () => {
  const code = `const s = await import(${
    JSON.stringify(new URL("../../sockets/mod.ts", import.meta.url))
  });
    const attempts = {
      Deno: () => Deno.connect({ port: 9 }), connectTcp: () => s.connectTcp(9),
      "Deno's listen": () => Deno.listen({ port: 0 }), listenTcp: () => s.listenTcp(0),
      udp: () => s.udp(), connectUdp: () => s.connectUdp("127.0.0.1:9"),
      connectUnix: () => s.connectUnix(Deno.args[0]), listenUnix: () => s.listenUnix(Deno.args[0] + "2"),
      abstract: () => s.listenUnix("\\0deno_ipc_test"), toAbstract: () => s.connectUnix("\\0deno_ipc_test"),
      "Deno's Unix": () => Deno.connect({ transport: "unix", path: Deno.args[0] }),
      getaddrinfo: () => s.getaddrinfo("localhost"), getnameinfo: () => s.getnameinfo("127.0.0.1"),
      "a refused host": async () => { const [{ error }] = await s.askAll(["127.0.0.1:9"], ""); throw error },
      hostname: () => s.hostname(),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      try { await attempt(); console.log(name, "is allowed") }
      catch (error) { console.log(name, error.name) }
    }
    console.log(await s.getservbyname("no-such-service").catch(({ name }) => name)); // was looked for`;
  using directory = new Directory();
  using listener = await listenUnix(directory.file("socket"), { mode: 0o666 });
  const path = directory.file("socket");
  const given = (...flags: string[]) =>
    run(
      denoCommand(
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-ffi",
        ...flags,
        directory.write("program.ts", code),
        path,
      ),
    );
  const files = [`--allow-read=${directory.path}`, `--allow-write=${directory.path}`];
  for (const flags of [files, [...files, "--allow-net=203.0.113.1:1"], []]) {
    const lines = (await given(...flags)).trimEnd().split("\n");
    assert.equal(lines.pop(), "NotFound");
    assert.deepEqual(lines.filter((line) => !line.endsWith(" NotCapable")), []);
    assert.equal(lines.length, 15);
  }
  // A path needs the file system besides.
  const onlyNet = (await given("--allow-net")).split("\n");
  assert.ok(
    onlyNet.includes("connectUnix NotCapable") && onlyNet.includes("listenUnix NotCapable"),
  );
  const all = await given("--allow-net", ...files);
  assert.match(all, /^connectUnix is allowed\nlistenUnix is allowed$/m);
  (await listener.accept()).close();
});
