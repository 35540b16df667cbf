/**
 * The rows about named pipes.
 */
import assert from "node:assert/strict";
import { isFifo, mkfifo, openFifo, serveFifo } from "../fifo/mod.ts";
import { capture, spawn } from "../process/mod.ts";
import type { Area, Row } from "./row.ts";
import { talker } from "./talk.ts";

function directory(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "deno_ipc_tour_" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

const making: Row = {
  number: 17,
  title: "mkfifo, with a mode",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    using temporary = directory();
    const path = `${temporary.path}/fifo`;
    mkfifo(path, { mode: 0o622 }); // which the usual umask would make 0o600
    assert.throws(() => mkfifo(path), { code: "EEXIST" });
    const seen = (await capture(...talk("look", path), company)).text();
    assert.equal(seen, "1 622\n");
    return `${name} sees a FIFO with mode 622; a second one there is EEXIST`;
  },
};

const meeting: Row = {
  number: 18,
  title: "both ends, and the .signature server",
  direction: "↔",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    using temporary = directory();
    const path = `${temporary.path}/fifo`;
    await using cleanUp = new AsyncDisposableStack();
    const end = new AbortController();
    let visits = 0;
    const served = serveFifo(path, () => `visit ${++visits}\n`, end);
    cleanUp.defer(() => (end.abort(), served));
    const heard = [];
    for (let i = 0; i < 3; i++) heard.push((await capture(...talk("read", path), company)).text());
    assert.deepEqual(heard, ["visit 1\n", "visit 2\n", "visit 3\n"]);
    Deno.removeSync(path);
    while (!isFifo(path)) { // the server is at work
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve));
    }
    assert.equal((await capture(...talk("read", path), company)).text(), "visit 4\n");
    await cleanUp.disposeAsync();

    await using writing = spawn(...talk("write", path, "one", "two"));
    using reader = await openFifo(path, "r", { signal });
    assert.deepEqual(await Array.fromAsync(reader.lines({ signal })), ["one", "two"]);
    assert.equal((await writing.wait({ signal })).code, 0);
    return `${name} read ${visits} answers, the last from a FIFO made anew; we read 2`;
  },
};

/** Named pipes. */
export const fifos: Area = { title: "Named pipes", rows: [making, meeting] };
