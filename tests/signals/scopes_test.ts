import assert from "node:assert/strict";
import { signalNumber } from "../../signals/mod.ts";
import { test } from "../harness.ts";
import { CATCHABLE, perlSends, program, ready, shown } from "../fixtures/signals/programs.ts";

// SIGUSR1 Deno begins to handle by itself, half a second after its start.
const NAMES = JSON.stringify(CATCHABLE.filter((name) => !/CHLD|USR1/.test(name)));

/** What the kernel says of a program's signals. */
function dispositions(pid: number) {
  return { ignored: shown("SigIgn", pid), caught: shown("SigCgt", pid) };
}

for (const kind of ["ignore", "reset"]) {
  test(`${kind}() is seen by the kernel, and after its scope all is as before`, async () => {
    const code = `await step("ready");
      { using _ = signals.${kind}(${NAMES}); await step("in"); }
      await step("out");`;
    await using deno = await ready(program(code));
    const before = dispositions(deno.pid);
    await deno.write("");
    assert.equal(await deno.line(), "in");
    const inside = dispositions(deno.pid);
    for (const name of JSON.parse(NAMES)) {
      assert.equal(inside.ignored.includes(name), kind === "ignore", name);
      assert.ok(!inside.caught.includes(name), name);
    }
    await deno.write("");
    assert.equal(await deno.line(), "out");
    assert.deepEqual(settled(dispositions(deno.pid)), settled(before));
  });
}

/** Without those that Deno handles itself, half a second after its start or since we have set one. */
function settled({ ignored, caught }: ReturnType<typeof dispositions>) {
  return { ignored, caught: caught.filter((name) => !/^SIG(HUP|INT|TERM|USR1)$/.test(name)) };
}

for (const kind of ["ignore", "reset"] as const) {
  test(`${kind}() still holds when Deno begins to listen to SIGUSR1 by itself`, async () => {
    const code =
      `using _ = signals.${kind}(["HUP", "INT", "TERM"]); await step("ready"); await step("end");`;
    await using deno = await ready(program(code));
    const before = dispositions(deno.pid).ignored;
    while (!dispositions(deno.pid).caught.includes("SIGUSR1")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { ignored, caught } = dispositions(deno.pid);
    assert.deepEqual(ignored, before);
    assert.deepEqual(caught.filter((name) => ["SIGHUP", "SIGINT", "SIGTERM"].includes(name)), []);
  });
}

test("three scopes, an exception in the middle: each is what it was before the next", async () => {
  const code = `
    const says = (who) => (name) => console.log(who, name);
    await step("ready");
    using _ = signals.on("INT", says("outer"));
    await step("outer begins");
    try {
      using _ = signals.ignore("INT");
      await step("ignored");
      using __ = signals.on(["INT", "USR2"], says("inner"));
      await step("inner");
      throw new Error("in the middle");
    } catch (error) {
      await step(error.message);
    }`;
  await using deno = await ready(program(code));
  const before = dispositions(deno.pid);
  const goOn = async (expected: string) => {
    await deno.write("");
    assert.equal(await deno.line(), expected);
  };
  const answers = async (expected: string, signal = "INT") => {
    await perlSends(deno.pid, signal);
    assert.equal(await deno.line(), expected);
  };
  await goOn("outer begins");
  await answers("outer SIGINT");
  await goOn("ignored");
  const { ignored, caught } = dispositions(deno.pid);
  assert.deepEqual(ignored, [...before.ignored, "SIGINT"].sort(byNumber));
  assert.ok(!caught.includes("SIGINT"));
  await perlSends(deno.pid, "INT");
  await goOn("inner");
  await answers("inner SIGINT");
  await answers("inner SIGUSR2", "USR2");
  await goOn("in the middle");
  assert.deepEqual(dispositions(deno.pid).ignored, before.ignored);
  await answers("outer SIGINT");
  await perlSends(deno.pid, "USR2");
  assert.equal((await deno.end()).signal, "SIGUSR2");
}, { needs: ["perl"] });

function byNumber(a: string, b: string): number {
  return signalNumber(a) - signalNumber(b);
}

test("scopes that end in another order: the last one that is left is in force", async () => {
  const code = `
    const says = (who) => () => console.log(who);
    const first = signals.on("HUP", says("first"));
    const second = signals.on("HUP", says("second"));
    const third = signals.ignore("HUP");
    const fourth = signals.on("HUP", says("fourth"));
    await step("ready");
    second[Symbol.dispose]();
    await step("without the second");
    fourth[Symbol.dispose]();
    await step("without the fourth");
    third[Symbol.dispose]();
    third[Symbol.dispose](); // twice is harmless
    await step("without the third");
    first[Symbol.dispose]();
    await step("without any");`;
  await using deno = await ready(program(code));
  const step = async (word: string, answer?: string) => {
    if (word !== "ready") {
      await deno.write("");
      assert.equal(await deno.line(), word);
    }
    await perlSends(deno.pid, "HUP");
    if (answer) assert.equal(await deno.line(), answer);
  };
  await step("ready", "fourth");
  await step("without the second", "fourth");
  await step("without the fourth"); // which the third ignores
  await step("without the third", "first");
  await step("without any");
  assert.equal((await deno.end()).signal, "SIGHUP");
}, { needs: ["perl"] });

test("Deno's own listeners, added inside and outside of scopes, go on hearing", async () => {
  const code = `
    Deno.addSignalListener("SIGHUP", () => console.log("outside"));
    {
      using _ = signals.on("HUP", () => console.log("ours"));
      using __ = signals.ignore(["HUP", "INT"]);
      Deno.addSignalListener("SIGHUP", () => console.log("inside"));
      using ___ = signals.reset(["USR2", "HUP"]);
      Deno.addSignalListener("SIGUSR2", () => console.log("in reset"));
      Deno.addSignalListener("SIGINT", () => console.log("in ignore"));
    }
    { using _ = signals.ignore("HUP"); }
    await step("ready");`;
  await using deno = await ready(program(code));
  await perlSends(deno.pid, "HUP");
  assert.deepEqual([await deno.line(), await deno.line()].sort(), ["inside", "outside"]);
  await perlSends(deno.pid, "USR2");
  assert.equal(await deno.line(), "in reset");
  await perlSends(deno.pid, "INT");
  assert.equal(await deno.line(), "in ignore");
}, { needs: ["perl"] });
