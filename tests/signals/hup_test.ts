import assert from "node:assert/strict";
import { MessageQueue } from "../../sysv/mod.ts";
import { fixture, run, test } from "../harness.ts";
import { library } from "../fixtures/processes.ts";
import { program } from "../fixtures/signals/programs.ts";

test("a server that Perl sends HUP starts anew, twice, and answers every question", async () => {
  using queue = MessageQueue.create("private");
  using _removed = { [Symbol.dispose]: () => queue.remove() };
  const server = `import { MessageQueue } from "${library("sysv")}";
    const queue = MessageQueue.fromId(Number(Deno.args[0]));
    const again = new AbortController();
    signals.on("HUP", () => again.abort());
    const about = [performance.timeOrigin, Deno.pid, typeof gc, ...Deno.args.slice(1)].join(" ");
    for (;;) {
      const question = await queue.receive({ type: 1, signal: again.signal }).catch(() => process.reexec());
      queue.sendSync(question.text() + " " + about, { type: 2 });
    }`;
  const command = [...program(server, "--v8-flags=--expose-gc"), String(queue.id), "an argument"];
  const output = await run(["perl", fixture("signals/hup.pl"), String(queue.id), ...command]);
  const lines = output.trim().split("\n");
  const pid = lines.pop();
  const starts = lines.map((line) => line.split(" ")[0]);
  assert.equal(new Set(starts).size, 3, output);
  for (const [i, line] of lines.entries()) {
    assert.equal(line, `${starts[i]} ${pid} function an argument`);
  }
}, { needs: ["perl"] });
