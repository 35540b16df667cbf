import assert from "node:assert/strict";
import { list } from "../sysv/mod.ts";
import { denoCommand, Program, run, test } from "./harness.ts";

const tour = denoCommand("run", "-A", `${import.meta.dirname}/../tour/main.ts`);

test("the tour walks all rows, and none fails", async () => {
  const output = await run(tour);
  const [, table] = output.split(/^row .*$/m);
  for (let row = 56; row <= 62; row++) {
    assert.match(table, new RegExp(`^ *${row} .* (done|without Perl)$`, "m"));
  }
});

test("the tour shows every row with Perl where there is Perl", async () => {
  const output = await run(tour);
  assert.equal(output.match(/ done$/mg)?.length, output.match(/^\d+ .* ms /mg)?.length);
}, { needs: ["perl"] });

test("the tour walks alone where there is no Perl", async () => {
  const [command, ...args] = tour;
  const output = await run(["env", "PATH=/nonexistent", command, ...args]);
  assert.match(output, /^ 56 .* without Perl$/m);
});

// A Perl that has the modules, then hangs and says so: the tour then holds an object for certain.
const HANGING = `#!/bin/sh
case "$1" in -M*) exit 0 ;; esac
echo "$1" >&2
exec sleep 1000
`;

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  test(`${signal} in the middle of the tour leaves nothing behind`, async () => {
    const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_" });
    using _ = { [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }) };
    Deno.writeTextFileSync(`${directory}/perl`, HANGING, { mode: 0o700 });
    const path = `PATH=${directory}:${Deno.env.get("PATH")}`;
    const merged = ["sh", "-c", 'exec "$@" 2>&1', "sh"];
    await using program = new Program(["env", path, ...merged, ...tour]);
    while (!(await program.line()).endsWith(".pl"));
    const held = () => list("segment").filter(({ creator }) => creator?.pid === program.pid);
    assert.equal(held().length, 1);
    program.kill(signal);
    assert.equal((await program.end()).code, code);
    assert.deepEqual(held(), []);
  });
}
