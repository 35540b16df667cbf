import assert from "node:assert/strict";
import { connectUdp, joinGroup, type Message, type Socket, udp } from "../../sockets/mod.ts";
import { platform } from "../../libc/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { language, Program, run } from "../harness.ts";

const decoder = new TextDecoder();
const text = (message: Message | null) => decoder.decode(message!.data);
const portOf = (socket: Socket) => (socket.localAddr as Deno.NetAddr).port;

for (const host of ["127.0.0.1", "[::1]"]) {
  const bare = host.replace(/[[\]]/g, "");

  test(`a Perl server at ${host} answers our datagrams`, async () => {
    await using server = new Program(language.perl("net_udp.pl", "serve", bare, 0));
    const port = Number(await server.line());
    using client = await connectUdp(`${host}:${port}`);
    for (const word of ["one", "", "two"]) {
      await client.send(word);
      assert.equal(await server.line(), `got ${word}`);
      assert.equal(text(await client.receive({ timeout: 10_000 })), word.toUpperCase());
    }
    using other = await udp(`${host}:0`);
    await other.send("bye", { to: { hostname: bare, port } });
    const answer = await other.receive({ timeout: 10_000 });
    assert.equal(text(answer), "BYE");
    assert.deepEqual(answer!.from, { transport: "udp", hostname: bare, port });
    assert.ok((await server.end()).success);
  }, { needs: ["perl"] });

  test(`a Perl client is answered at ${host}`, async () => {
    using server = await udp(`${host}:0`);
    const asking = run(language.perl("net_udp.pl", "ask", bare, portOf(server)));
    for (let word = ""; word !== "bye";) {
      const message = await server.receive({ timeout: 10_000 });
      word = text(message);
      await server.send(`<${word}>`, { to: message!.from as Deno.NetAddr });
    }
    assert.equal(await asking, "answered <one>\nanswered <zwei>\nanswered <>\nanswered <bye>\n");
  }, { needs: ["perl"] });
}

test("a connected socket hears nobody else, and is told that nobody is there", async () => {
  using server = await udp("127.0.0.1:0");
  using stranger = await udp("127.0.0.1:0");
  using client = await connectUdp(portOf(server));
  await stranger.send("not for you", { to: client.localAddr as Deno.NetAddr });
  await server.send("for you", { to: client.localAddr as Deno.NetAddr });
  assert.equal(text(await client.receive({ timeout: 10_000 })), "for you");
  await assert.rejects(client.receive({ timeout: 5 }), { name: "TimeoutError" });
  server.close();
  await client.send("anybody?");
  await assert.rejects(client.receive({ timeout: 10_000 }), { code: "ECONNREFUSED" });
});

test("a taken address is EADDRINUSE, unless it may be shared", async () => {
  using one = await udp("127.0.0.1:0");
  await assert.rejects(udp(`127.0.0.1:${portOf(one)}`), {
    name: "SyscallError",
    code: "EADDRINUSE",
  });
  await assert.rejects(udp("192.0.2.1:0"), { code: "EADDRNOTAVAIL" });
  await assert.rejects(udp("nowhere.invalid:0"), { code: "ENOTFOUND" });
  using shared = await udp("127.0.0.1:0", { reuseAddress: true });
  using other = await udp(`127.0.0.1:${portOf(shared)}`, { reuseAddress: true });
  assert.equal(portOf(other), portOf(shared));
});

test("a datagram for all goes out only where one has said so", async () => {
  using receiver = await udp(0); // of all addresses
  const to = { hostname: "127.255.255.255", port: portOf(receiver) };
  using sender = await udp("127.0.0.1:0");
  await assert.rejects(sender.send("to all", { to }), { code: "EACCES" });
  using loud = await udp("127.0.0.1:0", { broadcast: true });
  await loud.send("to all", { to });
  assert.equal(text(await receiver.receive({ timeout: 10_000 })), "to all");
  await assert.rejects(connectUdp(`127.255.255.255:${to.port}`), { code: "EACCES" });
  using connected = await connectUdp(`127.255.255.255:${to.port}`, { broadcast: true });
  await connected.send("again");
  assert.equal(text(await receiver.receive({ timeout: 10_000 })), "again");
});

