import assert from "node:assert/strict";
import { Program, test } from "../harness.ts";
import { perlSends, program } from "../fixtures/signals/programs.ts";

/** What a program says of the inspector's port in a network of its own, USR1 having come late enough. */
async function port(setup: string, heard: string): Promise<string> {
  const code = `${setup}
    // Deno takes USR1 for its inspector from half a second after its start. If both times are over when we come to
    // run, ours may be first: so once more.
    for (const time of [700, 100]) await new Promise((resolve) => setTimeout(resolve, time));
    console.log("ready");
    ${heard}
    const open = async () => {
      try { (await Deno.connect({ hostname: "127.0.0.1", port: 9229 })).close(); return true } catch { return false }
    };
    const asked = performance.now();
    while (!await open() && performance.now() - asked < Number(Deno.args[0])) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    console.log(await open() ? "open" : "closed");
    Deno.exit(0);`;
  const network = [
    "unshare",
    "--net",
    "sh",
    "-c",
    'ip link set lo up && exec "$@" 2>/dev/null',
    "sh",
  ];
  // What should not happen cannot be waited for: it gets as long as the opposite has never taken.
  const patience = setup.includes("listener") ? "20000" : "500";
  await using deno = new Program([...network, ...program(code), patience]);
  assert.equal(await deno.line(), "ready");
  await perlSends(deno.pid, "USR1");
  return await deno.line();
}

const LISTENER = `const listener = Promise.withResolvers();`;

test("Deno opens its inspector on USR1, beside a listener of its own or of ours", async () => {
  for (const add of [`Deno.addSignalListener("SIGUSR1",`, `signals.on("USR1",`]) {
    assert.equal(
      await port(`${LISTENER} ${add} listener.resolve);`, `await listener.promise;`),
      "open",
    );
  }
}, { needs: ["root", "unshare", "iproute2", "perl"] });

test("ignored, USR1 opens nothing", async () => {
  assert.equal(await port(`signals.ignore("USR1");`, ""), "closed");
}, { needs: ["root", "unshare", "iproute2", "perl"] });

test("read as signal info, USR1 opens nothing", async () => {
  const setup = `signals.enableSignalInfo(["USR1"]);`;
  assert.equal(await port(setup, `await signals.sigwait("USR1");`), "closed");
}, { needs: ["root", "unshare", "iproute2", "perl"] });
