import assert from "node:assert/strict";
import {
  Fd,
  receiveFds,
  receiveFdsSync,
  sendFds,
  sendFdsSync,
  Socket,
  socketPair,
} from "../../sockets/mod.ts";
import { hasCode, platform } from "../../libc/mod.ts";
import { spawn } from "../../process/mod.ts";
import { fixture, language, limited, run } from "../harness.ts";
import { library, program } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** What the descriptors of this process are. */
function table(): string[] {
  return [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => name).sort().slice(0, -1);
}

test("a full table of descriptors is EMFILE: nothing leaks, and it goes on once there is room", async () => {
  // Deno asks for updates half a second after its start, which takes descriptors.
  const quiet = ["env", "DENO_NO_UPDATE_CHECK=1", ...language.deno("socket_crowded.ts")];
  const said = await run(limited(100, quiet));
  assert.deepEqual(said.trim().split("\n"), [
    "receiveFds EMFILE 0",
    "receiveFds done 0",
    "receiveFdsSync EMFILE 0",
    "receiveFdsSync done 0",
    "open EMFILE 0",
    "accept EMFILE 0",
    "acceptSync EMFILE 0",
    "tryAccept EMFILE 0",
    "socketPair EMFILE 0",
    "socketPair EMFILE 0",
    "accept done 0",
  ]);
});

test("with credentials, and a pidfd, as many descriptors come as without, and no other stays open", async () => {
  using file = Fd.open("/dev/null");
  const many = Array.from({ length: 253 }, () => file);
  for (const options of [["SO_PASSCRED"], ["SO_PASSCRED", "SO_PASSPIDFD"]] as const) {
    using pair = socketPair("seqpacket");
    for (const option of options) {
      try {
        pair.theirs.setOption([platform.SOL_SOCKET, platform[option]], 1);
      } catch (error) {
        if (!hasCode(error, "ENOPROTOOPT")) throw error; // Linux has it since 6.5
      }
    }
    for (const count of [253, 1, 0]) {
      const before = table().length;
      await sendFds(pair.ours, many.slice(0, count));
      const { fds, closed } = await receiveFds(pair.theirs);
      assert.deepEqual([fds.length, closed], [count, 0]);
      for (const fd of fds) fd.close();
      assert.equal(table().length, before);
    }
  }
});

test("too many descriptors under way are ETOOMANYREFS, of who may not have more", async () => {
  const code = `import { Fd, sendFdsSync, socketPair } from "${library("sockets")}";
    using file = Fd.open("/dev/null");
    using pair = socketPair();
    try {
      for (;;) sendFdsSync(pair.ours, Array.from({ length: 200 }, () => file));
    } catch (error) { console.log(error.syscall, error.code) }`;
  const powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
  assert.equal(await run(limited(100, [...powerless, ...program(code)])), "sendmsg ETOOMANYREFS\n");
}, { needs: ["root"] });

test("a receiver that never reads makes the sender time out, and what was sent is all there", async () => {
  for (const type of ["stream", "datagram", "seqpacket"] as const) {
    using pair = socketPair(type);
    using file = Fd.open("/dev/null");
    const data = new Uint8Array(1000);
    let sent = 0;
    const send = async () => {
      for (;; sent++) await sendFds(pair.ours, [file], { data, timeout: 30 });
    };
    await assert.rejects(send(), { name: "TimeoutError" });
    const controller = new AbortController();
    const aborted = sendFds(pair.ours, [file], { data, signal: controller.signal });
    controller.abort("enough");
    await assert.rejects(aborted, (reason) => reason === "enough");
    const last = sendFds(pair.ours, [file], { data }); // waits until there is room
    const came = [];
    while (came.length < sent + 1) {
      const { fds, data } = await receiveFds(pair.theirs);
      assert.ok(data.length === 1000 || type === "stream");
      came.push(...fds);
    }
    await last;
    for (const fd of came) fd.close();
    await assert.rejects(receiveFds(pair.theirs, { timeout: 0 }), { name: "TimeoutError" });
  }
});

test("receiving ends by a timeout and a signal, and by closing, and nothing is lost", async () => {
  using pair = socketPair("seqpacket");
  using file = Fd.open("/dev/null");
  await assert.rejects(receiveFds(pair.ours, { timeout: 20 }), { name: "TimeoutError" });
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await assert.rejects(receiveFds(pair.ours, { signal }), reason);
  await sendFds(pair.theirs, [file]);
  (await receiveFds(pair.ours)).fds[0].close();
  const waiting = assert.rejects(receiveFds(pair.ours), TypeError);
  pair.ours.close();
  await waiting;
});