test("a Python program sends to our group, until we leave it", async () => {
  // A group of our own: as long as anybody on this machine is in one, all sockets that are bound to it hear of it.
  const group = `239.${192 + (Deno.pid >> 16)}.${Deno.pid >> 8 & 255}.${Deno.pid & 255}`;
  using socket = await udp(`${group}:0`);
  const say = (word: string) =>
    run(language.python("net_multicast.py", "send", group, portOf(socket), word));
  {
    using _ = joinGroup(socket, group, "127.0.0.1");
    await say("to the group");
    assert.equal(text(await socket.receive({ timeout: 10_000 })), "to the group");
    assert.throws(() => joinGroup(socket, group, "127.0.0.1"), { code: "EADDRINUSE" });
  }
  await say("to those who are left");
  assert.equal(socket.tryReceive(), undefined); // over lo a datagram has come when it is sent
  using again = joinGroup(socket, group, "127.0.0.1");
  socket.close();
  again[Symbol.dispose](); // after which leaving is harmless
}, { needs: ["python"] });

test("we send to the group of a Python program and to our own", async () => {
  const group = "239.255.77.2";
  await using listener = new Program(language.python("net_multicast.py", "listen", group));
  const port = Number(await listener.line());
  using sender = await udp("127.0.0.1:0"); // by whose address the interface is chosen
  using other = await udp(`${group}:0`);
  using _ = joinGroup(other, group, "127.0.0.1");
  sender.setOption([platform.IPPROTO_IP, 32], 0x0100_007f); // IP_MULTICAST_IF
  await sender.send("hello", { to: { hostname: group, port } });
  assert.equal(await listener.line(), "hello");
  await sender.send("ours", { to: { hostname: group, port: portOf(other) } });
  assert.equal(text(await other.receive({ timeout: 10_000 })), "ours");
  await sender.send("bye", { to: { hostname: group, port } });
  assert.equal(await listener.line(), "bye");
  assert.ok((await listener.end()).success);
}, { needs: ["python"] });

test("an IPv6 group is joined at an interface's number, until we leave it", async () => {
  // What goes to a group is not routed to lo on every machine; the kernel's list is there on all.
  const end = (Deno.pid & 0xffff | 0x1000).toString(16); // four digits of our own
  const group = new RegExp(`^1\\s+lo\\s+ff120{24}${end}\\s`, "m");
  const joined = () => group.test(Deno.readTextFileSync("/proc/net/igmp6"));
  using socket = await udp("[::1]:0");
  assert.equal(joined(), false);
  {
    using _ = joinGroup(socket, `ff12::${end}`, 1);
    assert.equal(joined(), true);
  }
  assert.equal(joined(), false);
});

test("what is no group or no interface is refused", async () => {
  using four = await udp("127.0.0.1:0");
  using six = await udp("[::1]:0");
  assert.throws(() => joinGroup(four, "127.0.0.1"), { code: "EINVAL" });
  assert.throws(() => joinGroup(four, "239.1.2.3", "192.0.2.1"), { code: "ENODEV" });
  assert.throws(() => joinGroup(six, "ff02::1", 12345), { code: "ENODEV" });
  assert.throws(() => joinGroup(six, "::1", 1), { code: "EINVAL" });
  for (const junk of ["ff02::1", "group", ""]) {
    assert.throws(() => joinGroup(four, junk), { name: "TypeError" });
  }
  assert.throws(() => joinGroup(six, "ff02::1", -1), { name: "RangeError" });
});

test("a timeout is one deadline for service, host and connecting together", async () => {
  const { setTimeout } = globalThis;
  const begun: number[] = [];
  const counting = (handler: () => void, delay = 0) => {
    begun.push(delay);
    return setTimeout(handler, delay);
  };
  try {
    globalThis.setTimeout = counting as typeof setTimeout;
    using server = await udp("localhost:no-such-service(0)", { timeout: 10_000 });
    using _ = await connectUdp(`localhost:no-such-service(${portOf(server)})`, { timeout: 20_000 });
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  // Of what was given there may be a little less left by then.
  assert.deepEqual(begun.map((delay) => Math.ceil(delay / 10_000)), [1, 2], `${begun}`);
});
