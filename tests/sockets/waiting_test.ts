import assert from "node:assert/strict";
import { type Endpoint, Socket, socketPair, SyscallError } from "../../sockets/mod.ts";
import type { WaitOptions } from "../../io/mod.ts";
import { platform } from "../../libc/mod.ts";
import { counted } from "../counted_signal.ts";
import { denoCommand, fixture, Program, run, times } from "../harness.ts";
import { library } from "../fixtures/processes.ts";
import { endpoint } from "../fixtures/socket_forms.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** A socket that listens at this path. */
function listening(path: string, backlog: number): Socket {
  const socket = Socket.open("unix", "stream");
  socket.bind({ path });
  socket.listen(backlog);
  return socket;
}

/** Somebody who waits at `path`: as many as the kernel lets in line with this backlog, which is one more. */
function fillUp(path: string, backlog: number): Disposable {
  const stack = new DisposableStack();
  for (let i = 0; i <= backlog; i++) stack.use(Socket.open("unix", "stream")).connectSync({ path });
  return stack;
}

/** Datagrams at `receiver` until it takes no more: how many. */
function flood(sender: Socket, to: Endpoint): number {
  let count = 0;
  while (sender.trySend(`${count}`, { to })) count++;
  return count;
}

/** Ends a wait in each way: each must reject with its reason, and forget the signal. */
async function endsEarly(wait: (options: WaitOptions) => Promise<unknown>): Promise<void> {
  await assert.rejects(wait({ timeout: 20 }), {
    name: "TimeoutError",
    message: /^Timed out after 20 ms$/,
  });
  await assert.rejects(wait({ timeout: 0 }), { name: "TimeoutError" });
  const controller = new AbortController();
  const { signal, listeners } = counted(controller);
  const waiting = assert.rejects(wait({ signal }), (reason) => reason === "enough");
  setTimeout(() => controller.abort("enough"), 10);
  await waiting;
  assert.equal(listeners(), 0);
  await assert.rejects(
    wait({ signal: AbortSignal.abort("before") }),
    (reason) => reason === "before",
  );
  await assert.rejects(wait({ timeout: -1 }), RangeError);
  await assert.rejects(wait({ timeout: "1" as unknown as number }), TypeError);
  await assert.rejects(wait({ signal: {} as AbortSignal }), TypeError);
}

test("accepting ends by a timeout and a signal, and the connection waits on", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  using listener = listening(path, 5);
  await endsEarly((options) => listener.accept(options));
  using client = Socket.open("unix", "stream");
  client.connectSync({ path });
  assert.equal(client.writeSync("x"), undefined);
  using accepted = await listener.accept({ timeout: 10_000 });
  assert.equal(await accepted.read(new Uint8Array(9)), 1);
});

test("receiving and reading end by a timeout and a signal, and nothing is lost", async () => {
  for (const type of ["stream", "datagram", "seqpacket"] as const) {
    using pair = socketPair(type);
    await endsEarly((options) => pair.ours.receive(options));
    await endsEarly((options) => pair.ours.read(new Uint8Array(9), options));
    pair.theirs.sendSync("next");
    assert.equal((await pair.ours.receive())!.data.length, 4);
  }
});

test("whoever gives up in the same instant in which something comes has it, or leaves it there", async () => {
  using pair = socketPair("seqpacket");
  let received = 0;
  const count = times({ short: 300, soak: 20_000 });
  for (let i = 0; i < count; i++) {
    const controller = new AbortController();
    const waiting = pair.ours.receive(controller).then(() => received++, () => {});
    if (i % 3) await new Promise((resolve) => setTimeout(resolve));
    if (i % 2) controller.abort();
    pair.theirs.sendSync("x");
    if (i % 4) await Promise.resolve();
    controller.abort();
    await waiting;
  }
  while (pair.ours.tryReceive() !== undefined) received++;
  assert.equal(received, count);
});

