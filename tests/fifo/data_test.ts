import assert from "node:assert/strict";
import { openFifo, openFifoSync, PIPE_BUF } from "../../fifo/mod.ts";
import { language, Program, run } from "../harness.ts";
import { FifoPlace } from "../fixtures/fifo_place.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** Has the shell write a line. */
function echo(path: string, line: string): Promise<string> {
  return run(["sh", "-c", 'echo "$1" > "$0"', path, line]);
}

test("a reader that is kept open reads one writer after another", async () => {
  using place = new FifoPlace();
  const opened = openFifo(place.path, "r", { keepOpen: true });
  await echo(place.path, "0");
  using fifo = await opened;
  const lines = fifo.lines();
  assert.equal((await lines.next()).value, "0");
  for (let i = 1; i < 20; i++) {
    await echo(place.path, `${i}`);
    assert.equal((await lines.next()).value, `${i}`);
  }
  assert.equal(fifo.tryRead(new Uint8Array(1)), undefined, "there is no end of file");
  fifo.close();
  await assert.rejects(lines.next(), TypeError);
});

test("it is opened in the same way synchronously, and then waits for nobody", async () => {
  using place = new FifoPlace();
  using fifo = openFifoSync(place.path, "r", { keepOpen: true });
  const buffer = new Uint8Array(10);
  for (const word of ["one", "two"]) {
    await echo(place.path, word);
    assert.equal(fifo.readSync(buffer), 4);
  }
  assert.equal(fifo.tryRead(buffer), undefined);
});

test("otherwise the end of file comes when the last of several writers goes", async () => {
  using place = new FifoPlace();
  const writer = [
    "perl",
    "-e",
    `open(F, ">", $ARGV[0]) or die $!; $| = 1; print "open\\n"; <STDIN>;
    syswrite(F, "$ARGV[1]\\n"); close F; print "closed\\n"; <STDIN>`,
    place.path,
  ];
  const opened = openFifo(place.path, "r");
  await using first = new Program([...writer, "first"]);
  await using second = new Program([...writer, "second"]);
  for (const program of [first, second]) assert.equal(await program.line(), "open");
  await first.write("go");
  using fifo = await opened;
  const lines = fifo.lines();
  assert.equal((await lines.next()).value, "first");
  assert.equal(await first.line(), "closed");
  await second.write("go");
  assert.equal((await lines.next()).value, "second");
  assert.deepEqual(await lines.next(), { done: true, value: undefined });
}, { needs: ["perl"] });

test("a writer that comes and goes without a word is an end of file", async () => {
  using place = new FifoPlace();
  const opened = openFifo(place.path, "r");
  await run(["sh", "-c", ': > "$0"', place.path]);
  using fifo = await opened;
  assert.equal(await fifo.read(new Uint8Array(1)), null);
});

test("streams read and write FIFOs, and close them", async () => {
  using place = new FifoPlace();
  const text = "some text, and more of it\n".repeat(20_000); // half a megabyte
  const sum = run(["cksum", place.path]);
  const writer = await openFifo(place.path, "w");
  await new Blob([text]).stream().pipeTo(writer.writable);
  assert.ok(writer.closed);
  const path = `${place.directory}/text`;
  Deno.writeTextFileSync(path, text);
  assert.equal((await sum).split(" ")[0], (await run(["cksum", path])).split(" ")[0]);

  const cat = run(["sh", "-c", 'cat "$0" > "$1"', path, place.path]);
  const reader = await openFifo(place.path, "r");
  assert.equal(await new Response(reader.readable).text(), text);
  assert.ok(reader.closed);
  await cat;
});

test("when nobody reads any more that is EPIPE for every way of writing, and no death", async () => {
  using place = new FifoPlace();
  const head = run(["head", "-c", "1", place.path]);
  using fifo = await openFifo(place.path, "w");
  await fifo.write("x");
  await head;
  const epipe = { name: "SyscallError", code: "EPIPE", syscall: "write" };
  const data = new Uint8Array(10);
  for (let i = 0; i < 100; i++) {
    await assert.rejects(fifo.write(data), epipe);
    await assert.rejects(fifo.write(data, { atomic: true }), epipe);
    assert.throws(() => fifo.writeSync(data), epipe);
    assert.throws(() => fifo.tryWrite(data), epipe);
  }
  await assert.rejects(fifo.writable.getWriter().write(data), epipe);
});

