import assert from "node:assert/strict";
import { connectUnix, listenUnix, peerCredentials, Socket, socketPair } from "../../sockets/mod.ts";
import { language, Program } from "../harness.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";

const own = { pid: Deno.pid, uid: Deno.uid(), gid: Deno.gid() };

/** A directory that every user may enter and write. */
function open(directory: Directory): Directory {
  Deno.chmodSync(directory.path, 0o777);
  return directory;
}

function said(line: string): { pid: number; uid: number; gid: number } {
  const [pid, uid, gid] = line.split(" ").map(Number);
  return { pid, uid, gid };
}

const users = { "the same user": [], "another user": [65534, 65533] };

for (const [who, ids] of Object.entries(users)) {
  for (const type of ["stream", "seqpacket"] as const) {
    test(`who connects as ${who} over ${type} is whom it says it is`, async () => {
      using directory = open(new Directory());
      const path = directory.file("socket");
      using listener = Socket.open("unix", type);
      listener.bind({ path });
      Deno.chmodSync(path, 0o777);
      listener.listen();
      const peer = language.python("socket_credentials.py", "connect", path, type, ...ids);
      await using program = new Program(peer);
      using accepted = await listener.accept();
      const message = (await accepted.receive())!;
      const expected = said(new TextDecoder().decode(message.data));
      assert.deepEqual(peerCredentials(accepted), expected);
      assert.equal(expected.pid, program.pid);
      if (ids.length > 0) assert.deepEqual([expected.uid, expected.gid], ids);
      accepted.close();
      assert.equal((await program.end()).code, 0);
    }, { needs: ids.length > 0 ? ["python", "root"] : ["python"] });

    test(`who listens as ${who} over ${type} is whom it says it is`, async () => {
      using directory = open(new Directory());
      const path = directory.file("socket");
      const peer = language.python("socket_credentials.py", "listen", path, type, ...ids);
      await using program = new Program(peer);
      const expected = said(await program.line());
      using socket = Socket.open("unix", type);
      await socket.connect({ path });
      assert.deepEqual(peerCredentials(socket), expected);
      socket.close();
      assert.equal((await program.end()).code, 0);
    }, { needs: ids.length > 0 ? ["python", "root"] : ["python"] });
  }
}

test("a connection that listenUnix brings tells who called, and one of Deno's own cannot", async () => {
  using directory = new Directory();
  using listener = await listenUnix(directory.file("socket"));
  using client = await connectUnix(directory.file("socket"));
  using server = await listener.accept();
  assert.deepEqual(peerCredentials(server), own);
  if (!(client.conn instanceof Socket)) assert.throws(() => peerCredentials(client), TypeError);
});

test("both ends of a pair are those of who made it, also when the other one is closed", () => {
  for (const type of ["stream", "datagram", "seqpacket"] as const) {
    using pair = socketPair(type);
    assert.deepEqual([peerCredentials(pair.ours), peerCredentials(pair.theirs)], [own, own]);
    pair.theirs.close();
    assert.deepEqual(peerCredentials(pair.ours), own);
    assert.throws(() => peerCredentials(pair.theirs), TypeError);
  }
});

test("where nobody is at the other end it is ENOTCONN", () => {
  for (
    const [family, type] of [["unix", "stream"], ["unix", "datagram"], ["inet", "stream"]] as const
  ) {
    using socket = Socket.open(family, type);
    assert.throws(() => peerCredentials(socket), { syscall: "getsockopt", code: "ENOTCONN" });
  }
});
