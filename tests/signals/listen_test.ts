import assert from "node:assert/strict";
import { listen } from "../../signals/mod.ts";
import { run, test } from "../harness.ts";
import { perlSends, program, ready } from "../fixtures/signals/programs.ts";

test(
  "signals come in the order in which they were sent, also those between two steps",
  async () => {
    const code = `
    using heard = signals.listen(["HUP", "USR2", "INT"]);
    for (const name of ["SIGUSR2", "SIGINT"]) Deno.addSignalListener(name, () => console.log("came"));
    console.log("ready");
    for await (const name of heard) {
      await step(name);
      if (name === "SIGINT") break;
    }
    console.log("end");`;
    await using deno = await ready(program(code));
    await perlSends(deno.pid, "HUP");
    assert.equal(await deno.line(), "SIGHUP");
    for (const name of ["USR2", "INT"]) {
      await perlSends(deno.pid, name);
      assert.equal(await deno.line(), "came");
    }
    for (const name of ["SIGUSR2", "SIGINT"]) {
      await deno.write("");
      assert.equal(await deno.line(), name);
    }
    await deno.write("");
    assert.equal(await deno.line(), "end");
    assert.equal((await deno.end()).code, 0);
  },
  { needs: ["perl"] },
);

test("it listens from the call on: what comes before the first step is kept", async () => {
  const code = `
    using heard = signals.listen(["HUP", "USR2"]);
    signals.raise("HUP");
    await new Promise((resolve) => {
      const other = signals.on("WINCH", () => { other[Symbol.dispose](); resolve() });
      signals.raise("WINCH");
    });
    signals.raise("USR2");
    console.log((await heard.next()).value, (await heard.next()).value);`;
  assert.equal(await run(program(code)), "SIGHUP SIGUSR2\n");
});

test("several steps at once are served one after the other", async () => {
  const code = `
    using heard = signals.listen("HUP");
    const steps = [heard.next(), heard.next()];
    signals.raise("HUP");
    await steps[0];
    signals.raise("HUP");
    console.log((await steps[1]).value);`;
  assert.equal(await run(program(code)), "SIGHUP\n");
});

test("to leave the loop ends it: then the signal does what it did before", async () => {
  const listening = program(`const heard = signals.listen("HUP"); console.log("ready");
    for await (const name of heard) { console.log(name); break; }
    await step("left");`);
  await using deno = await ready(listening);
  await perlSends(deno.pid, "HUP");
  assert.equal(await deno.line(), "SIGHUP");
  assert.equal(await deno.line(), "left");
  await perlSends(deno.pid, "HUP");
  assert.equal((await deno.end()).signal, "SIGHUP");
}, { needs: ["perl"] });

test("disposed, it is done, for steps that wait as well, and what it kept is gone", async () => {
  using heard = listen("WINCH");
  const waiting = heard.next();
  heard[Symbol.dispose]();
  heard[Symbol.dispose]();
  assert.deepEqual(await waiting, { done: true, value: undefined });
  assert.deepEqual(await heard.next(), { done: true, value: undefined });
});

test("an aborted signal rejects with its reason, and what came until then is still given", async () => {
  const code = `
    const controller = new AbortController();
    using heard = signals.listen("HUP", { signal: controller.signal });
    const first = heard.next();
    signals.raise("HUP");
    console.log((await first).value);
    const kept = new Promise((resolve) => Deno.addSignalListener("SIGHUP", resolve));
    signals.raise("HUP");
    await kept;
    controller.abort(new Error("the reason"));
    console.log((await heard.next()).value);
    for (let i = 0; i < 2; i++) await heard.next().catch((error) => console.log(error.message));`;
  assert.equal(await run(program(code)), "SIGHUP\nSIGHUP\nthe reason\nthe reason\n");
});

test("it may be aborted from the start, and while a step waits", async () => {
  const reason = new Error("the reason");
  using aborted = listen("WINCH", { signal: AbortSignal.abort(reason) });
  await assert.rejects(aborted.next(), reason);
  const controller = new AbortController();
  using heard = listen("WINCH", { signal: controller.signal });
  const waiting = heard.next();
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  assert.throws(() => listen("WINCH", { signal: {} as AbortSignal }), TypeError);
});

test("to wait for the next one keeps the program alive, to listen does not", async () => {
  assert.equal(await run(program(`signals.listen("HUP"); console.log("end")`)), "end\n");
  await using deno = await ready(
    program(`const heard = signals.listen("HUP"); console.log("ready");
    console.log((await heard.next()).value); // after which nothing waits`),
  );
  await perlSends(deno.pid, "HUP");
  assert.equal(await deno.line(), "SIGHUP");
  assert.equal((await deno.end()).code, 0);
}, { needs: ["perl"] });

test("of two that listen the later one hears; when it is gone the earlier one does", async () => {
  const code = `
    const first = signals.listen("HUP");
    const second = signals.listen("HUP");
    const [a, b] = [first.next(), second.next()];
    signals.raise("HUP");
    console.log("second", (await b).value);
    second[Symbol.dispose]();
    signals.raise("HUP");
    console.log("first", (await a).value);
    first[Symbol.dispose]();`;
  assert.equal(await run(program(code)), "second SIGHUP\nfirst SIGHUP\n");
});
