import assert from "node:assert/strict";
import { run, test } from "../harness.ts";
import { program } from "../fixtures/signals/programs.ts";

/** Runs a program that sends itself HUP: its exit code, and what it prints. */
async function outcome(code: string) {
  const [command, ...args] = program(`${code}
    signals.raise("HUP");
    setInterval(() => {}, 1e6);`);
  const output = await new Deno.Command(command, { args }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

test("an error in a handler ends the program with 1 and is printed", async () => {
  for (
    const body of [
      `() => { throw new Error("bad day") }`,
      `async () => { throw new Error("bad day") }`,
    ]
  ) {
    const { code, stderr } = await outcome(`signals.on("HUP", ${body});`);
    assert.equal(code, 1, body);
    assert.match(stderr, /Uncaught.*bad day/, body);
  }
});

test("what sees other uncaught errors sees it as well", async () => {
  const seen = `addEventListener("error", (event) => {
      event.preventDefault();
      console.log("error", event.error.message);
      Deno.exit(3);
    });
    addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      console.log("unhandledrejection", event.reason.message);
      Deno.exit(4);
    });`;
  const thrown = await outcome(`${seen} signals.on("HUP", () => { throw new Error("thrown") });`);
  assert.deepEqual([thrown.code, thrown.stdout], [3, "error thrown\n"]);
  const rejected = await outcome(
    `${seen} signals.on("HUP", () => Promise.reject(new Error("rejected")));`,
  );
  assert.deepEqual([rejected.code, rejected.stdout], [4, "unhandledrejection rejected\n"]);
});

test("the next signal is heard after an error that was prevented", async () => {
  const code = `addEventListener("error", (event) => {
      event.preventDefault();
      console.log(event.error.message);
      signals.raise("HUP");
    });
    let count = 0;
    signals.on("HUP", () => {
      if (++count === 3) Deno.exit(0);
      throw new Error("number " + count);
    });
    signals.raise("HUP");
    setInterval(() => {}, 1e6);`;
  assert.equal(await run(program(code)), "number 1\nnumber 2\n");
});
