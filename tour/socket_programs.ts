/**
 * The rows about the page's programs that talk over sockets.
 */
import assert from "node:assert/strict";
import { probe } from "../signals/mod.ts";
import { askAll, connectTcp, connectUdp, type Listener, listenTcp, serve } from "../sockets/mod.ts";
import type { Row } from "./row.ts";
import { peerName, SocketPeer } from "./socket_peer.ts";
import { another } from "./talk.ts";

const SECONDS_OF_70_YEARS = 2_208_988_800;

function portOf({ addr }: Listener): number {
  return (addr as Deno.NetAddr).port;
}

/** How far a clock is from ours that was read just now, in seconds. */
function difference(time: Uint8Array<ArrayBuffer>): number {
  const theirs = new DataView(time.buffer, time.byteOffset).getUint32(0) - SECONDS_OF_70_YEARS;
  return theirs - Date.now() / 1000;
}

function assertNear(difference: number, expected: number): void {
  assert.ok(Math.abs(difference - expected) < 10, `${difference} s`);
}

const client: Row = {
  number: 42,
  title: "a TCP client",
  direction: "→",
  async walk(company) {
    const { signal } = company;
    await using peer = new SocketPeer(company, "serve", ["-", "hello", "there"]);
    using connection = await connectTcp(await peer.address(), { signal });
    await connection.closeWrite();
    assert.deepEqual(await Array.fromAsync(connection.lines({ signal })), ["hello", "there"]);
    return `${peerName(company)} said two lines and hung up`;
  },
};

const server: Row = {
  number: 43,
  title: "a TCP server",
  direction: "←",
  async walk(company) {
    const { signal } = company;
    let { port } = { port: 0 };
    for (let visit = 1; visit <= 2; visit++) { // the second server at the same port, at once
      using listener = await listenTcp({ hostname: "127.0.0.1", port });
      port = portOf(listener);
      await using peer = new SocketPeer(company, "ask", [`127.0.0.1:${port}`]);
      using connection = await listener.accept(peer);
      await connection.writeLine(`visit ${visit}`, { signal });
      connection.close();
      assert.deepEqual(await peer.rest(), [`visit ${visit} CRLF`]);
    }
    return `greeted ${peerName(company)}, ended, greeted the next one at the same port`;
  },
};

const forking: Row = {
  number: 44,
  title: "a forking server",
  direction: "←",
  async walk(company) {
    const { signal } = company;
    const fds = { 1: "pipe" } as const;
    await using server = another("forking", [], { module: "sockets", fds, forkable: true });
    const lines = server.fd(1).lines({ signal });
    const where = `127.0.0.1:${(await lines.next()).value}`;
    const ends = [];
    for (const visit of [1, 2, 3]) {
      await using peer = new SocketPeer(company, "ask", [where]);
      const heard = await peer.rest();
      if (visit !== 2) assert.deepEqual(heard, [`visitor ${visit} CRLF`]);
      const [pid, end] = (await lines.next()).value!.split(" ");
      assert.equal(probe(Number(pid)), "dead"); // and no zombie
      ends.push(end);
    }
    assert.deepEqual(ends, ["0", "SIGKILL", "0"]);
    assert.equal((await server.wait({ signal })).code, 0);
    return `a fork for each of 3 ${peerName(company)} clients; all reaped, a killed one too`;
  },
};

const clocks: Row = {
  number: 46,
  title: "the time client over several hosts",
  direction: "→",
  async walk(company) {
    const offsets = [0, -3600];
    await using cleanUp = new AsyncDisposableStack();
    const peers = offsets.map((offset) => cleanUp.use(new SocketPeer(company, "time", [offset])));
    for (const [i, peer] of peers.entries()) {
      using connection = await connectTcp(await peer.address(), company);
      const bytes = new Uint8Array(4);
      for (let j = 0; j < 4; j++) bytes[j] = (await connection.readByte(company))!;
      assertNear(difference(bytes), offsets[i]);
    }
    return `one ${peerName(company)}'s clock is right, the other's is an hour late`;
  },
};

const addresses: Row = {
  number: 48,
  title: 'addresses, as "daytime(13)"',
  direction: "→",
  async walk(company) {
    const { signal } = company;
    await using peer = new SocketPeer(company, "serve", ["-", "Wed May 14 08:40:46 1997"]);
    const port = (await peer.address()).split(":")[1];
    const address = `:no-such-daytime(${port})`; // this machine, a service that it does not know
    using connection = await connectTcp(address, { signal });
    assert.equal(await connection.readLine({ signal }), "Wed May 14 08:40:46 1997");
    await assert.rejects(connectTcp(":no-such-daytime", { signal }), Deno.errors.NotFound);
    using listener = await listenTcp("[::1]:0").catch(() => undefined); // not everywhere is IPv6
    using _ = listener && await connectTcp(`[::1]:${portOf(listener)}`, { signal });
    return `"${address}" found ${peerName(company)}; without a number: NotFound`;
  },
};

