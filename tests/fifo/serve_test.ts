import assert from "node:assert/strict";
import { serveFifo } from "../../fifo/mod.ts";
import { FifoPlace, opening } from "../fixtures/fifo_place.ts";
import { language, Program, run, times } from "../harness.ts";
import { served } from "../fixtures/fifo_server.ts";
import { test } from "../fixtures/warm_reactor.ts";

const LINE = [20];

test("1,000 readers one after another get one whole answer each, in order, none lost", async () => {
  const given = await served(LINE, async (path) => {
    const script = `i=0; while [ $i -lt 1000 ]; do cat "$0"; i=$((i + 1)); done`;
    const answers = (await run(["sh", "-c", script, path])).replaceAll(/x+/g, "").trim().split(
      "\n",
    );
    assert.deepEqual(answers.map(Number), Array.from({ length: 1000 }, (_, i) => i + 1));
  });
  assert.ok(given === 1000 || given === 1001, `${given}`); // the last one may be for a reader that was leaving
}, { watchdog: 120 });

test(
  "a reader that opens the FIFO again at once gets the next answer, not the same one twice",
  async () => {
    for (const way of ["at once", "pages", "slow to close"]) {
      const count = times({ short: 1000, soak: 20_000 });
      await served(LINE, async (path) => {
        const answers = await run(language.perl("fifo_read.pl", way, path, count));
        const expected = Array.from({ length: count }, (_, i) => `${i + 1} 20\n`).join("");
        assert.equal(answers, expected, way);
      });
    }
  },
  { needs: ["perl"], watchdog: 240 },
);

test("answers of any size arrive whole, also when they are read byte by byte", async () => {
  const sizes = [0, 1, 2, 4095, 4096, 4097, 8192, 200_000];
  await served(sizes, async (path) => {
    const answers = await run(language.perl("fifo_read.pl", "pages", path, 3 * sizes.length));
    const lengths = answers.trimEnd().split("\n").map((line) => Number(line.split(" ")[1]));
    assert.deepEqual(lengths, [...sizes, ...sizes, ...sizes]);
  });
  const short = [0, 1, 5000];
  await served(short, async (path) => {
    const answers = await run(language.perl("fifo_read.pl", "bytes", path, 6));
    const lengths = answers.trimEnd().split("\n").map((line) => Number(line.split(" ")[1]));
    assert.deepEqual(lengths, [...short, ...short]);
  });
}, { needs: ["perl"] });

test("a reader that comes and goes without reading costs nobody an answer", async () => {
  await served([20, 5000], async (path) => {
    for (let i = 1; i <= 50; i++) {
      await run(["sh", "-c", ': < "$0"', path]);
      // That we have it open no more would not do: the thread that was let in by the reader may not even be back yet.
      await opening({});
      const answer = await run(["cat", path]);
      assert.deepEqual([Number(answer.split("\n")[0]), answer.length], [i, i % 2 ? 20 : 5000]);
    }
  });
});

/** Resolves once we, who serve, have noticed that the last reader has left: else the next one is let in to its rest. */
async function unserved(path: string): Promise<void> {
  const open = () =>
    [...Deno.readDirSync("/proc/self/fd")].some(({ name }) => target(name) === path);
  while (open()) await new Promise((resolve) => setTimeout(resolve));
}

function target(fd: string): string | undefined {
  try {
    return Deno.readLinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined; // closed meanwhile
  }
}

test("a reader that leaves early, as head does, has its own answer all the same", async () => {
  // One that opens it between our last look and our closing finds the end of file only, and asks again: we were held up.
  const script = `i=0; while [ $i -lt 100 ]; do
    line=$(head -n 1 "$0"); echo "$line"; [ -z "$line" ] || i=$((i + 1)); done`;
  await served(LINE, async (path) => {
    const lines = (await run(["sh", "-c", script, path])).trimEnd().split("\n");
    const answers = lines.filter(Boolean);
    assert.deepEqual(answers.map(Number), Array.from({ length: 100 }, (_, i) => i + 1));
    assert.ok(lines.length - answers.length < 20, `${lines}`);
  });
});