test("sending to a full queue ends by a timeout and a signal, and then nothing was sent", async () => {
  using receiver = Socket.open("unix", "datagram");
  receiver.bind({ path: "" });
  const to = endpoint(receiver.localAddr);
  using sender = Socket.open("unix", "datagram");
  using connected = Socket.open("unix", "datagram");
  connected.connectSync(to);
  const before = flood(sender, to);
  await endsEarly((options) => sender.send("lost", { to, ...options }));
  await endsEarly((options) => connected.send("lost", options));
  const sending = [sender.send("one", { to }), connected.send("two")];
  for (let i = 0; i < before; i++) assert.equal(`${i}`, text(receiver));
  await Promise.all(sending);
  assert.deepEqual(new Set([text(receiver), text(receiver)]), new Set(["one", "two"]));
  assert.equal(receiver.tryReceive(), undefined);
});

function text(socket: Socket): string {
  return new TextDecoder().decode(socket.receiveSync()!.data);
}

test("a receiver that dies ends the sending to its full queue with ECONNREFUSED", async () => {
  for (const size of [1, 60_000]) {
    using receiver = Socket.open("unix", "datagram");
    receiver.bind({ path: "" });
    const to = endpoint(receiver.localAddr);
    using sender = Socket.open("unix", "datagram");
    while (sender.trySend(new Uint8Array(size), { to }));
    const { path } = to as Deno.UnixAddr;
    const sending = assert.rejects(sender.send("x", { to }), { code: "ECONNREFUSED", path });
    receiver.close();
    await sending;
  }
});

test("who is answered by a receiver that hears only them waits for it like anybody else", async () => {
  using one = Socket.open("unix", "datagram");
  using other = Socket.open("unix", "datagram");
  for (const socket of [one, other]) socket.bind({ path: "" });
  other.connectSync(endpoint(one.localAddr));
  const to = endpoint(other.localAddr);
  const message = new Uint8Array(60_000);
  while (one.trySend(message, { to }));
  await endsEarly((options) => one.send(message, { to, ...options }));
  const sending = one.send("last", { to });
  while ((await other.receive())!.data.length !== 4);
  await sending;
});

test("connecting in a line that is full ends by a timeout and a signal; with room it connects", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  using listener = listening(path, 0);
  using _ = fillUp(path, 0);
  using socket = Socket.open("unix", "stream");
  await endsEarly((options) => socket.connect({ path }, options));
  const connecting = socket.connect({ path });
  listener.acceptSync().close();
  await connecting;
  using accepted = listener.acceptSync();
  await socket.write("x");
  assert.equal(await accepted.read(new Uint8Array(9)), 1);
});

test(
  "an EAGAIN that a handler left behind is no failure of connecting over TCP, as Deno's may leave it",
  async () => {
    // Deno's event loop ends with a panic when its own errno is changed like that: it does not hear of the signals.
    const code = `import { Socket } from "${library("sockets")}";
    import * as io from "${library("io")}";
    import * as libc from "${library("libc")}";
    import { leaveEagain } from "${fixture("signals/eagain.ts")}";
    using _ = leaveEagain();
    const deaf = libc.signalSet([libc.signalNumber("SIGWINCH")]);
    libc.setSignalMask(deaf);
    using listener = Socket.open("inet", "stream");
    listener.bind({ hostname: "127.0.0.1", port: 0 });
    listener.listen(0);
    using first = Socket.open("inet", "stream");
    first.connectSync(listener.localAddr); // those after it are neither connected nor refused
    console.log("ready");
    let over = false;
    Deno.stdin.read(new Uint8Array(1)).then(() => over = true);
    const outcomes = new Set();
    async function connects() {
      using socket = Socket.open("inet", "stream");
      await socket.connect(listener.localAddr, { timeout: 0 });
    }
    while (!over) {
      libc.setSignalMask(libc.signalSet([]));
      const connecting = Array.from({ length: 500 }, connects); // as far as they get at once
      libc.setSignalMask(deaf);
      for (const { reason } of await Promise.allSettled(connecting)) {
        outcomes.add(reason.name === "TimeoutError" ? reason.name : reason.code);
      }
      await io.sleep(1); // what is said to us comes in a turn of the event loop
    }
    console.log([...outcomes].join());`;
    await using program = new Program(denoCommand("eval", code));
    assert.equal(await program.line(), "ready");
    // Some come between the call and our look at errno. To the main thread alone: 234 is tgkill.
    const send = "my $pid = 0 + shift; syscall(234, $pid, $pid, 28) and die $! for 1 .. 500_000";
    const flood = ["perl", "-e", send];
    await run([...flood, String(program.pid)]);
    await program.write("x");
    assert.equal(await program.line(), "TimeoutError");
  },
  { needs: ["perl"] },
);

