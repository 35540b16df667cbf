/**
 * The rows about sockets: what they are made of. The page's programs are beside this, in socket_programs.ts.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { capture, Fd, spawn } from "../process/mod.ts";
import {
  Connection,
  connectUnix,
  getaddrinfo,
  getnameinfo,
  getprotobyname,
  getservbyname,
  getservbyport,
  hostname,
  isSocket,
  type Listener,
  listenTcp,
  listenUnix,
  sendFds,
  Socket,
  socketPair,
} from "../sockets/mod.ts";
import type { Area, Row } from "./row.ts";
import { peerName, SocketPeer } from "./socket_peer.ts";
import { programs } from "./socket_programs.ts";
import { another, talker } from "./talk.ts";

function directory(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "deno_ipc_tour_" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

function portOf({ addr }: Listener): number {
  return (addr as Deno.NetAddr).port;
}

const pair: Row = {
  number: 38,
  title: "socketpair",
  direction: "↔",
  async walk(company) {
    const { name, talk } = talker(company);
    using pair = socketPair();
    const { fd } = pair.theirs;
    await using _ = spawn(...talk("answer"), { fds: { 0: fd, 1: fd, 2: "null" } });
    pair.theirs.close();
    using connection = new Connection(pair.ours);
    for (const word of ["hello", "again"]) {
      await connection.writeLine(word, { end: "\n", ...company });
      assert.equal(await connection.readLine(company), `you said ${word}`);
    }
    await connection.closeWrite();
    assert.equal(await connection.readLine(company), null);
    return `one socket for ${name}'s input and output; each side ended its own`;
  },
};

const calls: Row = {
  number: 39,
  title: "the Berkeley calls, options, shutdown",
  direction: "←",
  async walk(company) {
    using socket = Socket.open("inet", "stream");
    socket.setOption("reuseAddress", true);
    assert.equal(socket.getOption("reuseAddress"), true);
    socket.bind({ hostname: "127.0.0.1", port: 0 });
    socket.listen(5);
    const { port } = socket.localAddr as Deno.NetAddr;
    await using peer = new SocketPeer(company, "ask", [`127.0.0.1:${port}`, "ping"]);
    using accepted = await socket.accept(peer);
    const buffer = new Uint8Array(100);
    const size = await accepted.read(buffer, company);
    assert.equal(new TextDecoder().decode(buffer.subarray(0, size!)), "ping\n");
    accepted.writeSync("pong\r\n");
    accepted.shutdown("write");
    assert.deepEqual(await peer.rest(), ["pong CRLF"]);
    return `socket, bind, listen, accept; ${peerName(company)} said ping, saw our shutdown`;
  },
};

const names: Row = {
  number: 40,
  title: "services, protocols and hosts, by name and back",
  direction: "→",
  async walk(company) {
    const [address] = await getaddrinfo("localhost", company);
    assert.match(address, /^(127\.|::1$)/);
    await assert.rejects(getservbyname("no-such-service"), Deno.errors.NotFound);
    const host = await getnameinfo("127.0.0.1", company);
    if (!existsSync("/etc/services")) {
      return `${host} is ${address}; services and protocols want apt-get install netbase`;
    }
    const daytime = await getservbyname("daytime", "tcp", company);
    const mail = await getservbyport(25, "tcp", company);
    const udp = await getprotobyname("udp", company);
    if (company.perl) {
      const peer = ["daytime", 25, "udp", "127.0.0.1"];
      await using perl = new SocketPeer(company, "names", peer);
      assert.equal(await perl.line(), [daytime, mail, udp, host].join(" "));
    }
    return `daytime is ${daytime}, 25 is ${mail}, udp is ${udp}, ${host} is ${address}`;
  },
};

const framing: Row = {
  number: 41,
  title: "ends of lines, messages that end with a dot",
  direction: "←",
  async walk(company) {
    const { signal } = company;
    using listener = await listenTcp("127.0.0.1:0");
    const said = ["one line", "first", "..second", "."];
    await using peer = new SocketPeer(company, "ask", [`127.0.0.1:${portOf(listener)}`, ...said]);
    using connection = await listener.accept(peer);
    assert.equal(await connection.readLine({ signal }), "one line");
    assert.deepEqual(await connection.readMessage({ signal }), ["first", ".second"]);
    await connection.writeLine("answer", { signal });
    await connection.writeMessage(["text", ".dotted"], { signal });
    await connection.closeWrite();
    const heard = await peer.rest();
    assert.deepEqual(heard, ["answer CRLF", "text CRLF", "..dotted CRLF", ". CRLF"]);
    return `${peerName(company)}'s line and message came with bare LFs; ours went with CRLF`;
  },
};

const clean: Row = {
  number: 45,
  title: "a clean environment, permissions",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const seen = await capture("env", [], { clearEnv: true, env: { PATH: "/usr/bin:/bin" } });
    assert.equal(seen.text(), "PATH=/usr/bin:/bin\n");
    const [command, args] = talk("say", 0, "hello");
    const taint = company.perl ? ["-T", ...args] : args;
    const { status } = await capture(command, taint, { clearEnv: true, env: { PATH: "/bin" } });
    assert.equal(status.code, 0);
    await using deno = another("connect", [], {
      module: "sockets",
      fds: { 1: "pipe" },
      permissions: { ffi: true },
    });
    const [refusal] = await Array.fromAsync(deno.fd(1).lines(company));
    assert.equal(refusal, "NotCapable");
    return `${name} had PATH alone; without --allow-net FFI does not connect`;
  },
};

const paths: Row = {
  number: 47,
  title: "Unix sockets, one that was left behind",
  direction: "↔",
  async walk(company) {
    const { signal } = company;
    using temporary = directory();
    const path = `${temporary.path}/catsock`;
    {
      await using peer = new SocketPeer(company, "serve", [path, "hello"]);
      assert.equal(await peer.line(), "ready");
      assert.equal(isSocket(path), true);
      await assert.rejects(listenUnix(path), { code: "EADDRINUSE" });
      using client = await connectUnix(path, { signal });
      assert.equal(await client.readLine({ signal }), "hello");
    }
    await assert.rejects(connectUnix(path), { code: "ECONNREFUSED" }); // but the path is there still
    {
      using listener = await listenUnix(path, { signal });
      await using peer = new SocketPeer(company, "ask", [path, "and you?"]);
      using connection = await listener.accept(peer);
      assert.equal(await connection.readLine({ signal }), "and you?");
      await connection.writeLine("well", { end: "\n", signal });
      connection.close();
      assert.deepEqual(await peer.rest(), ["well LF"]);
    }
    assert.equal(isSocket(path), false);
    return `${peerName(company)}'s path was refused to us while it lived, then it was ours`;
  },
};

const host: Row = {
  number: 55,
  title: "the host's name",
  direction: "→",
  async walk(company) {
    await using peer = new SocketPeer(company, "host");
    assert.equal(await peer.line(), hostname());
    return `${peerName(company)} and we call this machine ${hostname()}`;
  },
};

const descriptors: Row = {
  number: 63,
  title: "passing an open file",
  direction: "→",
  async walk(company) {
    using temporary = directory();
    const path = `${temporary.path}/file`;
    Deno.writeTextFileSync(path, "read by us\nread by the other\n");
    using file = Fd.open(path);
    Deno.removeSync(path); // nobody can open it any more
    const ours = new Uint8Array(11);
    file.readSync(ours);
    using pair = socketPair();
    await using peer = new SocketPeer(company, "take", [], { 3: pair.theirs.fd });
    await sendFds(pair.ours, [file], company);
    assert.deepEqual(await peer.rest(), ["read by the other"]);
    return `${peerName(company)} was passed a removed file, and read on where we stopped`;
  },
};

/** Sockets. */
export const sockets: Area = {
  title: "Sockets",
  rows: [pair, calls, names, framing, ...programs, clean, paths, host, descriptors]
    .toSorted((a, b) => a.number - b.number),
};