const pieces: Row = {
  number: 49,
  title: "a line, all lines, one byte, the peer's name",
  direction: "→",
  async walk(company) {
    const { signal } = company;
    await using peer = new SocketPeer(company, "serve", ["-", "one", "two", "three"]);
    const address = await peer.address();
    using connection = await connectTcp(address, { signal });
    assert.equal(await connection.readLine({ signal }), "one");
    const byte = await connection.readByte({ signal });
    assert.equal(String.fromCharCode(byte!), "t");
    await connection.closeWrite();
    assert.deepEqual(await Array.fromAsync(connection.lines({ signal })), ["wo", "three"]);
    const { hostname, port } = connection.remoteAddr as Deno.NetAddr;
    assert.equal(`${hostname}:${port}`, address);
    return `read of ${peerName(company)} at ${address} a line, a byte, then the rest`;
  },
};

const web: Row = {
  number: 50,
  title: "webget",
  direction: "→",
  async walk(company) {
    const { signal } = company;
    await using peer = new SocketPeer(company, "web");
    using connection = await connectTcp(await peer.address(), { signal });
    await connection.writeLine("GET /guanaco.html HTTP/1.0", { signal });
    await connection.writeLine("", { signal });
    const [status, ...rest] = await Array.fromAsync(connection.lines({ signal }));
    assert.deepEqual(rest, ["", "GET /guanaco.html HTTP/1.0"]);
    return `asked ${peerName(company)} for a document: ${status}`;
  },
};

const interactive: Row = {
  number: 51,
  title: "the interactive client",
  direction: "↔",
  async walk(company) {
    const { signal } = company;
    await using peer = new SocketPeer(company, "prompt");
    using connection = await connectTcp(await peer.address(), { signal });
    const typed = ReadableStream.from(["hello\n", "bye\n"]).pipeThrough(new TextEncoderStream());
    const typing = typed.pipeTo(connection.writable, { preventClose: true, signal });
    let shown = "";
    const screen = connection.readable.pipeThrough(new TextDecoderStream());
    for await (const piece of screen) shown += piece;
    await typing;
    assert.equal(shown, "> you said hello\n> ");
    return `typed lines went to ${peerName(company)} while its prompt came without newline`;
  },
};

const commands: Row = {
  number: 52,
  title: "the prompting command server",
  direction: "←",
  async walk(company) {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, company.signal]);
    const listener = await listenTcp("127.0.0.1:0");
    const where = `127.0.0.1:${portOf(listener)}`;
    const served = serve(listener, async (client) => {
      for await (const line of client.lines({ signal })) {
        if (line === "quit") return;
        await client.writeLine(line === "date" ? String(new Date()) : "Commands: date quit");
      }
    }, { limit: 1, signal });
    await using cleanUp = new AsyncDisposableStack();
    cleanUp.defer(() => (end.abort(), served));
    await using one = new SocketPeer(company, "ask", [where, "nonsense", "quit"]);
    await using other = new SocketPeer(company, "ask", [where, "date", "quit"]);
    const [[help], [date]] = [await one.rest(), await other.rest()];
    assert.equal(help, "Commands: date quit CRLF");
    assert.ok(Number.isFinite(Date.parse(date.replace(/ \(.*/, ""))), date);
    return `two ${peerName(company)} clients came at once, and were served in turn`;
  },
};

const datagrams: Row = {
  number: 53,
  title: "UDP: many hosts, one deadline",
  direction: "→",
  async walk(company) {
    const { signal } = company;
    await using late = new SocketPeer(company, "udp", [-60]);
    await using hearer = new SocketPeer(company, "hear");
    const nobody = "127.0.0.1:1";
    const hosts = [await late.address(), nobody];
    const [answer, none] = await askAll(hosts, "", { timeout: 30_000, attempts: 100, signal });
    assertNear(difference(answer.data!), -60);
    assert.equal(none.data, undefined);
    using socket = await connectUdp(await hearer.address(), { signal });
    await socket.send("hello", { signal });
    const { port } = socket.localAddr as Deno.NetAddr;
    assert.equal(await hearer.line(), `hello from 127.0.0.1:${port}`);
    const heard = await socket.receive({ signal });
    assert.equal(new TextDecoder().decode(heard!.data), "heard");
    const { after } = answer;
    return `${peerName(company)} answered the second time, after ${
      after!.toFixed(0)
    } ms; ${nobody} never`;
  },
};

/** The page's programs. */
export const programs: readonly Row[] = [
  client,
  server,
  forking,
  clocks,
  addresses,
  pieces,
  web,
  interactive,
  commands,
  datagrams,
];
