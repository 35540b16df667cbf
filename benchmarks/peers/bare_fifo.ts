/**
 * The work of fifo.c with Deno's own files.
 *
 *   deno run -A bare_fifo.ts <case> <count> <bytes> <program at the other end> <directory>
 */
import { type Operation, repeated, task } from "./task.ts";

const { bytes, command, args: [directory] } = task;
const fifo = `${directory}/fifo`;
const buffer = new Uint8Array(64 * 1024);
const startWriter = () =>
  new Deno.Command(command, { args: ["write", "1", `${bytes}`, directory] }).spawn();

const cases: Record<string, Operation> = {
  async read() {
    const writer = startWriter();
    using reader = Deno.openSync(fifo);
    let total = 0;
    for (let size; (size = reader.readSync(buffer)) !== null;) total += size;
    await writer.status;
    return total;
  },
  async "read-awaited"() {
    const writer = startWriter();
    using reader = await Deno.open(fifo);
    let total = 0;
    for (let size; (size = await reader.read(buffer)) !== null;) total += size;
    await writer.status;
    return total;
  },
  lock() {
    file.lockSync(true);
    file.unlockSync();
    return bytes;
  },
};

using file = Deno.openSync(`${directory}/file`, { write: true });
await repeated(cases);
