import assert from "node:assert/strict";
import { list, MessageQueue } from "../../sysv/mod.ts";
import { language, Program, run, test } from "../harness.ts";

const KEY = 0x6d710002;

for (const peer of ["perl", "python"] as const) {
  test(`binary messages of every size go to ${peer} and come back`, async () => {
    using queue = MessageQueue.create(KEY);
    using _removed = { [Symbol.dispose]: () => queue.remove() };
    const sizes = [0, 1, 2, 7, 8, 9, 255, 256, 4095, 4096, 8191, 8192];
    const program = peer === "perl" ? "reverse.pl" : "reverse.py";
    await using answers = new Program(language[peer](program, KEY, sizes.length * 2));
    for (const size of [...sizes, ...sizes]) {
      const bytes = crypto.getRandomValues(new Uint8Array(size));
      bytes.fill(0, 0, size >> 1); // many NULs, which are nothing special
      const type = size % 1000 + 1;
      await queue.send(bytes, { type });
      const answer = await queue.receive({ type: type + 1000 });
      assert.deepEqual([answer.type, answer.bytes], [type + 1000, bytes.reverse()]);
    }
    assert.equal((await answers.end()).code, 0);
    assert.equal(queue.stat().lastSender?.pid, answers.pid);
  }, { needs: [peer] });
}

test("100,000 messages from Perl arrive in order within each type", async () => {
  using queue = MessageQueue.create("private");
  const count = 100_000;
  await using sender = new Program(language.perl("count.pl", "send", queue.id, count));
  const last = new Map<number, number>();
  for (let received = 0; received < count; received++) {
    const { type, bytes } = await queue.receive();
    const n = Number(new TextDecoder().decode(bytes));
    assert.equal(n % 5 + 1, type);
    assert.ok(n > (last.get(type) ?? 0), `${n} of type ${type} after ${last.get(type)}`);
    last.set(type, n);
  }
  assert.deepEqual([...last.values()].sort((a, b) => a - b), [99996, 99997, 99998, 99999, 100000]);
  assert.equal((await sender.end()).code, 0);
}, { needs: ["perl"], emulated: false });

test("100,000 messages to Perl arrive in order within each type", async () => {
  using queue = MessageQueue.create("private");
  const count = 100_000;
  await using receiver = new Program(language.perl("count.pl", "receive", queue.id, count));
  for (let n = 1; n <= count; n++) await queue.send(`${n}`, { type: n % 5 + 1 });
  assert.equal(await receiver.line(), "all in order");
}, { needs: ["perl"], emulated: false });

test("Perl's blocked receiver gets what we send, and ours what Perl sends", async () => {
  using queue = MessageQueue.create("private");
  const waiting = queue.receive({ type: 3 });
  const code = `msgsnd($ARGV[0], pack("l! a*", 3, "from Perl"), 0) or die $!;
    msgrcv($ARGV[0], my $m, 100, 4, 0) or die $!; print substr($m, 8), "\\n"`;
  await using perl = new Program(["perl", "-e", code, `${queue.id}`]);
  assert.equal((await waiting).text(), "from Perl");
  queue.sendSync("from Deno", { type: 4 });
  assert.equal(await perl.line(), "from Deno");
}, { needs: ["perl"] });

test("ipcmk's queue is ours to use, ipcs shows it as we do, and ipcrm removes it", async () => {
  const id = Number(/\d+$/.exec((await run(["ipcmk", "-Q", "-p", "0640"])).trim())![0]);
  using queue = MessageQueue.fromId(id);
  queue.sendSync("12345");
  const [row] = list("queue").filter((row) => row.id === id);
  const shown = (await run(["ipcs", "-q", "-i", `${id}`])).replaceAll("\t", " ");
  assert.match(shown, new RegExp(`uid=${row.uid} gid=${row.gid} .* mode=0640`));
  assert.match(shown, /cbytes=5 qbytes=\d+ qnum=1 /);
  assert.match(shown, new RegExp(`qbytes=${row.maxBytes} `));
  assert.match(shown, new RegExp(`lspid=${row.lastSender!.pid} lrpid=0`));
  assert.deepEqual([row.mode, row.bytes, row.messages], [0o640, 5, 1]);
  const ended = assert.rejects(queue.receive({ type: 9 }), { code: "EIDRM" });
  await run(["ipcrm", "-q", `${id}`]);
  await ended;
}, { needs: ["ipcs"] });
