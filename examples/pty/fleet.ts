/**
 * Starts several services at once, each in a terminal of its own, and says in which order they are ready.
 *
 *     deno run --allow-ffi --allow-run=sh examples/pty/fleet.ts [COMMAND...]
 *
 * A service is ready when it says so. At the end all are ended.
 */
import { type Dialogue, EOF, expectAny, spawnTerminal } from "../../pty/mod.ts";
import { operands } from "../program.ts";

const given = operands("[COMMAND...]");
const commands = given.length > 0 ? given : [
  "sleep 0.4; echo ready; exec sleep 1000",
  "sleep 0.2; echo listening on port 80; exec sleep 1000",
  "sleep 0.6; echo no configuration; exit 1",
];

await using stack = new AsyncDisposableStack(); // ends them all
const services = new Map<Dialogue, string>();
for (const command of commands) {
  services.set(stack.use(spawnTerminal("sh", ["-c", command])), command);
}

const news = { ready: /^.*\b(ready|listening)\b.*$/m, ended: EOF } as const;
while (services.size > 0) {
  const all = [...services.keys()].map((terminal) => [terminal, news] as const);
  const { dialogue, found } = await expectAny(all, { timeout: 10_000 });
  const said = found.which === "ready" ? found.match : `ended too early, ${found.before.trim()}`;
  console.log(`${services.get(dialogue)}: ${said}`);
  services.delete(dialogue);
}
