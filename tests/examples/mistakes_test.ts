import assert from "node:assert/strict";
import { example, outcome } from "../fixtures/examples.ts";
import { Directory } from "../fixtures/temporary.ts";
import { denoCommand, Program, run, test } from "../harness.ts";

const root = new URL("../../examples/", import.meta.url).pathname;

/** The examples that take operands, or know that they take none, and how their headers say they are called. */
const examples = [...Deno.readDirSync(root)].filter(({ isDirectory }) => isDirectory)
  .flatMap(({ name: area }) =>
    [...Deno.readDirSync(root + area)].map(({ name }) => `${area}/${name.replace(/\.ts$/, "")}`)
  )
  .map((name) => ({ name, text: Deno.readTextFileSync(`${root}${name}.ts`) }))
  .filter(({ text }) => text.includes("operands("))
  .map(({ name, text }) => {
    const [, ...flags] = text.match(/ deno run (.*) examples/)![1].split(" ");
    return { name, flags, usage: text.match(/operands\(\s*"(.*)",?\s*\)/)![1] };
  });

/** So many at a time as this machine does at once. */
async function forEach<T>(all: readonly T[], action: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one; (one = left.shift()) !== undefined;) await action(one);
  };
  await Promise.all([worker(), worker(), worker()]);
}

test(
  "an example that is called with too few or too many operands says how it is called, with 2",
  async () => {
    const wrong = examples.flatMap(({ name, flags, usage }) => [
      ...usage.includes("...") ? [] : [{ name, flags, operands: ["1", "2", "3", "4"] }],
      ...usage === "" || usage.startsWith("[") ? [] : [{ name, flags, operands: [] }],
    ]);
    assert.ok(wrong.length > 25, `${wrong.length}`);
    await forEach(wrong, async ({ name, flags, operands }) => {
      const { code, printed, said } = await outcome(example(name, flags, ...operands));
      const file = `${name.split("/")[1]}.ts`;
      const expected = new RegExp(`^${file}: too (few|many) arguments\nusage: ${file}.*\n$`);
      assert.match(said, expected, name);
      assert.deepEqual([code, printed], [2, ""], name);
    });
  },
  { needs: ["procps"], watchdog: 240 },
);

test("what must be a number in an example's operands is one, or that is said", async () => {
  const all = ["run", "read", "write", "net", "sys"].map((kind) => `--allow-${kind}`);
  const cases = [
    ["signals/alarm"],
    ["signals/alive"],
    ["signals/handler"],
    ["signals/reaper"],
    ["signals/timeout"],
    ["signals/lock", "no-such-file"],
    ["fifo/mkfifo", "no-such-file"],
    ["pipes/pipeline", "/etc/hostname"],
    ["pty/shell"],
    ["sockets/credentials", "no-such-file"],
    ...["message_queue", "shared_memory", "leftovers", "semaphore_take"].map((n) => [`sysv/${n}`]),
  ];
  await forEach(cases, async ([name, ...before]) => {
    for (const word of ["NaN", ""]) {
      const { code, said } = await outcome(example(name, all, ...before, word));
      assert.match(said, /^\S+\.ts: \S+ must be a number, got ".*"\nusage: .*\n$/, name);
      assert.equal(code, 2, name);
    }
  });
}, { watchdog: 240 });

test(
  "without permission an example says in one line which flag it lacks, and leaves no file",
  async () => {
    using directory = new Directory();
    await forEach(examples, async ({ name, usage }) => {
      const required = usage.startsWith("[") ? [] : usage.split(" [")[0].split(" ").filter(Boolean);
      const operands = required.map(() => "1");
      const command = denoCommand(
        "run",
        "--no-prompt",
        "--quiet",
        `${root}${name}.ts`,
        ...operands,
      );
      const said = await run([
        "sh",
        "-c",
        'cd "$0" && "$@" 2>&1 </dev/null || :',
        directory.path,
        ...command,
      ]);
      assert.doesNotMatch(said, /^ +at /m, name);
      if (said.includes("Requires")) assert.match(said, /Requires .*--allow-.*\n/, name);
    });
    assert.deepEqual([...Deno.readDirSync(directory.path)], []);
  },
  { watchdog: 240 },
);

test(
  "the signature example removes the FIFO that it has made, whatever ends it, but no other",
  async () => {
    using directory = new Directory();
    const path = directory.file("signature");
    const flags = ["--allow-run", "--allow-read", "--allow-write"];
    const command = example("fifo/signature", flags, path, "no-such-program");
    const script =
      '"$@" & timeout 200 sh -c "until test -p $0; do :; done; cat $0"; wait $!; echo "ended with $?"';
    const printed = await run(["sh", "-c", `exec 2>&1; ${script}`, path, ...command]);
    assert.match(printed, /^signature\.ts: posix_spawn failed: .*ENOENT.*no-such-program$/m);
    assert.match(printed, /^ended with 1$/m);
    assert.throws(() => Deno.lstatSync(path), Deno.errors.NotFound);
    await run(["mkfifo", path]);
    await run(["sh", "-c", `"$@" 2>/dev/null & cat "$0"; wait $! || :`, path, ...command]);
    assert.ok(Deno.lstatSync(path).isFifo);
  },
  { watchdog: 240 },
);

test("the timeout example ends what it has started also when it is interrupted", async () => {
  using directory = new Directory();
  const begun = directory.file("begun");
  const script = `echo $$ > ${begun}.new; mv ${begun}.new ${begun}; exec sleep 1000`;
  await using program = new Program(
    example("signals/timeout", ["--allow-run"], 60_000, script),
  );
  await run(["sh", "-c", 'until test -e "$0"; do sleep 0.01; done', begun]);
  program.kill("SIGINT");
  assert.equal((await program.end()).code, 1);
  assert.throws(
    () => Deno.statSync(`/proc/${Deno.readTextFileSync(begun).trim()}`),
    Deno.errors.NotFound,
  );
}, { watchdog: 240 });
