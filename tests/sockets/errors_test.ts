import assert from "node:assert/strict";
import { type Endpoint, Fd, Socket, socketPair, SyscallError } from "../../sockets/mod.ts";
import { connectTcp, connectUnix, listenTcp, udp } from "../../sockets/mod.ts";
import { fixture, language, run } from "../harness.ts";
import { forms } from "../fixtures/socket_forms.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";
import {
  Connection,
  isSocket,
  joinGroup,
  notifyReady,
  serve,
  serveProcesses,
} from "../../sockets/mod.ts";

/** What a failed call says of itself. */
interface Failure {
  syscall?: string;
  code?: string;
  path?: string;
  address?: string;
}

async function fails(action: () => unknown, expected: Failure): Promise<void> {
  await assert.rejects(async () => void await action(), (error) => {
    assert.ok(error instanceof SyscallError, `${error}`);
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(error[name as keyof SyscallError], value, `${name} of ${error}`);
    }
    return true;
  });
}

/** Connects to `address` in both forms, which must fail. */
async function refused(address: Endpoint, expected: Failure): Promise<void> {
  for (const form of Object.values(forms)) {
    using socket = Socket.open("path" in address ? "unix" : "inet", "stream");
    await fails(() => form.connect(socket, address), { syscall: "connect", ...expected });
  }
}

test("connecting to a port where nobody listens is ECONNREFUSED with the address", async () => {
  using taken = Socket.open("inet", "stream");
  taken.bind({ hostname: "127.0.0.1", port: 0 }); // bound, but it does not listen
  const { port } = taken.localAddr as Deno.NetAddr;
  const address = `127.0.0.1:${port}`;
  await refused({ hostname: "127.0.0.1", port }, { code: "ECONNREFUSED", address });
});

test("the address of IPv6 is in brackets in an error", async () => {
  using taken = Socket.open("inet6", "stream");
  taken.bind({ hostname: "::1", port: 0 });
  const { port } = taken.localAddr as Deno.NetAddr;
  using socket = Socket.open("inet6", "stream");
  const address = `[::1]:${port}`;
  const connect = () => socket.connect({ hostname: "::1", port });
  await fails(connect, { code: "ECONNREFUSED", address });
});

test("connecting to a path is ENOENT, ECONNREFUSED, ENAMETOOLONG or EPROTOTYPE, with the path", async () => {
  using directory = new Directory();
  const [nothing, left, long] = ["nothing", "left", "x".repeat(120)].map((n) => directory.file(n));
  using past = Socket.open("unix", "stream");
  past.bind({ path: left });
  past.close();
  await refused({ path: nothing }, { code: "ENOENT", path: nothing });
  await refused({ path: long }, { code: "ENAMETOOLONG", path: long });
  await refused({ path: "\0deno_ipc_nobody" }, { code: "ECONNREFUSED", path: "\0deno_ipc_nobody" });
  using datagrams = Socket.open("unix", "datagram");
  datagrams.bind({ path: directory.file("datagrams") });
  const { path } = datagrams.localAddr as Deno.UnixAddr;
  await refused({ path }, { code: "EPROTOTYPE", path });
  await refused({ path: left }, { code: "ECONNREFUSED", path: left });
});

test("binding is EADDRINUSE, EADDRNOTAVAIL, ENOENT or ENAMETOOLONG with the place", async () => {
  using directory = new Directory();
  const [path, missing] = [directory.file("socket"), directory.file("missing/socket")];
  const long = directory.file("x".repeat(120));
  for (const type of ["stream", "datagram", "seqpacket"] as const) {
    using one = Socket.open("unix", type);
    using other = Socket.open("unix", type);
    one.bind({ path });
    await fails(() => other.bind({ path }), { syscall: "bind", code: "EADDRINUSE", path });
    await fails(() => other.bind({ path: missing }), { code: "ENOENT", path: missing });
    await fails(() => other.bind({ path: long }), { code: "ENAMETOOLONG", path: long });
    Deno.removeSync(path);
  }
  using one = Socket.open("inet", "stream");
  using other = Socket.open("inet", "stream");
  one.bind({ hostname: "127.0.0.1", port: 0 });
  const { port } = one.localAddr as Deno.NetAddr;
  const bind = (hostname: string, port: number) => () => other.bind({ hostname, port });
  await fails(bind("127.0.0.1", port), { code: "EADDRINUSE", address: `127.0.0.1:${port}` });
  const both = { hostname: "127.0.0.1", port, path };
  await fails(() => other.bind(both), { address: `127.0.0.1:${port}`, path: undefined });
  await fails(bind("192.0.2.77", 0), { code: "EADDRNOTAVAIL", address: "192.0.2.77:0" });
});

