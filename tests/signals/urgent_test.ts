import assert from "node:assert/strict";
import { run, test } from "../harness.ts";
import { library } from "../fixtures/processes.ts";
import { program } from "../fixtures/signals/programs.ts";

// Waits that are given up have a handler for SIGURG installed that the runtime does not know of.
const WAITED = `import { MessageQueue } from "${library("sysv")}";
  const wait = async () => {
    using queue = MessageQueue.create("private");
    await queue.receive({ timeout: 20 }).catch((error) => console.log(error.name));
    queue.remove();
  };
  const heard = (who) => {
    const { promise, resolve } = Promise.withResolvers();
    return { promise, listener: () => resolve(console.log(who)) };
  };
  await wait();`;

test("SIGURG is heard in every scope of a program whose waits are ended by it", async () => {
  const code = `${WAITED}
    for (let i = 0; i < 2; i++) {
      const { promise, listener } = heard("ours");
      using _ = signals.on("URG", listener);
      signals.raise("URG");
      await promise;
    }
    {
      using _ = signals.ignore("URG");
      await wait();
      const { promise, listener } = heard("ours");
      using __ = signals.on("URG", listener);
      signals.raise("URG");
      await promise;
    }
    const { promise, listener } = heard("Deno's");
    Deno.addSignalListener("SIGURG", listener);
    signals.raise("URG");
    await promise;
    Deno.removeSignalListener("SIGURG", listener); // which would hear of this as well
    await wait();`;
  const expected = ["TimeoutError", "ours", "ours", "TimeoutError", "ours", "Deno's"];
  const lines = (await run(program(code))).trim().split("\n");
  assert.deepEqual(lines, [...expected, "TimeoutError"]);
});
