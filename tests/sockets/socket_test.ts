import assert from "node:assert/strict";
import { Fd, Socket, socketPair } from "../../sockets/mod.ts";
import { Program } from "../harness.ts";
import { spawn } from "../../process/mod.ts";
import { interrupt, platform } from "../../libc/mod.ts";
import { forms } from "../fixtures/socket_forms.ts";
import { test } from "../fixtures/warm_reactor.ts";

const loopback = { hostname: "127.0.0.1", port: 0 };

/** Both ends of a connection over TCP. */
async function connection(): Promise<{ client: Socket; server: Socket }> {
  using listener = Socket.open("inet", "stream");
  listener.bind(loopback);
  listener.listen();
  const client = Socket.open("inet", "stream");
  await client.connect(listener.localAddr as Deno.NetAddr);
  return { client, server: await listener.accept() };
}

test("both ends of a connection know both addresses", async () => {
  const ends = await connection();
  using client = ends.client;
  using server = ends.server;
  assert.deepEqual(client.localAddr, server.remoteAddr);
  assert.deepEqual(client.remoteAddr, server.localAddr);
  const { transport, hostname } = client.remoteAddr as Deno.NetAddr;
  assert.deepEqual([transport, hostname], ["tcp", "127.0.0.1"]);
});

test("4 MiB go both ways at once, whole and in order", async () => {
  const ends = await connection();
  using client = ends.client;
  using server = ends.server;
  const data = crypto.getRandomValues(new Uint8Array(65_536));
  const all = new Uint8Array(64 * data.length);
  for (let i = 0; i < 64; i++) all.set(data, i * data.length);
  const collect = async (socket: Socket) => {
    const got = new Uint8Array(all.length + 1);
    let at = 0;
    for (let n; (n = await socket.read(got.subarray(at))) !== null;) at += n;
    return got.subarray(0, at);
  };
  const send = async (socket: Socket) => {
    assert.equal(await socket.write(all), all.length);
    await socket.closeWrite();
  };
  const [one, two] = await Promise.all([
    collect(client),
    collect(server),
    send(client),
    send(server),
  ]);
  assert.ok(one.length === all.length && one.every((byte, i) => byte === all[i]));
  assert.ok(two.length === all.length && two.every((byte, i) => byte === all[i]));
});

test("ending one way leaves the other open, and ending both is the end for both", async () => {
  for (const form of Object.values(forms)) {
    using pair = socketPair();
    const byte = new Uint8Array(1);
    pair.ours.shutdown("write");
    assert.equal(await form.read(pair.theirs, byte), null);
    await assert.rejects(async () => void await form.write(pair.ours, "x"), { code: "EPIPE" });
    await form.write(pair.theirs, "x");
    assert.equal(await form.read(pair.ours, byte), 1);
    pair.ours.shutdown("both");
    assert.equal(await form.read(pair.ours, byte), null);
    await assert.rejects(async () => void await form.write(pair.theirs, "x"), { code: "EPIPE" });
  }
  using pair = socketPair();
  assert.throws(() => pair.ours.shutdown("all" as "both"), TypeError);
  assert.throws(() => pair.ours.shutdown("toString" as "both"), TypeError);
});

test("the end of packets is null, awaited and not, also for who waits already", async () => {
  for (const form of Object.values(forms)) {
    using pair = socketPair("seqpacket");
    pair.theirs.sendSync("last");
    pair.theirs.close();
    assert.equal((await form.receive(pair.ours))!.data.length, 4);
    assert.equal(await form.receive(pair.ours), null);
    assert.equal(pair.ours.tryReceive(), null);
  }
  using pair = socketPair("seqpacket");
  const waiting = pair.ours.receive();
  pair.theirs.close();
  assert.equal(await waiting, null);
});

test("streams read and write a socket, and closing the writing one is the end of file", async () => {
  using pair = socketPair();
  const reading = new Response(pair.theirs.readable).text();
  const writer = pair.ours.writable.getWriter();
  await writer.write(new TextEncoder().encode("through "));
  await writer.write(new TextEncoder().encode("streams"));
  await writer.close();
  assert.equal(await reading, "through streams");
  pair.theirs.writeSync("back"); // it is open still
  assert.equal(pair.ours.readSync(new Uint8Array(9)), 4);
});

test("cancelling the reading stream closes the socket, as does aborting the writing one", async () => {
  using pair = socketPair();
  await pair.theirs.readable.cancel();
  assert.ok(pair.theirs.fd.closed);
  await pair.ours.writable.abort();
  assert.ok(pair.ours.fd.closed);
});

test("reading into nothing is 0 and never the end", async () => {
  using pair = socketPair();
  pair.theirs.writeSync("x");
  assert.equal(await pair.ours.read(new Uint8Array()), 0);
  assert.equal((await pair.ours.receive({ buffer: new Uint8Array() }))?.data.length, 0);
  assert.equal(pair.ours.readSync(new Uint8Array(9)), 1);
});

test("what is made from a descriptor is what that is", () => {
  const kinds = [
    ["inet", "stream"],
    ["inet", "datagram"],
    ["inet6", "stream"],
    ["inet6", "datagram"],
    ["unix", "stream"],
    ["unix", "datagram"],
    ["unix", "seqpacket"],
  ] as const;
  for (const [family, type] of kinds) {
    using socket = Socket.open(family, type);
    using copy = Socket.from(socket.fd.dup());
    assert.deepEqual([copy.family, copy.type], [family, type]);
    assert.ok(socket.fd.closeOnExec);
  }
  const open = Socket.open as (...args: unknown[]) => Socket;
  assert.throws(() => open("ipx", "stream"), TypeError);
  assert.throws(() => open("inet", "raw"), TypeError);
  assert.throws(() => open("inet", "toString"), TypeError);
  assert.throws(() => open("inet", "stream", -1), RangeError);
  assert.throws(() => open("inet", "seqpacket"), { code: /^(ESOCKTNOSUPPORT|EPROTONOSUPPORT)$/ });
  assert.throws(() => open("inet", "stream", 17), { syscall: "socket", code: "EPROTONOSUPPORT" });
});

