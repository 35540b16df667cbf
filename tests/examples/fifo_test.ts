import assert from "node:assert/strict";
import { directory, example, outcome, perlKill } from "../fixtures/examples.ts";
import { Program, run, test } from "../harness.ts";

const perl = { needs: ["perl"] } as const;
const files = ["--allow-read", "--allow-write"];

function read(path: string): string[] {
  return ["perl", "-e", 'open F, "<", shift or die; print <F>', path];
}

test(
  "the mkfifo example makes a FIFO with the mode that was asked for, and replaces nothing",
  async () => {
    using temporary = directory();
    const path = `${temporary.path}/fifo`;
    const make = example("fifo/mkfifo", files, path, "622");
    assert.equal(await run(["sh", "-c", 'umask 077; exec "$@"', "sh", ...make]), `made ${path}\n`);
    const look = 'printf "%o %d", (stat $ARGV[0])[2] & 0777, -p $ARGV[0]';
    assert.equal(await run(["perl", "-e", look, path]), "622 1");
    assert.equal(await run(make), `${path} is one already\n`);
    const { code, printed } = await outcome(example("fifo/mkfifo", files, temporary.path));
    assert.deepEqual([code, printed], [1, `${temporary.path} is something else\n`]);
  },
  perl,
);

test(
  "the signature example gives each Perl another signature, and makes a lost FIFO again",
  async () => {
    using temporary = directory();
    const path = `${temporary.path}/signature`;
    const count = 'echo x >> "$0"; wc -l < "$0"';
    const saying = ["sh", "-c", count, `${temporary.path}/count`];
    const flags = ["--allow-run", ...files];
    await using server = new Program(example("fifo/signature", flags, path, ...saying));
    assert.equal(await server.line(), `serving ${path}`);
    const wait = 'until test -p "$1"; do :; done; shift; exec "$@"';
    for (const visit of [1, 2, 3]) {
      const answer = await run(["sh", "-c", wait, "sh", path, ...read(path)]);
      assert.equal(answer, `Ada Example (ada@example.org)\n${visit}\n`);
      if (visit === 2) Deno.removeSync(path);
    }
    await run(perlKill(server.pid, "TERM"));
    assert.match(await server.line(), /^[34] signatures were written$/); // one may be for a reader that was leaving
    assert.equal((await server.end()).code, 0);
  },
  perl,
);

test("the logger example has every record of four shells, none torn, and removes its FIFO", async () => {
  using temporary = directory();
  const path = `${temporary.path}/log`;
  await using logger = new Program(example("fifo/logger", files, path));
  const shell = 'until test -p "$1"; do :; done; i=0; ' +
    'while test $i -lt 50; do i=$((i + 1)); echo "shell $0 says $i" > "$1"; done';
  const shells = [1, 2, 3, 4].map((n) => run(["sh", "-c", shell, String(n), path]));
  const last = new Map<string, number>();
  for (let record = 1; record <= 200; record++) {
    const line = await logger.line();
    const [, number, shell, said] = line.match(/^(\d+) shell (\d) says (\d+)$/)!;
    assert.equal(Number(number), record);
    assert.equal(Number(said), (last.get(shell) ?? 0) + 1);
    last.set(shell, Number(said));
  }
  await Promise.all(shells);
  await run(example("fifo/report", files, path, "disk", "is full"));
  assert.equal(await logger.line(), "201 disk is full");
  const { code, said } = await outcome(example("fifo/report", files, path, "~".repeat(4096)));
  assert.deepEqual([code, said], [1, "that is too long for one record\n"]);
  logger.kill("SIGTERM");
  assert.equal((await logger.end()).code, 0);
  assert.deepEqual([...Deno.readDirSync(temporary.path)], []);
});
