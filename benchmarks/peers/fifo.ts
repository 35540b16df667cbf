/**
 * The work of fifo.c with this library, and what only we have: what is awaited.
 *
 *   deno run -A fifo.ts <case> <count> <bytes> <program at the other end> <directory>
 */
import { openFifo, openFifoSync, serveFifo } from "../../fifo/mod.ts";
import { Fd } from "../../pipes/mod.ts";
import { spawn } from "../../process/mod.ts";
import { type Operation, repeated, task } from "./task.ts";

const { name, count, bytes, command, args: [directory] } = task;
const fifo = `${directory}/fifo`;
const buffer = new Uint8Array(64 * 1024);
const startWriter = () => spawn(command, ["write", "1", `${bytes}`, directory]);

const cases: Record<string, Operation> = {
  read() {
    const writer = startWriter();
    using reader = openFifoSync(fifo, "r");
    let total = 0;
    for (let size; (size = reader.readSync(buffer)) !== null;) total += size;
    writer.waitSync();
    return total;
  },
  async "read-awaited"() {
    const writer = startWriter();
    using reader = await openFifo(fifo, "r");
    let total = 0;
    for (let size; (size = await reader.read(buffer)) !== null;) total += size;
    await writer.wait();
    return total;
  },
  lock() {
    file.tryLock()!.unlock();
    return bytes;
  },
};

/** Answers the visitor at the other end, who tells how long that takes. */
async function serve(): Promise<void> {
  const answer = new Uint8Array(bytes).fill(0x78);
  const visitor = spawn(command, ["visit", `${count}`, `${bytes}`, directory]);
  const stop = new AbortController();
  const served = serveFifo(fifo, () => answer, { signal: stop.signal });
  const { success } = await visitor.wait();
  stop.abort();
  await served;
  if (!success) throw new Error("the visitor failed");
}

using file = Fd.open(`${directory}/file`, { write: true });
await (name === "serve" ? serve() : repeated(cases));
