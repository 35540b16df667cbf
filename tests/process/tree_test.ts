import assert from "node:assert/strict";
import { spawn } from "../../process/mod.ts";
import { denoCommand, run } from "../harness.ts";
import { ended, exists, library } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** A child with children and theirs, `width` of each, `depth` deep, and the numbers of all of them. */
async function family(width: number, depth: number) {
  const code = `$| = 1; sub grow { my ($depth) = @_; print "$$\\n"; return unless $depth;
    for (1 .. ${width}) { if (!fork) { grow($depth - 1); sleep 1 while 1 } } }
    grow(${depth}); sleep 1 while 1`;
  const child = spawn("perl", ["-e", code], { fds: { 0: "null", 1: "pipe" } });
  let count = 0;
  for (let d = 0; d <= depth; d++) count += width ** d;
  const pids: number[] = [];
  for await (const line of child.fd(1).lines()) {
    pids.push(Number(line));
    if (pids.length === count) break;
  }
  return { child, pids };
}

test("killTree reaches the child and all of its descendants", async () => {
  for (const [width, depth] of [[1, 6], [3, 3], [30, 1]]) {
    const { child, pids } = await family(width, depth);
    assert.ok(pids.every(exists));
    child.killTree("SIGKILL");
    assert.equal((await child.wait()).signal, "SIGKILL");
    for (const pid of pids) await ended(pid);
    assert.ok(!pids.some(exists));
    child.fd(1).close();
  }
}, { needs: ["perl"] });

test(
  "it sends the signal that it is given, SIGTERM by default, and reaches no one else",
  async () => {
    await using bystander = spawn("sleep", ["100"]);
    const { child, pids } = await family(2, 2);
    child.killTree("SIGSTOP");
    const stopped = () => pids.every((pid) => /^State:\s+T/m.test(status(pid)));
    while (!stopped()) await new Promise((resolve) => setTimeout(resolve, 1)); // nothing tells of that
    child.killTree("SIGCONT");
    child.killTree();
    assert.equal((await child.wait()).signal, "SIGTERM");
    for (const pid of pids) await ended(pid);
    assert.ok(exists(bystander.pid));
    child.fd(1).close();
  },
  { needs: ["perl"] },
);

function status(pid: number): string {
  return Deno.readTextFileSync(`/proc/${pid}/status`);
}

test("a child that was reaped has no tree, and a bogus signal is refused before any is sent", async () => {
  const child = spawn("sleep", ["100"]);
  assert.throws(() => child.killTree("SIGNONE"), TypeError);
  assert.ok(exists(child.pid));
  child.killTree(9);
  await child.wait();
  assert.throws(() => child.killTree(), { code: "ESRCH" });
});

test("it needs permission to run anything, since the descendants are not ours", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    const code = `import { spawn } from "${library("process")}";
      const child = spawn("sleep", ["100"]);
      try { child.killTree() } catch (error) { console.log(error.name) }
      child.kill();
      console.log(child.waitSync().signal);`;
    Deno.writeTextFileSync(`${directory}/main.ts`, code);
    const flags = ["--no-prompt", "--no-check", "--allow-ffi", "--allow-run=sleep"];
    const output = await run(denoCommand("run", ...flags, `${directory}/main.ts`));
    assert.equal(output, "NotCapable\nSIGTERM\n");
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
