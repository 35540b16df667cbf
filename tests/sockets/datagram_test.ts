import assert from "node:assert/strict";
import { type Endpoint, hasCode, Socket, socketPair } from "../../sockets/mod.ts";
import { denoCommand, run } from "../harness.ts";
import { library } from "../fixtures/processes.ts";
import { endpoint, forms } from "../fixtures/socket_forms.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";

const decoder = new TextDecoder();

/** A socket for datagrams at this place. */
function bound(family: "inet" | "inet6" | "unix", address: Endpoint): Socket {
  const socket = Socket.open(family, "datagram");
  try {
    socket.bind(address);
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

/** A Unix socket for datagrams at a name that another run of these tests may have for a moment. */
async function boundInTurn(address: Endpoint): Promise<Socket> {
  for (;;) {
    try {
      return bound("unix", address);
    } catch (error) {
      if (!hasCode(error, "EADDRINUSE")) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Bytes that differ from place to place. */
function pattern(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => i * 7 + (i >> 8));
}

test("the largest UDP datagram, of 65,507 bytes, arrives whole, with where it came from", async () => {
  for (const [family, hostname] of [["inet", "127.0.0.1"], ["inet6", "::1"]] as const) {
    using receiver = bound(family, { hostname, port: 0 });
    using sender = bound(family, { hostname, port: 0 });
    for (const form of Object.values(forms)) {
      await form.send(sender, pattern(65_507), endpoint(receiver.localAddr));
      const { data, from, truncated } = (await form.receive(receiver))!;
      assert.deepEqual(data, pattern(65_507));
      assert.deepEqual([from, truncated], [sender.localAddr, false]);
    }
  }
});

test("an empty datagram is a message like others, and neither the end nor nothing", async () => {
  using directory = new Directory();
  const places = { inet: { hostname: "127.0.0.1", port: 0 }, unix: { path: directory.file("s") } };
  for (const family of ["inet", "unix"] as const) {
    using receiver = bound(family, places[family]);
    using sender = Socket.open(family, "datagram");
    for (const form of Object.values(forms)) {
      assert.equal(receiver.tryReceive(), undefined);
      await form.send(sender, "", endpoint(receiver.localAddr));
      await form.send(sender, "next", endpoint(receiver.localAddr));
      const empty = (await form.receive(receiver))!;
      assert.deepEqual([empty.data.length, empty.truncated], [0, false]);
      assert.equal(decoder.decode((await form.receive(receiver))!.data), "next");
    }
  }
});

test("what is longer than the buffer is cut and said to be, and the next message is whole", async () => {
  for (const type of ["datagram", "seqpacket"] as const) {
    using pair = socketPair(type);
    for (const text of ["0123456789", "abcdef", "abc", ""]) {
      if (type === "datagram" || text !== "") pair.theirs.sendSync(text);
    }
    const buffer = new Uint8Array(6);
    const cut = (await pair.ours.receive({ buffer }))!;
    assert.deepEqual([decoder.decode(cut.data), cut.truncated], ["012345", true]);
    assert.equal(cut.data.buffer, buffer.buffer);
    const whole = pair.ours.receiveSync({ buffer })!;
    assert.deepEqual([decoder.decode(whole.data), whole.truncated], ["abcdef", false]);
    const shorter = pair.ours.tryReceive({ buffer })!;
    assert.deepEqual([decoder.decode(shorter.data), shorter.truncated], ["abc", false]);
    if (type === "datagram") assert.equal(pair.ours.tryReceive({ buffer })!.data.length, 0);
  }
});

test("a datagram longer than 64 KiB, which only a path can bring, is cut unless there is room", async () => {
  using pair = socketPair("datagram");
  for (let i = 0; i < 2; i++) pair.ours.sendSync(pattern(100_000));
  const cut = (await pair.theirs.receive())!;
  assert.deepEqual([cut.data.length, cut.truncated], [65_536, true]);
  const whole = (await pair.theirs.receive({ buffer: new Uint8Array(200_000) }))!;
  assert.equal(whole.truncated, false);
  assert.deepEqual(whole.data, pattern(100_000));
});

test("each message has memory of its own unless a buffer is given", () => {
  using pair = socketPair("datagram");
  pair.ours.sendSync("one");
  pair.ours.sendSync("two");
  const [one, two] = [pair.theirs.receiveSync()!, pair.theirs.receiveSync()!];
  assert.deepEqual([one, two].map(({ data }) => decoder.decode(data)), ["one", "two"]);
});

test("the empty path is a name that the kernel chooses, at which answers arrive", async () => {
  using server = bound("unix", { path: "" });
  using client = bound("unix", { path: "" });
  for (const { localAddr } of [server, client]) {
    assert.equal(localAddr.transport, "unixpacket");
    assert.match((localAddr as Deno.UnixAddr).path, /^\0[0-9a-f]{5}$/);
  }
  await client.send("question", { to: endpoint(server.localAddr) });
  const { from } = (await server.receive())!;
  assert.deepEqual(from, client.localAddr);
  await server.send("answer", { to: endpoint(from) });
  assert.equal(decoder.decode((await client.receive())!.data), "answer");
});

test("an abstract name may be any text, NUL too, and only the whole of it is the name", async () => {
  for (const path of [`\0deno_ipc\0${Deno.pid}\0`, "\0", `\0deno_ipc ünïcödé € ${Deno.pid}`]) {
    using server = await boundInTurn({ path });
    assert.deepEqual(server.localAddr, { transport: "unixpacket", path });
    using client = Socket.open("unix", "datagram");
    await client.send("x", { to: { path } });
    assert.equal(server.tryReceive()!.data.length, 1);
    const to = { path: `${path}\0` };
    await assert.rejects(client.send("x", { to }), { code: "ECONNREFUSED", ...to });
  }
});

test("who has no name sends from nowhere, and a socket without one has the empty path", () => {
  using server = bound("unix", { path: "" });
  using client = Socket.open("unix", "datagram");
  assert.deepEqual(client.localAddr, { transport: "unixpacket", path: "" });
  client.sendSync("x", { to: endpoint(server.localAddr) });
  assert.equal(server.receiveSync()!.from, undefined);
});

test("who is connected hears only the one it is connected to", async () => {
  const anywhere = { hostname: "127.0.0.1", port: 0 };
  using server = bound("inet", anywhere);
  using friend = bound("inet", anywhere);
  using stranger = bound("inet", anywhere);
  await server.connect(endpoint(friend.localAddr));
  assert.deepEqual(server.remoteAddr, friend.localAddr);
  await stranger.send("no", { to: endpoint(server.localAddr) });
  await friend.send("yes", { to: endpoint(server.localAddr) });
  assert.equal(decoder.decode((await server.receive())!.data), "yes");
  assert.equal(server.tryReceive(), undefined);
});

test("an address of IPv6 keeps its scope, by number", async () => {
  using server = bound("inet6", { hostname: "::1%1", port: 0 });
  const { port } = server.localAddr as Deno.NetAddr;
  using client = Socket.open("inet6", "datagram");
  for (const hostname of ["::1%1", "[::1]", "::1"]) {
    await client.send("x", { to: { hostname, port } });
    assert.equal((await server.receive())!.data.length, 1);
  }
  // The scope counts where an address is not unique: at another interface there is no such one.
  const other = { hostname: "fe80::1%999999999", port };
  await assert.rejects(
    client.send("x", { to: other }),
    (error: { code: string }) => ["ENODEV", "EINVAL", "ENETUNREACH"].includes(error.code),
  );
});

test("what is no address of the family is a TypeError before anything happens", async () => {
  const wrong: [family: "inet" | "inet6" | "unix", address: unknown][] = [
    ["inet", { hostname: "::1", port: 1 }],
    ["inet", { hostname: "localhost", port: 1 }],
    ["inet", { hostname: "127.0.0.1%1", port: 1 }],
    ["inet", { path: "x" }],
    ["inet6", { hostname: "127.0.0.1", port: 1 }],
    ["inet6", { hostname: "fe80::1%lo", port: 1 }],
    ["inet6", { hostname: "fe80::1%", port: 1 }],
    ["inet6", { hostname: "fe80::1%1%2", port: 1 }],
    ["inet6", { hostname: "[::1", port: 1 }],
    ["unix", { hostname: "127.0.0.1", port: 1 }],
    ["unix", { path: "a\0b" }],
    ["unix", "path"],
    ["unix", null],
  ];
  for (const [family, address] of wrong) {
    using socket = Socket.open(family, "datagram");
    const given = address as Endpoint;
    const inspected = Deno.inspect(address);
    assert.throws(() => socket.bind(given), TypeError, inspected);
    assert.throws(() => socket.connectSync(given), TypeError, inspected);
    assert.throws(() => socket.sendSync("x", { to: given ?? "none" }), TypeError, inspected);
    await assert.rejects(socket.connect(given), TypeError, inspected);
  }
  using socket = Socket.open("inet", "datagram");
  for (const port of [-1, 65_536, 1.5, NaN]) {
    assert.throws(() => socket.bind({ hostname: "127.0.0.1", port }), RangeError);
  }
});

test("room that a receiver makes is waited for without spinning, whichever queue was full", async () => {
  // Ten messages fill the receiver's queue, and so do a few large ones the sender's memory.
  for (const size of [1, 60_000]) {
    const code = `import { Socket } from "${library("sockets")}";
      import process from "node:process";
      const [path, size] = ["\\0deno_ipc_" + Deno.pid, ${size}];
      using receiver = Socket.open("unix", "datagram");
      receiver.bind({ path });
      using sender = Socket.open("unix", "datagram");
      const message = new Uint8Array(size);
      const failed = () => sender.send(message, { to: { path }, timeout: 10 }).catch((e) => e.name);
      while (sender.trySend(message, { to: { path } }));
      await failed();
      const before = process.cpuUsage();
      const name = await sender.send(message, { to: { path }, timeout: 1000 }).catch((e) => e.name);
      const { user, system } = process.cpuUsage(before);
      console.log(name, (user + system) / 1000 < 300);
      const sent = sender.send("last", { to: { path } });
      while (receiver.tryReceive()?.data.length !== 4) await new Promise((done) => setTimeout(done));
      await sent;
      console.log(receiver.tryReceive());`;
    assert.equal(await run(denoCommand("eval", code)), "TimeoutError true\nundefined\n");
  }
});

test("room at a path whose receiver was replaced meanwhile is waited for without spinning", async () => {
  const code = `import { Socket } from "${library("sockets")}";
    import process from "node:process";
    const to = { path: "\\0deno_ipc_" + Deno.pid };
    function server() {
      const receiver = Socket.open("unix", "datagram");
      receiver.bind(to);
      const filling = Socket.open("unix", "datagram");
      while (filling.trySend("x", { to }));
      filling.close();
      return receiver;
    }
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    const first = server();
    using sender = Socket.open("unix", "datagram");
    const sending = sender.send("last", { to });
    await pause(20);
    first.close();
    using second = server();
    await pause(20);
    const before = process.cpuUsage();
    await pause(1000);
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000 < 300);
    while (second.tryReceive()?.data.length !== 4) await pause(0);
    await sending;`;
  assert.equal(await run(denoCommand("eval", code)), "true\n");
});
