import assert from "node:assert/strict";
import { alarm } from "../../signals/mod.ts";
import { run, test } from "../harness.ts";
import { program, ready } from "../fixtures/signals/programs.ts";

test("an alarm that nobody handles ends the program", async () => {
  await using deno = await ready(program(`console.log("ready"); signals.alarm(0.01);
    setInterval(() => {}, 1e6);`));
  assert.equal((await deno.end()).signal, "SIGALRM");
});

test("a handler hears it once", async () => {
  const code = `const { promise, resolve } = Promise.withResolvers();
    signals.on("ALRM", (name) => { console.log(name); resolve() });
    signals.alarm(0.01);
    setTimeout(() => {}, 1e6);
    await promise;
    console.log(signals.alarm(0));
    Deno.exit(0);`;
  assert.equal(await run(program(code)), "SIGALRM\n0\n");
});

test("it says how much was left of the one before, and 0 disarms it", async () => {
  const code =
    `const left = [signals.alarm(1000), signals.alarm(100.5), signals.alarm(0), signals.alarm(0)];
    console.log(left[0], left[1] > 900 && left[1] <= 1000, left[2] > 50 && left[2] <= 100.5, left[3]);
    {
      using _ = signals.ignore("ALRM"); // in case a busy machine takes a second to come to the next line
      signals.alarm(1);
      signals.alarm(0);
    }
    await new Promise((resolve) => setTimeout(resolve, 1200)); // it would end the program
    console.log("alive");`;
  assert.equal(await run(program(code)), "0 true true 0\nalive\n");
});

test("the clock goes on through exec, and Perl hears it", async () => {
  const perl =
    '$| = 1; $SIG{ALRM} = sub { print "heard, ", alarm(0), " left\\n"; exit }; print "ready\\n"; alarm 1; sleep 1 while 1';
  // It is set for long enough that Perl has its handler by then: so it is told what is left, and sets it anew.
  const ask = `print alarm(0) > 90 ? "left\\n" : "NONE\\n";`;
  const code = `signals.alarm(100); process.exec("perl", ["-e", ${
    JSON.stringify(`${ask} ${perl}`)
  }]);`;
  assert.equal(await run(program(code)), "left\nready\nheard, 0 left\n");
}, { needs: ["perl"] });

test("the shortest alarm is none that never comes", async () => {
  await using deno = await ready(program(`console.log("ready"); signals.alarm(1e-9);
    setInterval(() => {}, 1e6);`));
  assert.equal((await deno.end()).signal, "SIGALRM");
});

test("what is no number of seconds is refused", () => {
  for (const seconds of [-1, -0.5, NaN, Infinity, 2 ** 31, "1", undefined, null]) {
    assert.throws(() => alarm(seconds as number), /RangeError|TypeError/, String(seconds));
  }
  assert.equal(alarm(0), 0);
});
