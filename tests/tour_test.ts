import assert from "node:assert/strict";
import { list } from "../sysv/mod.ts";
import { denoCommand, Program, run, test } from "./harness.ts";

const tour = denoCommand("run", "-A", `${import.meta.dirname}/../tour/main.ts`);

test("the tour walks all rows, and none fails", async () => {
  const output = await run(tour);
  const [, table] = output.split(/^row .*$/m);
  const rows = [...range(1, 35), ...range(37, 63)];
  assert.deepEqual([...table.matchAll(/^ *(\d+) /mg)].map(([, row]) => Number(row)), rows);
  assert.equal(table.match(/ (done|without Perl)$/mg)?.length, rows.length);
});

test("the tour shows every row with Perl where there is Perl", async () => {
  const output = await run(tour);
  assert.equal(output.match(/ done$/mg)?.length, output.match(/^ +\d+ .* ms /mg)?.length);
}, { needs: ["perl"] });

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Our tour, with a program of ours for Perl. */
function tourWith(perl: string): { command: string[] } & Disposable {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_" });
  Deno.writeTextFileSync(`${directory}/perl`, `#!/bin/sh\n${perl}`, { mode: 0o700 });
  const shell = ["sh", "-c", 'exec "$@" 2>&1', "sh"];
  return {
    command: ["env", `PATH=${directory}:${Deno.env.get("PATH")}`, ...shell, ...tour],
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

test("the tour walks alone where Perl lacks IPC::SysV", async () => {
  using lacking = tourWith("exit 2");
  assert.match(await run(lacking.command), /^ +56 .* without Perl$/m);
});

test("the tour fails and says where, if the other end does", async () => {
  using failing = tourWith('case "$1" in -M*) exit 0 ;; *) exit 1 ;; esac');
  await using program = new Program(failing.command);
  let line: string;
  do line = await program.line(); while (!line.startsWith("row "));
  assert.match(await program.line(), /^ +1 .* failed$/);
  assert.equal((await program.end()).code, 1);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  test(`${signal} in the middle of the tour leaves nothing behind`, async () => {
    // It has the modules, then hangs and says so: the tour then holds an object for certain.
    const hang =
      'case "$1" in -M*) exit 0 ;; */segment.pl) echo "$1" >&2; exec sleep 1000 ;; esac; exit 1';
    using hanging = tourWith(hang);
    await using program = new Program(hanging.command);
    while (!(await program.line()).endsWith("/segment.pl"));
    const held = () => list("segment").filter(({ creator }) => creator?.pid === program.pid);
    assert.equal(held().length, 1);
    program.kill(signal);
    assert.equal((await program.end()).code, code);
    assert.deepEqual(held(), []);
  });
}

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
