/**
 * The work of terminal.c with this library.
 *
 *   deno run -A terminal.ts <case> <count> <bytes>
 */
import { EOF, spawnTerminal } from "../../pty/mod.ts";
import { repeated, task } from "./task.ts";

const { name, bytes } = task;
const line = `${"x".repeat(bytes - 1)}\n`;

using cat = name.startsWith("trip") ? spawnTerminal("cat", [], { raw: true }) : undefined;

await repeated({
  async trip() {
    await cat!.send(line);
    return (await cat!.expect(line, { timeout: 10_000 })).match.length;
  },
  "trip-sync"() {
    cat!.sendSync(line);
    return cat!.expectSync(line, { timeout: 10_000 }).match.length;
  },
  async spawn() {
    await using child = spawnTerminal("echo", ["ready"]);
    await child.expect("ready", { timeout: 10_000 });
    await child.expect(EOF, { timeout: 10_000 });
    return bytes;
  },
});
