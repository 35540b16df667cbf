import assert from "node:assert/strict";
import { capture, retrying, spawn, SyscallError } from "../../process/mod.ts";
import { run } from "../harness.ts";
import { library, nobodyElse, program } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** A start that fails so often with `code`, and how often it was called. */
function failing(times: number, code: string) {
  const calls = { count: 0 };
  const start = () => {
    if (calls.count++ < times) throw new SyscallError("posix_spawn", code, {});
    return "started";
  };
  return { calls, start };
}

test("it is tried again for want of processes or memory, until it works", async () => {
  for (const code of ["EAGAIN", "ENOMEM"]) {
    const { calls, start } = failing(3, code);
    assert.equal(await retrying(start, { pause: 1 }), "started");
    assert.equal(calls.count, 4);
  }
  const child = await retrying(() => spawn("true"));
  assert.equal((await child.wait()).code, 0);
});

test("the last error is thrown when all attempts have failed, any other one at once", async () => {
  for (const [attempts, expected] of [[1, 1], [3, 3], [undefined, 6]] as const) {
    const { calls, start } = failing(100, "EAGAIN");
    await assert.rejects(retrying(start, { attempts, pause: 1 }), { code: "EAGAIN" });
    assert.equal(calls.count, expected);
  }
  const { calls, start } = failing(100, "EACCES");
  await assert.rejects(retrying(start, { pause: 1 }), { code: "EACCES" });
  assert.equal(calls.count, 1);
  await assert.rejects(retrying(() => spawn("no-such-program")), { code: "ENOENT" });
});

test("between two attempts there is the pause, which a signal ends with its reason", async () => {
  const { start } = failing(2, "EAGAIN");
  const started = performance.now();
  await retrying(start, { pause: 30 });
  assert.ok(performance.now() - started >= 58);
  const controller = new AbortController();
  const endless = failing(100, "EAGAIN");
  const waiting = retrying(endless.start, { pause: 1e6, signal: controller.signal });
  controller.abort("enough");
  await assert.rejects(waiting, (reason) => reason === "enough");
  assert.equal(endless.calls.count, 1);
  const aborted = retrying(endless.start, { signal: AbortSignal.abort("before") });
  await assert.rejects(aborted, (reason) => reason === "before");
  assert.equal(endless.calls.count, 1);
});

test("a pause that is longer than any timer is no pause of 0", async () => {
  for (const pause of [2 ** 31, 1e12, Infinity]) {
    const { calls, start } = failing(100, "EAGAIN");
    const signal = AbortSignal.timeout(20);
    await assert.rejects(retrying(start, { attempts: 3, pause, signal }), { name: "TimeoutError" });
    assert.equal(calls.count, 1);
  }
});

test("a start that is asynchronous is tried again as well", async () => {
  let count = 0;
  const start = async () => {
    if (count++ < 2) throw new SyscallError("posix_spawn", "EAGAIN", {});
    return (await capture("echo", ["x"])).text();
  };
  assert.equal(await retrying(start, { pause: 1 }), "x\n");
});

test("attempts and pause that are no numbers are refused", async () => {
  for (const attempts of [0, -1, 1.5, NaN]) {
    await assert.rejects(retrying(() => 1, { attempts }), RangeError);
  }
  for (const pause of [-1, NaN]) {
    await assert.rejects(retrying(() => 1, { pause }), RangeError);
  }
});

test("where a user's processes are limited, it starts once there is room again", async () => {
  // Half a second after the start the runtime makes a thread to listen to SIGUSR1, and aborts where it may not.
  const code = `import { disposition, isHandled, signalNumber } from "${library("libc")}";
    while (!isHandled(disposition(signalNumber("SIGUSR1")))) await new Promise((resolve) => setTimeout(resolve, 20));
    const room = Array.from({ length: 400 }, () => { try { return process.spawn("sleep", ["100"]) } catch (error) { return error.code } });
    const children = room.filter((one) => typeof one !== "string");
    console.log(room.at(-1), children.length > 3);
    let calls = 0;
    const started = await process.retrying(() => {
      // Until it fails: a thread of Deno's that has ended since would leave room.
      if (++calls < 3) { for (;;) children.push(process.spawn("sleep", ["100"])) }
      for (const child of children.splice(0, 2)) { child.kill("SIGKILL"); child.waitSync() }
      return process.spawn("true");
    }, { pause: 5 });
    console.log(calls, (await started.status).code);
    for (const child of children) { child.kill("SIGKILL"); child.waitSync(); }`;
  const uid = nobodyElse();
  const user = [
    "setpriv",
    `--reuid=${uid}`,
    `--regid=${uid}`,
    "--clear-groups",
    "--inh-caps=-all",
  ];
  const limited = ["prlimit", "--nproc=100", "env", "HOME=/nonexistent", "DENO_DIR=/nonexistent"];
  assert.equal(await run([...user, ...limited, ...program(code)]), "EAGAIN true\n3 0\n");
}, { needs: ["root", "another user who may run Deno and read this clone"] });