test("a name of 107 bytes is the longest path, and of 107 after its NUL the longest abstract name", async () => {
  using directory = new Directory();
  const path = directory.file("").padEnd(107, "x");
  const name = `\0deno_ipc_${Deno.pid}_`.padEnd(108, "x");
  for (const fits of [path, name]) {
    using socket = Socket.open("unix", "stream");
    socket.bind({ path: fits });
    assert.deepEqual(socket.localAddr, { transport: "unix", path: fits });
    using other = Socket.open("unix", "stream");
    await fails(() => other.bind({ path: `${fits}x` }), { code: "ENAMETOOLONG", path: `${fits}x` });
  }
});

test("another user's socket is EACCES with the path, to bind, to connect and to send", async () => {
  using directory = new Directory();
  const [path, datagrams] = [directory.file("stream"), directory.file("datagrams")];
  using stream = Socket.open("unix", "stream");
  stream.bind({ path });
  stream.listen();
  using datagram = Socket.open("unix", "datagram");
  datagram.bind({ path: datagrams });
  for (const file of [path, datagrams, directory.path]) {
    Deno.chmodSync(file, 0o755);
    Deno.chownSync(file, 65534, 65534);
  }
  // Without any capability; the user stays ours, who can read Deno's own files.
  const powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
  const said = await run([...powerless, ...language.deno("socket_denied.ts", path, datagrams)]);
  assert.equal(said, "connect EACCES\nconnect EACCES\nbind EACCES\nsendto EACCES\nsendto EACCES\n");
}, { needs: ["root"] });

test("a descriptor that is no socket is ENOTSOCK, and stays its owner's", async () => {
  using file = Fd.open(fixture("socket_peer.py"));
  await fails(() => Socket.from(file), { code: "ENOTSOCK" });
  assert.equal(file.readSync(new Uint8Array(3)), 3);
});

test("a message that is too long is EMSGSIZE, awaited and not, and the next one arrives", async () => {
  using receiver = Socket.open("inet", "datagram");
  receiver.bind({ hostname: "127.0.0.1", port: 0 });
  const to = receiver.localAddr as Deno.NetAddr;
  for (const form of Object.values(forms)) {
    using sender = Socket.open("inet", "datagram");
    const address = `127.0.0.1:${to.port}`;
    const send = (size: number) => form.send(sender, new Uint8Array(size), to);
    await fails(() => send(65_508), { syscall: "sendto", code: "EMSGSIZE", address });
    await send(3);
    assert.equal((await form.receive(receiver))!.data.length, 3);
    using pair = socketPair("seqpacket");
    await fails(() => form.send(pair.ours, new Uint8Array(1 << 20)), { code: "EMSGSIZE" });
  }
});

test("nobody at the other end is EPIPE to who writes and sends, and no signal", async () => {
  for (const type of ["stream", "seqpacket"] as const) {
    for (const form of Object.values(forms)) {
      using pair = socketPair(type);
      pair.theirs.close();
      if (type === "stream") await fails(() => form.write(pair.ours, "x"), { code: "EPIPE" });
      await fails(() => form.send(pair.ours, "x"), { syscall: "sendto", code: "EPIPE" });
    }
  }
});

test(
  "a connection that was broken off is ECONNRESET to who reads, and the listener goes on",
  async () => {
    using listener = Socket.open("inet", "stream");
    listener.bind({ hostname: "127.0.0.1", port: 0 });
    listener.listen();
    const { hostname, port } = listener.localAddr as Deno.NetAddr;
    const lingerZero = `import socket, struct, sys
for last in range(20):
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    if last == 19: s.sendall(b"whole")
    else: s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()`;
    await run(["/usr/bin/python3", "-c", lingerZero, hostname, `${port}`]);
    for (let i = 0; i < 19; i++) {
      const form = i % 2 ? forms.sync : forms.async;
      using broken = await form.accept(listener);
      await fails(() => form.read(broken, new Uint8Array(9)), {
        syscall: "read",
        code: "ECONNRESET",
      });
    }
    using whole = await listener.accept();
    assert.equal(whole.readSync(new Uint8Array(9)), 5);
    assert.equal(listener.tryAccept(), undefined);
  },
  { needs: ["python"] },
);

test("what is not connected is ENOTCONN, and what does not listen accepts nothing", async () => {
  using socket = Socket.open("inet", "stream");
  await fails(() => socket.remoteAddr, { syscall: "getpeername", code: "ENOTCONN" });
  await fails(() => socket.receive(), { syscall: "recvfrom", code: "ENOTCONN" });
  await fails(() => socket.shutdown("both"), { syscall: "shutdown", code: "ENOTCONN" });
  using pair = socketPair();
  using bound = Socket.open("inet", "datagram");
  bound.bind({ hostname: "127.0.0.1", port: 0 });
  for (
    const [deaf, code] of [[socket, "EINVAL"], [pair.ours, "EINVAL"], [
      bound,
      "EOPNOTSUPP",
    ]] as const
  ) {
    await fails(() => deaf.accept({ timeout: 5000 }), { syscall: "accept4", code });
    await fails(() => deaf.tryAccept(), { syscall: "accept4", code });
  }
  using datagrams = Socket.open("unix", "datagram");
  await fails(() => datagrams.send("x"), { syscall: "sendto", code: "ENOTCONN" });
  await fails(() => datagrams.listen(), { syscall: "listen", code: "EOPNOTSUPP" });
  using udp = Socket.open("inet", "datagram");
  await fails(() => udp.send("x"), { syscall: "sendto", code: "EDESTADDRREQ" });
});

