import assert from "node:assert/strict";
import { run, test } from "../harness.ts";
import { CATCHABLE, inherited, perlSends, ready, shown } from "../fixtures/signals/programs.ts";

// SIGUSR1 Deno begins to handle by itself, half a second after its start.
const NAMES = JSON.stringify(CATCHABLE.filter((name) => !/CHLD|USR1/.test(name)));

test("what was ignored from the start is ignored again after scopes of every kind", async () => {
  const code =
    `const ignored = () => /SigIgn:\\s+(\\w+)/.exec(Deno.readTextFileSync("/proc/self/status"))[1];
    const before = ignored();
    for (const name of ${NAMES}) {
      { using _ = signals.on(name, () => {}); }
      { using _ = signals.reset(name); using __ = signals.on(name, () => {}); }
      { using _ = signals.on(name, () => {}); using __ = signals.ignore(name); }
    }
    await new Promise((resolve) => setTimeout(resolve));
    console.log(before, ignored());`;
  const all =
    "for (1..8, 11..16, 18, 20..31) { $SIG{(split ' ', $Config{sig_name})[$_]} = 'IGNORE' }";
  const [before, after] = (await run(inherited(`use Config; ${all}`, code))).trim().split(" ");
  assert.equal(after, before);
  assert.equal(BigInt(`0x${before}`) & 1n, 1n); // HUP is one of them
}, { needs: ["perl"] });

for (const first of ["USR2", "INT", "HUP"]) {
  test(
    `under nohup HUP is ignored during and after the first on("${first}") of a program`,
    async () => {
      const code = `
      { using _ = signals.on("${first}", () => {}); await step("ready"); }
      await step("out");
      { using _ = signals.on(["HUP", "TERM"], (name) => console.log(name)); await step("handled"); }
      await step("end");`;
      await using deno = await ready(inherited(`$SIG{$_} = "IGNORE" for qw(HUP TERM)`, code));
      if (first !== "HUP") assert.ok(shown("SigIgn", deno.pid).includes("SIGHUP"));
      assert.ok(shown("SigIgn", deno.pid).includes("SIGTERM"));
      for (const word of ["out", "handled", "end"]) {
        await deno.write("");
        assert.equal(await deno.line(), word);
        if (word === "handled") {
          await perlSends(deno.pid, "HUP");
          assert.equal(await deno.line(), "SIGHUP");
          await perlSends(deno.pid, "TERM");
          assert.equal(await deno.line(), "SIGTERM");
        } else {
          assert.ok(shown("SigIgn", deno.pid).includes("SIGHUP"), word);
          assert.ok(shown("SigIgn", deno.pid).includes("SIGTERM"), word);
        }
      }
    },
    { needs: ["perl"] },
  );
}

test("under nohup HUP stays ignored when children are reaped", async () => {
  const code = `using _ = process.autoReap();
    { using __ = process.spawn("true"); }
    await step("ready");`;
  await using deno = await ready(inherited(`$SIG{HUP} = "IGNORE"`, code));
  assert.ok(shown("SigIgn", deno.pid).includes("SIGHUP"));
}, { needs: ["perl"] });