/** Whether the open file of a descriptor is non-blocking. */
function isNonBlocking(fd: Fd): boolean {
  const info = Deno.readTextFileSync(`/proc/self/fdinfo/${fd.number}`);
  return (parseInt(/flags:\s*(\d+)/.exec(info)![1], 8) & platform.O_NONBLOCK) !== 0;
}

test(
  "a socket that others share never becomes non-blocking for them, whatever we do with it",
  async () => {
    using made = socketPair();
    made.theirs.fd.setBlocking(); // as a program expects what it inherits
    using shared = Socket.from(Fd.from(made.theirs.fd.dup().release()));
    const reads = "$| = 1; say 'ready'; for (1, 2) { sysread STDIN, my $x, 1 or die $!; say $x }";
    const fds = { 0: made.theirs.fd, 1: "pipe" } as const;
    await using perl = spawn("perl", ["-E", reads], { fds });
    const lines = perl.fd(1).lines();
    assert.equal((await lines.next()).value, "ready");
    await assert.rejects(shared.receive({ timeout: 5 }), { name: "TimeoutError" });
    await assert.rejects(shared.read(new Uint8Array(1), { timeout: 5 }), { name: "TimeoutError" });
    assert.equal(shared.tryReceive(), undefined);
    await shared.write("x");
    await shared.send("y");
    assert.equal(made.ours.readSync(new Uint8Array(9)), 2);
    assert.equal(isNonBlocking(shared.fd), false);
    for (const byte of ["1", "2"]) {
      made.ours.writeSync(byte); // for which Perl waited, where a non-blocking socket would have refused
      assert.equal((await lines.next()).value, byte);
    }
    assert.equal((await perl.wait()).code, 0);
  },
  { needs: ["perl"] },
);

test("whoever has connected without awaiting it has a socket that blocks no other use", async () => {
  using listener = Socket.open("inet", "stream");
  listener.bind(loopback);
  listener.listen();
  using client = Socket.open("inet", "stream");
  client.connectSync(listener.localAddr as Deno.NetAddr);
  assert.ok(isNonBlocking(client.fd));
  const filled = client.write(new Uint8Array(1 << 24), { timeout: 20 });
  await assert.rejects(filled, { name: "TimeoutError" });
});

test(
  "connecting without awaiting it waits in a line that is full until there is room, also after signals",
  async () => {
    interrupt([]); // only so that SIGURG has a handler, after which calls are not restarted
    const line = `import ctypes, glob, os, signal, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind("")
s.listen(0)
first = socket.socket(socket.AF_UNIX)
first.connect(s.getsockname())
print(s.getsockname()[1:].decode(), flush=True)
def waits(f):
  try: return open(f).read().split()[0] == sys.argv[1]
  except (OSError, IndexError): return False # the thread has ended
def thread():
  while True:
    for f in glob.glob(f"/proc/{os.getppid()}/task/*/syscall"):
      if waits(f): return int(f.split("/")[4]) # it waits in line
for i in range(3): ctypes.CDLL(None).tgkill(os.getppid(), thread(), signal.SIGURG)
thread()
s.accept()
s.accept()[0].sendall(b"at last")`;
    const call = String(platform.SYS_connect);
    await using python = new Program(["/usr/bin/python3", "-c", line, call]);
    const path = `\0${await python.line()}`;
    using client = Socket.open("unix", "stream");
    client.connectSync({ path });
    assert.ok(isNonBlocking(client.fd));
    assert.equal(client.readSync(new Uint8Array(99)), 7);
  },
  { needs: ["python"] },
);

test("a listening socket of ours that was given to a child blocks for it, and not for us while nobody comes", async () => {
  using listener = Socket.open("unix", "stream");
  listener.bind({ path: "" });
  listener.listen();
  using copy = Socket.from(listener.fd.dup());
  await using child = spawn("cat", [], { fds: { 0: "pipe", 3: listener.fd } });
  for (const socket of [listener, copy]) {
    assert.equal(isNonBlocking(socket.fd), false); // as a program expects what it inherits
    assert.equal(socket.tryAccept(), undefined);
    await assert.rejects(socket.accept({ timeout: 5 }), { name: "TimeoutError" });
    using client = Socket.open("unix", "stream");
    await client.connect(listener.localAddr as Deno.UnixAddr);
    using _ = await socket.accept();
  }
  child.fd(0).close();
  assert.equal((await child.wait()).code, 0);
});

test("a listening socket that others share blocks for them, and not for us while nobody comes", async () => {
  using listener = Socket.open("unix", "stream");
  listener.bind({ path: "" });
  listener.listen();
  listener.fd.setBlocking();
  using shared = Socket.from(Fd.from(listener.fd.dup().release()));
  assert.equal(shared.tryAccept(), undefined);
  await assert.rejects(shared.accept({ timeout: 5 }), { name: "TimeoutError" });
  using client = Socket.open("unix", "stream");
  await client.connect(listener.localAddr as Deno.UnixAddr);
  using accepted = await shared.accept();
  assert.ok(isNonBlocking(accepted.fd)); // that one is ours alone
  assert.equal(isNonBlocking(shared.fd), false);
});