test("a datagram that nobody received is ECONNREFUSED at the next call of who is connected", async () => {
  using gone = Socket.open("inet", "datagram");
  gone.bind({ hostname: "127.0.0.1", port: 0 });
  const to = gone.localAddr as Deno.NetAddr;
  gone.connectSync(to); // hears only itself; if it were closed somebody else might get the port
  for (const form of Object.values(forms)) {
    using socket = Socket.open("inet", "datagram");
    await form.connect(socket, to);
    await form.send(socket, "x");
    await fails(() => form.receive(socket), { syscall: "recvfrom", code: "ECONNREFUSED" });
  }
});

test("what goes over Deno's own API says where nobody is, and is of the same class", async () => {
  using taken = Socket.open("inet", "stream");
  taken.bind({ hostname: "127.0.0.1", port: 0 }); // bound, but it does not listen
  const address = `127.0.0.1:${(taken.localAddr as Deno.NetAddr).port}`;
  const told =
    (Kind: new () => Error, expected: { code: string; path?: string; address?: string }) =>
    (error: unknown) => {
      assert.ok(error instanceof Kind, `${error}`);
      const { code, path, address } = error as Error & typeof expected;
      assert.deepEqual({ code, path, address }, {
        path: undefined,
        address: undefined,
        ...expected,
      });
      assert.ok(error.message.endsWith(` (${code}): ${path ?? address}`), error.message);
      return true;
    };
  const { ConnectionRefused, NotFound, AddrInUse } = Deno.errors;
  await assert.rejects(
    connectTcp(address),
    told(ConnectionRefused, { code: "ECONNREFUSED", address }),
  );
  await assert.rejects(listenTcp(address), told(AddrInUse, { code: "EADDRINUSE", address }));
  using directory = new Directory();
  const path = directory.file("nobody");
  await assert.rejects(connectUnix(path), told(NotFound, { code: "ENOENT", path }));
  using past = Socket.open("unix", "stream");
  past.bind({ path }); // left behind
  past.close();
  await assert.rejects(connectUnix(path), told(ConnectionRefused, { code: "ECONNREFUSED", path }));
});

test("a host without a port is told how an address is written", async () => {
  for (const attempt of [connectTcp, listenTcp, udp]) {
    await assert.rejects(attempt("localhost"), (error) => {
      assert.ok(error instanceof Deno.errors.NotFound);
      assert.match(error.message, /^Unknown service "localhost" \((tcp|udp)\): .*"localhost:80"/);
      return true;
    });
  }
  await assert.rejects(
    connectTcp("localhost:nothing"),
    /^NotFound: Unknown service "nothing" \(tcp\)$/,
  );
});

test(
  "that the host does not exist is the same error for who listens as for who connects",
  async () => {
    for (const attempt of [connectTcp, listenTcp, udp]) {
      await assert.rejects(attempt("host.invalid:80"), { code: "ENOTFOUND" });
      await assert.rejects(attempt("256.1.1.1:80"), { code: "ENOTFOUND" });
    }
  },
  { watchdog: 120 },
);

test("null and other kinds of values are a TypeError that names them, before anything is done", async () => {
  const none = null as never;
  using listener = await listenTcp("127.0.0.1:0");
  using pair = socketPair();
  using connection = new Connection(pair.ours);
  using unix = Socket.open("unix", "stream");
  const cases: [RegExp, () => unknown][] = [
    [/^Listener must be a Listener, got null/, () => serve(none, () => {})],
    [/^Listener must be a Listener, got null/, () => serveProcesses(none, ["true"])],
    [/^Handler must be a function, got null/, () => serve(listener, none)],
    [/^onError must be a function, got null/, () => serve(listener, () => {}, { onError: none })],
    [
      /^onExit must be a function, got 5/,
      () => serveProcesses(listener, ["true"], { onExit: 5 as never }),
    ],
    [/^Descriptor must be a Fd, got 5/, () => Socket.from(5 as never)],
    [/^Socket must be a Socket, got null/, () => joinGroup(none, "239.1.1.1")],
    [/^Path must not be empty/, () => connectUnix("")],
    [/^Path must be a string, got null/, () => isSocket(none)],
    [/^Status must be one line, got 5/, () => notifyReady(5 as never)],
    [/^end must be a string, got 5/, () => connection.writeLine("x", { end: 5 as never })],
    [/^Lines must be an array, got "x"/, () => connection.writeMessage("x" as never)],
    [/^Address must be an object like \{ path: .*, got "\/x"/, () => unix.bind("/x" as never)],
  ];
  for (const [message, attempt] of cases) {
    await assert.rejects(async () => void await attempt(), { name: "TypeError", message });
  }
});