test("a reader that goes while we wait for room ends the wait with EPIPE", async () => {
  using place = new FifoPlace();
  await using perl = new Program([
    "perl",
    "-e",
    'open(F, "<", $ARGV[0]) or die $!; $| = 1; print "open\\n"; <STDIN>',
    place.path,
  ]);
  using fifo = await openFifo(place.path, "w");
  await perl.line();
  const writing = fifo.write(new Uint8Array(1 << 20));
  await perl.write("");
  await assert.rejects(writing, { code: "EPIPE" });
}, { needs: ["perl"] });

test("what is to be atomic and is too long is refused, and nothing is written", async () => {
  using place = new FifoPlace();
  using fifo = await openFifo(place.path, "rw");
  for (const size of [PIPE_BUF + 1, 100_000]) {
    await assert.rejects(fifo.write(new Uint8Array(size), { atomic: true }), RangeError);
    assert.throws(() => fifo.writeSync(new Uint8Array(size), { atomic: true }), RangeError);
  }
  await assert.rejects(fifo.write("é".repeat(PIPE_BUF / 2 + 1), { atomic: true }), RangeError);
  assert.equal(fifo.tryRead(new Uint8Array(1)), undefined);
  for (const write of [fifo.write.bind(fifo), fifo.writeSync.bind(fifo)]) {
    await write(new Uint8Array(PIPE_BUF), { atomic: true });
    assert.equal(fifo.tryRead(new Uint8Array(2 * PIPE_BUF)), PIPE_BUF);
  }
});

test("into a full FIFO an atomic write comes as a whole, later, or not at all", async () => {
  using place = new FifoPlace();
  using fifo = await openFifo(place.path, "rw");
  const fill = () => {
    while (fifo.tryWrite(new Uint8Array(PIPE_BUF)) !== undefined);
    while (fifo.tryWrite(new Uint8Array(1)) !== undefined);
  };
  const drain = () => {
    const all: number[] = [];
    const memory = new Uint8Array(1 << 16);
    for (let size; (size = fifo.tryRead(memory));) all.push(...memory.subarray(0, size));
    return all;
  };
  for (const size of [1, 100, PIPE_BUF - 1, PIPE_BUF]) {
    const record = new Uint8Array(size).fill(7);
    fill();
    await assert.rejects(fifo.write(record, { atomic: true, timeout: 5 }), {
      name: "TimeoutError",
    });
    assert.equal(drain().filter(Boolean).length, 0, "nothing was written");

    fill();
    const writing = fifo.write(record, { atomic: true });
    const before = drain();
    assert.equal(before.filter(Boolean).length, 0);
    await writing;
    assert.deepEqual(drain(), Array(size).fill(7));
  }
});

test(
  "atomic writes of several programs are never mixed in a FIFO that is full most of the time",
  async () => {
    using place = new FifoPlace();
    const reader = new Program(
      language.perl("fifo_records.pl", "read", place.path, 3, 300, PIPE_BUF),
    );
    await using _ = reader;
    using fifo = await openFifo(place.path, "w");
    await using perl = new Program(
      language.perl("fifo_records.pl", "write", place.path, 2, 300, PIPE_BUF),
    );
    const ours = [0, 1].map(async (writer) => {
      for (let i = 0; i < 300; i++) {
        const record = `${writer} ${i} `.padEnd(PIPE_BUF - 1, `${writer}`) + "\n";
        await fifo.write(record, { atomic: true });
      }
    });
    await Promise.all(ours);
    assert.equal((await perl.end()).code, 0);
    fifo.close(); // not before, or the reader could see an end that Perl was too late for
    assert.equal(await reader.line(), "900 whole records of 3 writers, each in order");
  },
  { needs: ["perl"] },
);
