import assert from "node:assert/strict";
import { openFifo } from "../../fifo/mod.ts";
import { denoCommand, language, Program, run } from "../harness.ts";
import { FifoPlace } from "../fixtures/fifo_place.ts";
import { library } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

const WRITERS = 8;
const RECORDS = 10_000;
const SIZE = 512;
const EXPECTED = `${WRITERS * RECORDS} whole records of ${WRITERS} writers, each in order`;

test(
  "8 Perl writers of 10,000 records each and one reader of ours: none is torn or lost",
  async () => {
    using place = new FifoPlace();
    const opened = openFifo(place.path, "r");
    const writers = Array.from(
      { length: WRITERS },
      (_, i) => run(language.perl("fifo_records.pl", "write", place.path, i, RECORDS, SIZE)),
    );
    using fifo = await opened;
    const kept = await openFifo(place.path, "w"); // one may be over before the next begins
    void Promise.allSettled(writers).then(() => kept.close());
    const next = Array(WRITERS).fill(0);
    for await (const line of fifo.lines()) {
      const [writer, i, rest] = line.split(" ");
      assert.equal(line.length, SIZE - 1, line);
      assert.equal(Number(i), next[Number(writer)]++, line);
      assert.equal(rest, writer.repeat(rest.length));
    }
    assert.deepEqual(next, Array(WRITERS).fill(RECORDS));
    await Promise.all(writers);
  },
  { needs: ["perl"], watchdog: 240 },
);

test("8 writers of ours in one program and a Perl reader: none is torn or lost", async () => {
  using place = new FifoPlace();
  await using perl = new Program(
    language.perl("fifo_records.pl", "read", place.path, WRITERS, RECORDS, SIZE),
  );
  {
    using _ = await openFifo(place.path, "w"); // one may be over before the next begins
    await Promise.all(Array.from({ length: WRITERS }, async (_, writer) => {
      using fifo = await openFifo(place.path, "w");
      for (let i = 0; i < RECORDS; i++) {
        const record = `${writer} ${i} `.padEnd(SIZE - 1, `${writer}`) + "\n";
        await fifo.write(record, { atomic: true });
      }
    }));
  }
  assert.equal(await perl.line(), EXPECTED);
}, { needs: ["perl"], watchdog: 240 });

test(
  "8 programs of ours that write synchronously and a Perl reader: none is torn or lost",
  async () => {
    using place = new FifoPlace();
    await using perl = new Program(
      language.perl("fifo_records.pl", "read", place.path, WRITERS, RECORDS, SIZE),
    );
    using open = await openFifo(place.path, "w"); // no end of file between two of them
    const code = `import { openFifoSync } from "${library("fifo")}";
    const [path, writer] = Deno.args;
    using fifo = openFifoSync(path, "w");
    for (let i = 0; i < ${RECORDS}; i++) {
      const record = (writer + " " + i + " ").padEnd(${SIZE - 1}, writer) + "\\n";
      fifo.writeSync(record, { atomic: true });
    }`;
    await Promise.all(
      Array.from(
        { length: WRITERS },
        (_, writer) => run(denoCommand("eval", code, place.path, `${writer}`)),
      ),
    );
    open.close();
    assert.equal(await perl.line(), EXPECTED);
  },
  { needs: ["perl"], watchdog: 240 },
);