test("a reader that is killed in the middle is no trouble for the next one", async () => {
  await served([200_000], async (path) => {
    for (let i = 0; i < 10; i++) {
      const perl = 'open(F, "<", $ARGV[0]); sysread(F, $_, 5); $| = 1; print; <STDIN>';
      await using reader = new Program(["perl", "-e", perl, path]);
      assert.equal(await reader.line(), `${2 * i + 1}`);
      reader.kill("SIGKILL");
      await reader.end();
      await unserved(path);
      const text = await run(["cat", path]);
      assert.deepEqual([Number(text.split("\n")[0]), text.length], [2 * i + 2, 200_000]);
    }
  });
}, { needs: ["perl"] });

test("readers that come at the same moment share what there is, and the serving goes on", async () => {
  await served([5000], async (path) => {
    for (let round = 0; round < 10; round++) {
      const shares = await Promise.all(
        Array.from({ length: 8 }, () => run(["timeout", "20", "cat", path])),
      );
      const total = shares.reduce((sum, { length }) => sum + length, 0);
      assert.ok(total >= 5000 && total % 5000 === 0, `${total} bytes in whole answers`);
    }
    assert.equal((await run(["cat", path])).length, 5000);
  });
});

const HOLDER = `open(F, $ARGV[1], $ARGV[0]) or die $!; $| = 1; sysread(F, $_, 100); print;
  <STDIN>; close F; print "\\nclosed\\n"; <STDIN>`;

test(
  "a reader that keeps it open after the end holds the others, and they are served afterwards",
  async () => {
    await served(LINE, async (path) => {
      await using holder = new Program(["perl", "-e", HOLDER, path, "<"]);
      assert.equal(await holder.line(), "1");
      await unserved(path); // its answer is over
      const others = run(["sh", "-c", 'cat "$0"; cat "$0"', path]);
      await holder.write("");
      const numbers = (await others).replaceAll(/x+/g, "").trim().split("\n").map(Number);
      assert.deepEqual(numbers, [2, 3]);
    });
  },
  { needs: ["perl"] },
);

test(
  "one that could write as well holds the others no longer than until it closes it",
  async () => {
    await served(LINE, async (path) => {
      await using holder = new Program(["perl", "-e", HOLDER, path, "+<"]);
      assert.equal(await holder.line(), "1");
      await unserved(path); // it waits for this one to close it
      await holder.write("");
      assert.deepEqual([await holder.line(), await holder.line()], ["x".repeat(18), "closed"]);
      assert.equal((await run(["cat", path])).length, 20);
    });
  },
  { needs: ["perl"] },
);

test("it stays exact while other programs take all the processor time", async () => {
  await using _busy = new Program(["sh", "-c", "while :; do :; done"]);
  await using _more = new Program(["sh", "-c", "while :; do :; done"]);
  await served(LINE, async (path) => {
    const answers = await run(language.perl("fifo_read.pl", "at once", path, 300));
    assert.equal(answers, Array.from({ length: 300 }, (_, i) => `${i + 1} 20\n`).join(""));
  });
}, { needs: ["perl"], watchdog: 120 });

test("a FIFO that another user has made is not served, but root's is", async () => {
  using place = new FifoPlace();
  Deno.chownSync(place.path, 65534, 65534);
  const served = serveFifo(place.path, () => assert.fail("a stranger was answered"));
  await assert.rejects(served, { name: "SyscallError", code: "EACCES", path: place.path });
  Deno.chownSync(place.path, 0, 0);
  const end = new AbortController();
  const serving = serveFifo(place.path, () => "an answer", end);
  assert.equal(await run(["cat", place.path]), "an answer");
  end.abort();
  await serving;
}, { needs: ["root"] });
