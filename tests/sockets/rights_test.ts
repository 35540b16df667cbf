import assert from "node:assert/strict";
import {
  Connection,
  Fd,
  type ReceivedFds,
  receiveFds,
  receiveFdsSync,
  sendFds,
  sendFdsSync,
  type Socket,
  socketPair,
  type SocketType,
} from "../../sockets/mod.ts";
import { spawn } from "../../process/mod.ts";
import { fixture, times } from "../harness.ts";
import { compiled } from "../fixtures/compiled.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";

const forms = {
  async: { send: sendFds, receive: receiveFds },
  sync: { send: sendFdsSync, receive: receiveFdsSync },
};

/** A program that passes descriptors: its command. */
type Passing = (use: (command: readonly string[]) => Promise<void>) => Promise<void>;

const peers: Record<string, Passing> = {
  C: (use) => compiled("socket_rights.c", (path) => use([path])),
  Python: (use) => use(["/usr/bin/python3", fixture("socket_rights.py")]),
};

const types: SocketType[] = ["stream", "datagram", "seqpacket"];

/** Starts a peer that has `socket` as its descriptor 3. */
function start([command, ...args]: readonly string[], socket: Socket, ...more: unknown[]) {
  const [role, ...rest] = more.map(String);
  const fds = { 1: "pipe", 3: socket.fd } as const;
  return spawn(command, [...args, role, "3", ...rest], { fds });
}

function closeAll({ fds }: ReceivedFds): void {
  for (const fd of fds) fd.close();
}

/** The numbers of our descriptors. */
function table(): string {
  const numbers = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => Number(name));
  return numbers.sort((a, b) => a - b).slice(0, -1).join(); // without what reads them
}

function inode(fd: Fd): number {
  return Deno.statSync(`/proc/self/fd/${fd.number}`).ino!;
}

for (const [peer, passing] of Object.entries(peers)) {
  test(
    `${peer} sends us 0, 1 and 253 descriptors: the same open file, close-on-exec`,
    () =>
      passing(async (command) => {
        using directory = new Directory();
        const path = directory.write("file", "0123456789");
        for (const type of types) {
          for (const { receive } of Object.values(forms)) {
            for (const count of [0, 1, 253]) {
              using pair = socketPair(type);
              await using child = start(command, pair.theirs, "send", path, count);
              const received = await receive(pair.ours);
              const { fds, data, closed, truncated } = received;
              assert.deepEqual([fds.length, closed, truncated], [count, 0, false]);
              assert.equal(new TextDecoder().decode(data), "data");
              assert.equal((await child.wait()).code, 0);
              for (const fd of fds) {
                assert.equal(inode(fd), Deno.statSync(path).ino);
                assert.ok(fd.closeOnExec);
              }
              // All are one open file, of which the sender had read one byte; so they share one position.
              const byte = new Uint8Array(1);
              const read = fds.slice(0, 9).map((fd) => fd.readSync(byte) && byte[0] - 48);
              assert.deepEqual(read, Array.from({ length: Math.min(count, 9) }, (_, i) => i + 1));
              closeAll(received);
            }
          }
        }
      }),
    { needs: peer === "C" ? ["gcc"] : ["python"] },
  );

  test(
    `${peer} receives from us 0, 1 and 253 descriptors: the same open file`,
    () =>
      passing(async (command) => {
        using directory = new Directory();
        const path = directory.write("file", "0123456789");
        for (const type of types) {
          for (const { send } of Object.values(forms)) {
            for (const count of [0, 1, 253]) {
              using pair = socketPair(type);
              using file = Fd.open(path, { read: true });
              file.readSync(new Uint8Array(2));
              await using child = start(command, pair.theirs, "receive", path, count);
              await send(pair.ours, Array.from({ length: count }, () => file), { data: "héllo" });
              const lines = [];
              for await (const line of child.fd(1).lines()) lines.push(line);
              assert.equal((await child.wait()).code, 0);
              const { ino } = Deno.statSync(path);
              const expected = Array.from({ length: count }, (_, i) => `${ino} ${i === 0 ? 2 : 3}`);
              assert.deepEqual(lines, [`${count} héllo`, ...expected]);
              // The receiver went to the fourth byte, with our descriptor as well.
              const byte = new Uint8Array(1);
              file.readSync(byte);
              assert.equal(byte[0] - 48, count === 0 ? 2 : 3);
            }
          }
        }
      }),
    { needs: peer === "C" ? ["gcc"] : ["python"] },
  );
}

test("descriptors arrive in their order, whatever they are: files, pipes, sockets, directories", async () => {
  using pair = socketPair();
  using other = socketPair("seqpacket");
  const directory = Fd.open("/");
  const file = Fd.open(fixture("socket_rights.c"));
  const sent = [file, other.theirs.fd, directory, pair.ours.fd, file];
  await sendFds(pair.ours, sent);
  const received = await receiveFds(pair.theirs);
  assert.deepEqual(received.fds.map(inode), sent.map(inode));
  assert.deepEqual([...received.data], [0]);
  other.theirs.close();
  file.close(); // the receiver has its own
  other.ours.sendSync("through what was passed");
  assert.equal(received.fds[1].readSync(new Uint8Array(99)), 23);
  closeAll(received);
  directory.close();
});

