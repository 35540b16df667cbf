import assert from "node:assert/strict";
import { signalNumber } from "../../signals/mod.ts";
import { Program, run, test } from "../harness.ts";
import { inherited, perlSends, program, ready } from "../fixtures/signals/programs.ts";

/** Resolves once Deno has heard of all that it was sent before: it handles signals in one line. */
const SETTLED = `const settled = () => new Promise((resolve) => {
    const listener = () => {
      Deno.removeSignalListener("SIGWINCH", listener);
      resolve();
    };
    Deno.addSignalListener("SIGWINCH", listener);
    Deno.kill(Deno.pid, "SIGWINCH");
  });
  const turns = async (count = 5) => { while (count--) await settled() };`;

test("a burst that is held back is heard once, after the scope", async () => {
  const code = `${SETTLED}
    signals.on(["HUP", "USR2"], (name) => console.log("heard", name));
    {
      using _ = signals.mask(["HUP", "USR2"]);
      await step("ready");
      await turns();
      console.log(signals.pending().join());
    }
    console.log("over");
    await step("after " + signals.pending().length);`;
  await using deno = await ready(program(code));
  await perlSends(deno.pid, ...Array(20).fill("HUP"), "USR2", "HUP");
  await deno.write("");
  const lines = [];
  for (let i = 0; i < 5; i++) lines.push(await deno.line());
  assert.equal(lines[0], "SIGHUP,SIGUSR2");
  assert.deepEqual(lines.slice(1).sort(), ["after 0", "heard SIGHUP", "heard SIGUSR2", "over"]);
  await perlSends(deno.pid, "USR2"); // the next line tells that nothing came twice
  assert.equal(await deno.line(), "heard SIGUSR2");
}, { needs: ["perl"] });

test("a signal that would kill kills after the scope", async () => {
  const code = `${SETTLED}
    {
      using _ = signals.mask("TERM");
      await step("ready");
      await turns();
      console.log(signals.pending().join());
    }
    setInterval(() => {}, 1e6);`;
  await using deno = await ready(program(code));
  await perlSends(deno.pid, "TERM");
  await deno.write("");
  assert.equal(await deno.line(), "SIGTERM");
  assert.equal((await deno.end()).signal, "SIGTERM");
}, { needs: ["perl"] });

test("nested scopes: the outermost one lets go", async () => {
  const code = `${SETTLED}
    const heard = [];
    signals.on("HUP", (name) => heard.push(name));
    const outer = signals.mask("HUP");
    const inner = signals.mask(["HUP", "HUP"]);
    signals.raise("HUP");
    await turns();
    outer[Symbol.dispose](); // in whatever order
    await turns();
    outer[Symbol.dispose](); // and counts once
    await turns();
    console.log(heard.length, signals.pending().join());
    inner[Symbol.dispose]();
    await turns();
    console.log(heard.join(), signals.pending().length);`;
  assert.equal(await run(program(code)), "0 SIGHUP\nSIGHUP 0\n");
});

test("what was held back is for the handler that is in force when it is let go", async () => {
  const code = `${SETTLED}
    signals.on("HUP", () => console.log("BEFORE"));
    const held = signals.mask("HUP");
    signals.raise("HUP");
    await turns();
    signals.on("HUP", () => console.log("set meanwhile"));
    held[Symbol.dispose]();
    await turns();`;
  assert.equal(await run(program(code)), "set meanwhile\n");
});

test("what comes while it is ignored is lost, held back or not", async () => {
  const code = `${SETTLED}
    signals.on("HUP", () => console.log("HEARD"));
    {
      using _ = signals.mask("HUP");
      using __ = signals.ignore("HUP");
      signals.raise("HUP");
      await turns();
      console.log(signals.pending().length);
    }
    await turns();`;
  assert.equal(await run(program(code)), "0\n");
});

test("a listener of Deno's that was there before hears once, and nothing is sent again", async () => {
  const code = `${SETTLED}
    Deno.addSignalListener("SIGUSR2", () => console.log("heard"));
    for (const settle of [turns, () => {}]) {
      {
        using _ = signals.mask("USR2");
        using __ = signals.mask("USR2");
        signals.raise("USR2");
        await settle();
      }
      await turns();
      console.log("over");
    }`;
  assert.equal(await run(program(code)), "heard\nover\n".repeat(2));
});

