import assert from "node:assert/strict";
import { run, test } from "../harness.ts";
import { inherited, program } from "../fixtures/signals/programs.ts";

// A signal takes a moment from the kernel through the runtime to a handler: it may come when a scope has ended.

// Deno stops listening when a program ends, so that what comes then does what its default is: wait until all has come.
const TURN = `const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
  const end = async (word) => {
    // Twice: the runtime looks at one signal after the other, and what came behind its back is seen in the next round.
    for (let i = 0; i < 2; i++) {
      await new Promise((resolve) => {
        signals.on("WINCH", resolve);
        signals.raise("WINCH");
      });
    }
    console.log(word);
  };`;

for (const kind of [`on("PIPE", () => {})`, `ignore("PIPE")`, `reset("PIPE")`, `mask("PIPE")`]) {
  test(`after signals.${kind} EPIPE is an error and never a death`, async () => {
    const code =
      `{ using _ = signals.${kind}; await new Promise((resolve) => setTimeout(resolve)); }
      const ends = io.pipe();
      ends.reader.close();
      for (let i = 0; i < 3; i++) {
        try { ends.writer.writeSync("x") } catch (error) { console.log(error.code) }
      }
      await ends.writer.write("x").catch((error) => console.log(error.code));`;
    assert.equal(await run(program(code)), "EPIPE\n".repeat(4));
  });
}

for (const kind of [`on("PIPE", () => {})`, `mask("PIPE")`]) {
  test(`EPIPE at the end of a signals.${kind} scope is no death either`, async () => {
    const code = `${TURN}
      const ends = io.pipe();
      ends.reader.close();
      let count = 0;
      for (let i = 0; i < 500; i++) {
        using _ = signals.${kind};
        try { ends.writer.writeSync("x") } catch (error) { count += error.code === "EPIPE" }
        if (i % 10 === 0) await turn();
      }
      await end(count);`;
    assert.equal(await run(program(code)), "500\n");
  });
}

test(
  "what was ignored from the start does no harm when it comes at the end of a scope",
  async () => {
    const code = `${TURN}
    for (let i = 0; i < 500; i++) {
      using _ = signals.on("HUP", () => {});
      signals.raise("HUP");
      if (i % 10 === 0) await turn();
    }
    await end("alive");`;
    assert.equal(await run(inherited(`$SIG{HUP} = "IGNORE"`, code)), "alive\n");
  },
  { needs: ["perl"] },
);

test("what is handled does no harm when it is ignored in the next moment", async () => {
  const code = `${TURN}
    signals.on("HUP", () => {});
    for (let i = 0; i < 500; i++) {
      signals.raise("HUP");
      using _ = signals.ignore("HUP");
      if (i % 10 === 0) await turn();
    }
    await end("alive");`;
  assert.equal(await run(program(code)), "alive\n");
});