test("more descriptors than expected are closed and told, and only those", async () => {
  using directory = new Directory();
  using file = Fd.open(directory.write("file", "x"));
  for (const { send, receive } of Object.values(forms)) {
    using pair = socketPair();
    for (const [count, max] of [[5, 2], [253, 0], [3, 3], [1, 253]]) {
      const before = table();
      await send(pair.ours, Array.from({ length: count }, () => file));
      const received = await receive(pair.theirs, { max });
      const kept = Math.min(count, max);
      assert.deepEqual([received.fds.length, received.closed], [kept, count - kept]);
      closeAll(received);
      assert.equal(table(), before);
    }
  }
});

test("data longer than the receiver asks for stays in a stream, and is cut and told in a packet", async () => {
  using file = Fd.open("/dev/null");
  const decode = ({ data }: ReceivedFds) => new TextDecoder().decode(data);
  for (const { send, receive } of Object.values(forms)) {
    using stream = socketPair("stream");
    await send(stream.ours, [file], { data: "0123456789" });
    const first = await receive(stream.theirs, { maxBytes: 4 });
    const second = await receive(stream.theirs, { maxBytes: 20 });
    assert.deepEqual([decode(first), decode(second)], ["0123", "456789"]);
    assert.deepEqual([first, second].map(({ fds, truncated }) => [fds.length, truncated]), [
      [1, false],
      [0, false],
    ]);
    closeAll(first);
    using packets = socketPair("seqpacket");
    await send(packets.ours, [file], { data: "0123456789" });
    await send(packets.ours, [file, file], { data: "next" });
    const cut = await receive(packets.theirs, { maxBytes: 4 });
    const next = await receive(packets.theirs, { maxBytes: 4 });
    assert.deepEqual([decode(cut), cut.truncated, cut.fds.length], ["0123", true, 1]);
    assert.deepEqual([decode(next), next.truncated, next.fds.length], ["next", false, 2]);
    closeAll(cut);
    closeAll(next);
  }
});

test("what is sent in several messages is received with the descriptors of each, never mixed", async () => {
  using one = Fd.open("/dev/null");
  using other = Fd.open("/dev/zero");
  using pair = socketPair("stream");
  await sendFds(pair.ours, [one], { data: "one" });
  await sendFds(pair.ours, [other, other], { data: "two" });
  await pair.ours.write("plain");
  const first = await receiveFds(pair.theirs);
  assert.equal(first.fds.length, 1);
  const second = await receiveFds(pair.theirs);
  assert.equal(second.fds.length, 2);
  closeAll(first);
  closeAll(second);
});

test("descriptors go over a connection once what is under way is written, and in their order", async () => {
  using pair = socketPair();
  using connection = new Connection(pair.ours);
  using file = Fd.open("/dev/null");
  const sizes = [1_000_000, 60_000, 60_000, 10];
  const texts = sizes.map((size, i) => `${i}`.repeat(size));
  const sendings = [
    connection.write(texts[0]),
    sendFds(connection, [file], { data: texts[1] }),
    sendFds(connection, [file, file], { data: texts[2] }),
    connection.write(texts[3]),
  ];
  const late = sendFds(connection, [file], { timeout: 1 });
  await assert.rejects(late, { name: "TimeoutError" });
  assert.throws(() => sendFdsSync(connection, [file]), Deno.errors.Busy);
  const ending = connection.closeWrite();
  let text = "";
  const places: [number, number][] = [];
  for (let received; (received = await receiveFds(pair.theirs)).data.length > 0;) {
    if (received.fds.length > 0) places.push([received.fds.length, text.length]);
    text += new TextDecoder().decode(received.data);
    closeAll(received);
  }
  await Promise.all([...sendings, ending]);
  assert.ok(text === texts.join(""));
  assert.equal(places.length, 2);
  assert.ok(places[0][1] <= sizes[0] && places[1][1] <= sizes[0] + sizes[1]);
  assert.deepEqual(places.map(([count]) => count), [1, 2]);
});

test("a connection sends descriptors in both forms while nothing is under way, and none once it is closed", async () => {
  using pair = socketPair();
  using connection = new Connection(pair.ours);
  using file = Fd.open("/dev/null");
  await sendFds(connection, [file], { data: "one" });
  sendFdsSync(connection, [file], { data: "two" });
  await connection.write("three");
  for (const [text, count] of [["one", 1], ["two", 1], ["three", 0]] as const) {
    const received = await receiveFds(pair.theirs, { maxBytes: text.length });
    assert.equal(new TextDecoder().decode(received.data), text);
    assert.equal(received.fds.length, count);
    closeAll(received);
  }
  connection.close();
  await assert.rejects(sendFds(connection, [file]), TypeError);
  assert.throws(() => sendFdsSync(connection, [file]), TypeError);
});

test("thousands of passes leave our table of descriptors as it was", async () => {
  using pair = socketPair();
  using file = Fd.open("/dev/null");
  const before = table();
  for (let i = 0; i < times({ short: 1000, soak: 10_000 }); i++) {
    const { send, receive } = i % 2 ? forms.sync : forms.async;
    await send(pair.ours, [file, file, file]);
    closeAll(await receive(pair.theirs, { max: i % 4 }));
  }
  assert.equal(table(), before);
});

test("what is no Fd is refused, and nothing is sent in its place", async () => {
  using pair = socketPair();
  using file = Deno.openSync("/dev/null");
  for (const junk of [0, {}, "x", null, undefined, file, pair.ours]) {
    await assert.rejects(sendFds(pair.ours, [junk as unknown as Fd]), TypeError);
  }
  using fd = Fd.open("/dev/null");
  await assert.rejects(sendFds(pair.ours, fd as unknown as Fd[]), TypeError);
  await assert.rejects(receiveFds(pair.theirs, { timeout: 0 }), { name: "TimeoutError" });
});