test("20 that connect in a line that is full all do in the end, and none is lost or doubled", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  using listener = listening(path, 0);
  using _ = fillUp(path, 0);
  const connecting = Array.from({ length: 20 }, async (_, i) => {
    using socket = Socket.open("unix", "stream");
    await socket.connect({ path });
    await socket.write(`${i}`);
    return await socket.read(new Uint8Array(9));
  });
  const ended = Promise.all(connecting);
  listener.acceptSync().close(); // the one that was in line before
  const heard = new Set<string>();
  const buffer = new Uint8Array(9);
  for (let i = 0; i < 20; i++) {
    using accepted = await listener.accept();
    heard.add(new TextDecoder().decode(buffer.subarray(0, (await accepted.read(buffer))!)));
    await accepted.write("ok");
  }
  assert.deepEqual(await ended, Array.from({ length: 20 }, () => 2));
  assert.equal(heard.size, 20);
  assert.equal(listener.tryAccept(), undefined);
});

/** How many threads of this process are in a call that connects. */
function threadsThatConnect(): number {
  return [...Deno.readDirSync("/proc/self/task")].filter(({ name }) => {
    try {
      const [call] = Deno.readTextFileSync(`/proc/self/task/${name}/syscall`).split(" ");
      return Number(call) === platform.SYS_connect;
    } catch {
      return false; // the thread has ended
    }
  }).length;
}

function whatFor(error: Error): string {
  return error instanceof SyscallError ? error.code : error.name;
}

test("20 that connect in vain, by a timeout or since nobody listens any more, leave nothing", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  using listener = listening(path, 0);
  using _ = fillUp(path, 0);
  const connect = async (options: WaitOptions) => {
    using socket = Socket.open("unix", "stream");
    return await socket.connect({ path }, options).catch(whatFor);
  };
  const all = (options: WaitOptions) =>
    Promise.all(Array.from({ length: 20 }, () => connect(options)));
  const reasons = await all({ timeout: 30 });
  assert.deepEqual(new Set(reasons), new Set(["TimeoutError"]));
  const refused = all({});
  listener.close();
  for (const code of await refused) assert.equal(code, "ECONNREFUSED");
  assert.equal(threadsThatConnect(), 0);
});

test("closing a socket ends what waits for it with a TypeError, and what comes after", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  using full = listening(path, 0);
  using _ = fillUp(path, 0);
  using receiver = Socket.open("unix", "datagram");
  receiver.bind({ path: "" });
  const to = endpoint(receiver.localAddr);
  using flooding = Socket.open("unix", "datagram");
  flood(flooding, to);
  const uses: [socket: Socket, use: (socket: Socket) => Promise<unknown>][] = [
    [listening(`${path}.idle`, 1), (socket) => socket.accept()],
    [Socket.open("unix", "stream"), (socket) => socket.connect({ path })],
    [Socket.open("unix", "datagram"), (socket) => socket.send("x", { to })],
    [connectedTo(to), (socket) => socket.send("x")],
    [connectedTo(to), (socket) => socket.receive()],
    [connectedTo(to), (socket) => socket.read(new Uint8Array(1))],
  ];
  for (const [i, [socket, use]] of uses.entries()) {
    const rejected = assert.rejects(use(socket), TypeError, `${i}`);
    if (i % 2) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.close();
    await rejected;
    socket.close(); // twice is harmless
    await assert.rejects(use(socket), TypeError);
    assert.throws(() => socket.localAddr, TypeError);
  }
  using accepted = full.acceptSync();
  assert.equal(accepted.fd.closed, false);
});

function connectedTo(address: Endpoint): Socket {
  const socket = Socket.open("unix", "datagram");
  socket.connectSync(address);
  return socket;
}
