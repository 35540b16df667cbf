import assert from "node:assert/strict";
import { directory, example, outcome } from "../fixtures/examples.ts";
import { run, test } from "../harness.ts";

const everything = ["read", "write", "net", "env", "run", "sys"].map((name) => `--allow-${name}`);

/** Runs a program that shall fail: what it printed, all together. */
async function failing(command: readonly string[]): Promise<string> {
  const { code, printed, said } = await outcome(command);
  assert.equal(code, 1);
  return printed + said;
}

test("the capture example has all that a Perl printed, its errors and its exit code", async () => {
  const perl = ["perl", "-e", 'print "b\\na\\n"; print STDERR "no\\n"; exit 9'];
  const output = await run(example("process/capture", ["--allow-run"], ...perl));
  assert.equal(output, "a\nb\n2 lines, 3 bytes of errors, exit code 9\n");
}, { needs: ["perl"] });

test("the capture example ends a Perl that prints too much", async () => {
  const endless = ["perl", "-e", 'print "more\\n" while 1'];
  const output = await failing(example("process/capture", ["--allow-run"], ...endless));
  assert.match(output, /^The child was ended: .*, after \d{7,} bytes\n$/);
}, { needs: ["perl"] });

test(
  "what the background example has started goes on after it, in a session of its own",
  async () => {
    using temporary = directory();
    const fifo = `${temporary.path}/fifo`;
    await run(["mkfifo", fifo]);
    // It cannot go on before we read, and that is after the example has ended.
    const script =
      'open F, ">", $ARGV[0]; print F join " ", $$, getpgrp, readlink "/proc/self/cwd"';
    const output = await run(
      example("process/background", ["--allow-run"], "perl", "-e", script, fifo),
    );
    const [, pid] = output.match(/^perl runs as process (\d+)\n$/)!;
    assert.equal(await run(["cat", fifo]), `${pid} ${pid} /`);
  },
  { needs: ["perl"] },
);

test("the background example knows at once when there is no such program", async () => {
  const output = await failing(example("process/background", ["--allow-run"], "bogus"));
  assert.equal(output, "bogus does not run: ENOENT\n");
});

test(
  "the daemon example answers Perl when its starter ends, is alone, and ends on SIGTERM",
  async () => {
    using temporary = directory();
    const [pidFile, socket] = ["pid", "socket"].map((name) => `${temporary.path}/${name}`);
    const daemon = example("process/daemon", everything, pidFile, socket);
    assert.equal(await run(daemon), "");
    const pid = Number(Deno.readTextFileSync(pidFile));
    try {
      const ask = "print IO::Socket::UNIX->new(shift)->getline";
      const answer = await run(["perl", "-MIO::Socket::UNIX", "-e", ask, socket]);
      assert.match(answer, /^\d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
      const refused = await failing(daemon);
      assert.equal(refused, `Already running as process ${pid}: ${pidFile} is locked\n`);
    } finally {
      Deno.kill(pid, "SIGTERM");
      await run(["flock", pidFile, "true"]); // the kernel lets go of the lock when the daemon has ended
    }
    assert.deepEqual([...Deno.readDirSync(temporary.path)].map(({ name }) => name), ["pid"]);
  },
  { needs: ["perl"] },
);

test("the daemon example's starter prints why it could not start, and no daemon stays", async () => {
  using temporary = directory();
  const pidFile = `${temporary.path}/pid`;
  const output = await failing(
    example("process/daemon", everything, pidFile, `${temporary.path}/no/socket`),
  );
  assert.match(output, /\(os error 2\)/);
  await run(["flock", pidFile, "true"]);
});

test("the eight workers of the example have the data, and their sums add up", async () => {
  assert.equal(
    await run(example("process/workers", ["--allow-run"])),
    "8 workers, 500000500000 in all\n",
  );
});
