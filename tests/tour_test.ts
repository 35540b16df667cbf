import assert from "node:assert/strict";
import { capture } from "../process/mod.ts";
import { list } from "../sysv/mod.ts";
import { areas, rowsOf } from "../tour/areas.ts";
import type { Row } from "../tour/row.ts";
import { sourceOf } from "../tour/source.ts";
import { test } from "./fixtures/warm_reactor.ts";
import { denoCommand, fixture, Program, run } from "./harness.ts";

const page = Array.from({ length: 63 }, (_, i) => i + 1);

function tour(...options: string[]): string[] {
  return denoCommand("run", "-A", `${import.meta.dirname}/../tour/main.ts`, ...options);
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

/** The rows in what the tour prints with --json. */
async function told(command: readonly string[]): Promise<Record<string, string | number>[]> {
  return JSON.parse(await run(command)).rows;
}

test("the tour walks all rows, and none fails", async () => {
  const output = await run(tour());
  const lines = [...output.matchAll(/^[✓–] +(\d+) . +\d+ ms {2}\S/mg)];
  assert.deepEqual(sorted(lines.map(([, number]) => Number(number))), page);
  assert.match(output, /^[✓–] together /m);
}, { watchdog: 240 });

test("the tour shows every row with Perl where there is Perl", async () => {
  const rows = await told(tour("--json"));
  assert.deepEqual(sorted(rows.map(({ number }) => Number(number))), page);
  assert.deepEqual(rows.filter(({ outcome }) => outcome !== "done"), []);
}, { needs: ["perl"], watchdog: 240 });

test("--only walks the areas and rows that are named", async () => {
  const rows = await told(tour("--only", "fifo,59", "--only", "7", "--json"));
  assert.deepEqual(rows.map(({ area, number }) => `${area} ${number}`), [
    "signals 7",
    "fifo 17",
    "fifo 18",
    "sysv 59",
  ]);
  const [{ title, sentence, milliseconds }] = rows;
  assert.equal(title, "is it alive?");
  assert.match(String(sentence), /was alive, zombie, dead/);
  assert.ok(Number(milliseconds) > 0);
});

test("--list has all rows by area, and walks none", async () => {
  const lines = (await run(tour("--list"))).trimEnd().split("\n");
  const listed = rowsOf(areas).map(({ number, title }) =>
    `${String(number).padStart(4)}  ${title}`
  );
  assert.deepEqual(lines.filter((line) => line.startsWith(" ")), listed);
  assert.deepEqual(
    await told(tour("--list", "--json", "--only", "fifo")),
    rowsOf({ fifo: areas.fifo }),
  );
});

test("--show prints the code behind a row, with its types", async () => {
  const [head, , first, ...rest] = (await run(tour("--show", "53"))).trimEnd().split("\n");
  assert.match(head, /^53 .*tour\/socket_programs\.ts:\d+/);
  assert.equal(first, "async walk(company) {");
  assert.ok(rest.includes("  const { port } = socket.localAddr as Deno.NetAddr;"));
  assert.equal(rest.at(-1), "}");
});

test("the code behind every row is found, all of it and nothing else", () => {
  for (const { rows } of Object.values(areas)) {
    for (const { number, walk } of rows) {
      const written = words(sourceOf(number).code);
      const run = words(walk.toString()); // the same without types
      let found = 0;
      for (const word of written) if (word === run[found]) found++;
      assert.equal(found, run.length, `row ${number} goes on: ${run.slice(found, found + 5)}`);
      assert.equal(written.at(-1), run.at(-1), `row ${number} has more`);
    }
  }
});

function words(code: string): string[] {
  return code.match(/\w+|[^\w\s]/g)!.filter((word) => !/[(),;]/.test(word)); // these are format
}

for (
  const [what, says, ...options] of [
    ["an option", /--bogus.*--only/, "--bogus"],
    ["a word", /bogus.*--only/, "bogus"],
    ["an area", /"bogus".*signals, fifo/, "--only", "signals,bogus"],
    ["a row", /"99".*--list/, "--show", "99"],
    ["a value", /--only.*--json/, "--only"],
    ["a combination", /--show/, "--show", "5", "--json"],
  ] as const
) {
  test(`${what} that is wrong gets a line that says what there is, and 2`, async () => {
    const [command, ...args] = tour(...options);
    const { status, stdout, stderr } = await capture(command, args);
    const complaint = new TextDecoder().decode(stderr);
    assert.deepEqual([status.code, stdout.length, complaint.split("\n").length], [2, 0, 2]);
    assert.match(complaint, says);
  });
}

/** Our tour, with a program of ours for Perl. */
function tourWith(perl: string, ...options: string[]): { command: string[] } & Disposable {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_" });
  Deno.writeTextFileSync(`${directory}/perl`, `#!/bin/sh\n${perl}`, { mode: 0o700 });
  const shell = ["sh", "-c", 'exec "$@" 2>&1', "sh"];
  return {
    command: ["env", `PATH=${directory}:${Deno.env.get("PATH")}`, ...shell, ...tour(...options)],
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

test("the tour walks alone where Perl lacks IPC::SysV", async () => {
  using lacking = tourWith("exit 2", "--json");
  const outcomes = new Set((await told(lacking.command)).map(({ outcome }) => outcome));
  assert.deepEqual(outcomes, new Set(["without Perl", "done"]));
}, { watchdog: 240 });

test("the tour fails and says where, if the other end does", async () => {
  using failing = tourWith('case "$1" in -M*) exit 0 ;; *) exit 1 ;; esac', "--only", "13,56");
  await using program = new Program(failing.command);
  let line: string;
  do line = await program.line(); while (!line.includes("failed"));
  assert.match(line, /^✗ System V .*1 failed: 56$/);
  assert.match(await program.line(), /^✗ together .* 1 done, 1 failed: 56$/);
  assert.equal((await program.end()).code, 1);
});

/** Has the modules, and then hangs at the first segment: the tour then holds an object for certain. */
const HANGING =
  'case "$1" in -M*) exit 0 ;; */segment.pl) echo "$1" >&2; exec sleep 1000 ;; esac; exit 1';

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  test(`${signal} in the middle of the tour leaves nothing behind`, async () => {
    using hanging = tourWith(HANGING, "--only", "13,sysv");
    await using program = new Program(hanging.command);
    while (!(await program.line()).endsWith("/segment.pl"));
    const held = () => list("segment").filter(({ creator }) => creator?.pid === program.pid);
    assert.equal(held().length, 1);
    program.kill(signal);
    assert.equal((await program.end()).code, code);
    assert.deepEqual(held(), []);
  });
}

test("SIGINT while the tour is to print JSON leaves nothing behind, and a whole document", async () => {
  using hanging = tourWith(HANGING, "--only", "13,sysv", "--json");
  await using program = new Program(hanging.command);
  while (!(await program.line()).endsWith("/segment.pl"));
  program.kill("SIGINT");
  let document = "", line: string;
  do document += line = await program.line(); while (line !== "}");
  assert.deepEqual(JSON.parse(document).rows.map(({ number }: Row) => number), [13]);
  assert.equal((await program.end()).code, 130);
});

test("SIGINT while the tour reads from a program ends that program", async () => {
  using hanging = tourWith(
    'case "$1" in -M*) exit 0 ;; esac; echo "hangs $$" >&2; exec sleep 1000',
  );
  await using program = new Program(hanging.command);
  let line: string;
  do line = await program.line(); while (!line.startsWith("hangs"));
  program.kill("SIGINT");
  assert.equal((await program.end()).code, 130);
  const pid = Number(line.split(" ")[1]);
  assert.throws(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
});

test("on a terminal a row that takes long is shown while it runs, in one line", async () => {
  using slow = tourWith('case "$1" in -M*) exit 0 ;; esac; sleep 8; exit 1', "--only", "56");
  const output = await run(["/usr/bin/python3", fixture("terminal.py"), ...slow.command]);
  const shown = output.split("\r\x1b[K"); // where the line is made empty
  const running = shown.filter((line) => /^ {2}56 → +\d+ ms {2}shared memory: .* …$/.test(line));
  assert.ok(running.length >= 2, output);
  assert.match(shown.at(-1)!, /✗ 56 .*\nended with 1\n$/s);
}, { needs: ["python"] });