test(
  "who dies after sending has sent, and then comes the end; who dies before sends nothing",
  async () => {
    using pair = socketPair();
    const dies = `import array, os, signal, socket
s = socket.socket(fileno=3)
r, w = os.pipe()
os.write(w, b"from the dead")
socket.send_fds(s, [b"one"], [r])
os.kill(os.getpid(), signal.SIGKILL)`;
    await using child = spawn("/usr/bin/python3", ["-c", dies], { fds: { 3: pair.theirs.fd } });
    pair.theirs.close();
    assert.equal((await child.wait()).signal, "SIGKILL");
    const { fds: [reader] } = await receiveFds(pair.ours);
    const buffer = new Uint8Array(99);
    assert.equal(reader.readSync(buffer), 13);
    assert.equal(reader.readSync(buffer), null);
    reader.close();
    for (const receive of [receiveFds, receiveFdsSync]) {
      const { fds, data, closed } = await receive(pair.ours);
      assert.deepEqual([fds.length, data.length, closed], [0, 0, 0]);
    }
  },
  { needs: ["python"] },
);

test("descriptors that nobody received are closed with the socket, and a receiver that is gone is EPIPE", async () => {
  using ends = socketPair();
  using pair = socketPair();
  await sendFds(pair.ours, [ends.theirs.fd]);
  ends.theirs.close(); // the last one is under way now
  pair.theirs.close();
  assert.equal(await ends.ours.read(new Uint8Array(1)), null);
  const gone = { syscall: "sendmsg", code: "EPIPE" };
  await assert.rejects(sendFds(pair.ours, [ends.ours.fd]), gone);
  assert.throws(() => sendFdsSync(pair.ours, [ends.ours.fd]), gone);
});

test("everything is close-on-exec from birth: a child has only what it was given", async () => {
  using listener = Socket.open("unix", "stream");
  listener.bind({ path: "" });
  listener.listen();
  using client = Socket.open("unix", "stream");
  await client.connect(listener.localAddr as Deno.UnixAddr);
  using server = await listener.accept();
  using pair = socketPair();
  using file = Fd.open(fixture("socket_crowded.ts"));
  await sendFds(pair.ours, [file, client.fd]);
  const { fds } = await receiveFds(pair.theirs);
  const ours = [listener, client, server, pair.ours, pair.theirs].map(({ fd }) => fd);
  for (const fd of [...ours, ...fds]) assert.ok(fd.closeOnExec);
  // Started by Deno itself, which closes nothing for its children.
  const said = await run(["sh", "-c", "ls -l /proc/$$/fd"]);
  for (const fd of [...ours, ...fds]) {
    const target = Deno.readLinkSync(`/proc/self/fd/${fd.number}`);
    assert.ok(!said.includes(target), `${target}: ${said}`);
  }
  for (const fd of fds) fd.close();
});

test("misuse is an error before anything is sent", async () => {
  using pair = socketPair("seqpacket");
  using file = Fd.open("/dev/null");
  const closed = Fd.open("/dev/null");
  closed.close();
  const before = table();
  const many = Array.from({ length: 254 }, () => file);
  for (const send of [sendFds, sendFdsSync]) {
    const attempt = async (...given: unknown[]) =>
      await send(...[pair.ours, ...given] as Parameters<typeof sendFds>);
    await assert.rejects(attempt(many), RangeError);
    await assert.rejects(attempt([file], { data: "" }), RangeError);
    await assert.rejects(attempt([file], { data: new Uint8Array(65_537) }), RangeError);
    await assert.rejects(attempt([file], { data: 1 }), TypeError);
    await assert.rejects(attempt([closed]), TypeError);
  }
  for (const receive of [receiveFds, receiveFdsSync]) {
    const attempt = async (options: object) => await receive(pair.theirs, options);
    await assert.rejects(attempt({ max: 254 }), RangeError);
    await assert.rejects(attempt({ max: -1 }), RangeError);
    await assert.rejects(attempt({ maxBytes: 0 }), RangeError);
  }
  assert.equal(pair.theirs.tryReceive(), undefined);
  assert.deepEqual(table(), before);
});

test("a descriptor that is closed while the sending waits is a TypeError, and no other goes in its place", async () => {
  using pair = socketPair("seqpacket");
  using file = Fd.open("/dev/null");
  const closing = Fd.open("/dev/null");
  while (pair.ours.trySend(new Uint8Array(1000)));
  const sending = assert.rejects(sendFds(pair.ours, [closing]), TypeError);
  const { number } = closing;
  closing.close();
  using other = file.dup(); // has its number now
  assert.equal(other.number, number);
  for (let message; (message = pair.theirs.tryReceive());) assert.equal(message.data.length, 1000);
  await sending;
  assert.equal(pair.theirs.tryReceive(), undefined);
});