test("one that does nothing by default is not sent again", async () => {
  const code = `${SETTLED}
    {
      using _ = signals.mask("CONT");
      Deno.addSignalListener("SIGCONT", () => console.log("heard"));
      signals.raise("CONT");
      await turns();
    }
    await turns();`;
  assert.equal(await run(program(code)), "heard\n");
});

test("a signal that would kill kills after a second scope as well, which begins with the runtime's handler", async () => {
  for (const name of ["TERM", "QUIT"]) {
    const code = `${SETTLED}
      { using _ = signals.mask("${name}"); await turns(); }
      await new Promise((resolve) => setTimeout(resolve, 150)); // until the first scope waits for nothing any more
      {
        using _ = signals.mask("${name}");
        signals.raise("${name}");
        await turns();
        console.log("held");
      }
      setInterval(() => {}, 1e6);`;
    await using deno = new Program(program(code));
    assert.equal(await deno.line(), "held");
    assert.equal((await deno.end()).signal, `SIG${name}`);
  }
});

const HELD = `{
    using _ = signals.mask("TERM");
    console.log("ready");
    Deno.stdin.readSync(new Uint8Array(10)); // until the signals have been sent
    console.log("held until its end");
  }`;

test("a scope without await holds back too: with a handler, which hears it once", async () => {
  const code = `signals.on("TERM", (name) => { console.log(name); Deno.exit(0) });
    ${HELD}
    setInterval(() => {}, 1e6);`;
  await using deno = await ready(program(code));
  await perlSends(deno.pid, "TERM", "TERM", "TERM");
  await deno.write("");
  assert.equal(await deno.line(), "held until its end");
  assert.equal(await deno.line(), "SIGTERM");
  assert.equal((await deno.end()).code, 0);
}, { needs: ["perl"] });

test(
  "a scope without await holds back too: by default the program is killed after it",
  async () => {
    await using deno = await ready(program(`${HELD} setInterval(() => {}, 1e6);`));
    await perlSends(deno.pid, "TERM");
    await deno.write("");
    assert.equal(await deno.line(), "held until its end");
    const { signal, code } = await deno.end();
    assert.deepEqual([signal, code], ["SIGTERM", 128 + signalNumber("TERM")]);
  },
  { needs: ["perl"] },
);

test("nor is it lost where the program is busy right after it", async () => {
  const code = `{ using _ = signals.mask("TERM"); signals.raise("TERM"); }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    setInterval(() => {}, 1e6);`;
  await using deno = new Program(program(code));
  assert.equal((await deno.end()).signal, "SIGTERM");
});

test(
  "over what was ignored from the start it changes nothing, and what comes is lost",
  async () => {
    const code = `${SETTLED}
    signals.on("INT", () => {}); // since Deno's own first listener would make it handle HUP, too
    const ignored = () => /SigIgn:.*1$/m.test(Deno.readTextFileSync("/proc/self/status"));
    {
      using _ = signals.mask("HUP");
      signals.raise("HUP");
      await turns();
      console.log(ignored(), signals.pending().length);
      using __ = signals.on("HUP", () => console.log("handled meanwhile"));
      signals.raise("HUP");
      await turns();
      console.log(ignored(), signals.pending().length);
    }
    await turns();
    signals.raise("HUP");
    await turns();
    console.log(ignored());`;
    const command = inherited(`$SIG{HUP} = "IGNORE"`, code);
    assert.equal(await run(command), "true 0\nfalse 1\ntrue\n");
  },
  { needs: ["perl"] },
);

test("a mask without any signal changes nothing, and keeps no program alive", async () => {
  const code = `{ using _ = signals.mask(["TERM", "HUP"]); }
    signals.mask("INT");
    console.log(signals.pending().length);`;
  assert.equal(await run(program(code)), "0\n");
});

test("Deno.Command's children and spawn's are not affected", async () => {
  const code = `using _ = signals.mask("TERM");
    const show = ["SigBlk", "/proc/self/status"];
    const inSpawned = (await process.capture("grep", show)).text();
    console.log(Number("0x" + inSpawned.split(":")[1].trim()));
    const output = new Deno.Command("grep", { args: show }).outputSync();
    console.log(Number("0x" + new TextDecoder().decode(output.stdout).split(":")[1].trim()));`;
  assert.equal(await run(program(code)), "0\n0\n");
});
