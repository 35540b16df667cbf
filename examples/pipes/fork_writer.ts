/**
 * Forks, and writes what the child reads, which puts it into a file. The child need not be told which:
 * it has our variables.
 *
 *     deno run --allow-ffi --allow-run --allow-write examples/pipes/fork_writer.ts [FILE]
 */
import { forkWriter } from "../../pipes/mod.ts";
import { ensureForkable, retrying } from "../../process/mod.ts";
import { operands } from "../program.ts";

ensureForkable();

const [path = "shopping.txt"] = operands("[FILE]");
const start = () =>
  forkWriter(() => {
    try {
      using file = Deno.openSync(path, { write: true, create: true, truncate: true, mode: 0o600 });
      const buffer = new Uint8Array(4096);
      for (let size; (size = Deno.stdin.readSync(buffer)) !== null;) {
        file.writeSync(buffer.subarray(0, size));
      }
    } catch (error) {
      console.error((error as Error).message);
      return 1;
    }
  }); // returning ends the child

// The system may have no room for another process just now: then again in a second, some times.
await using child = await retrying(start, { attempts: 7, pause: 1000 });
for (const word of ["eggs", "flour", "milk"]) await child.write(`${word}\n`);
const { code } = await child.close();
Deno.exitCode = code ?? 1;
console.error(code === 0 ? `written to ${path}` : `the child ended with ${code}`);
