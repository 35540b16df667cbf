import assert from "node:assert/strict";
import { Fd } from "../../io/mod.ts";
import { lockPidFile } from "../../process/pid_file.ts";
import { WARM } from "../fixtures/processes.ts";
import { denoCommand, limited, run, test } from "../harness.ts";
import { Directory } from "../fixtures/temporary.ts";

/** Has `meddle` called once, in the instant before a file is locked. */
function beforeLock(meddle: () => void): Disposable {
  const { tryLock } = Fd.prototype;
  Fd.prototype.tryLock = function (...args) {
    Fd.prototype.tryLock = tryLock;
    meddle();
    return tryLock.apply(this, args);
  };
  return { [Symbol.dispose]: () => void (Fd.prototype.tryLock = tryLock) };
}

test("a pid file that is removed or replaced before it is locked is made and locked anew", () => {
  using directory = new Directory();
  const path = directory.file("pid");
  for (
    const meddle of [
      () => Deno.removeSync(path),
      () => {
        Deno.removeSync(path);
        Deno.writeTextFileSync(path, "another\n");
      },
    ]
  ) {
    using _ = beforeLock(meddle);
    using _file = lockPidFile(path);
    assert.equal(Deno.readTextFileSync(path), `${Deno.pid}\n`);
    assert.throws(() => lockPidFile(path), { code: "EAGAIN", pid: Deno.pid });
  }
});

test("what another process has locked meanwhile at the path is that one's", () => {
  using directory = new Directory();
  const path = directory.file("pid");
  using others = new DisposableStack();
  using _ = beforeLock(() => {
    Deno.removeSync(path);
    others.use(lockPidFile(path));
  });
  assert.throws(() => lockPidFile(path), { code: "EAGAIN", pid: Deno.pid });
});

test("a pid file that is a FIFO cannot be emptied, and is an error", async () => {
  using directory = new Directory();
  const path = directory.file("pid");
  await run(["mkfifo", path]);
  assert.throws(() => lockPidFile(path), { code: "EINVAL", syscall: "ftruncate", path });
});

test("no descriptor left to look at the path is EMFILE", async () => {
  using directory = new Directory();
  const code = `import { lockPidFile } from "${new URL(
    "../../process/pid_file.ts",
    import.meta.url,
  )}";
    ${WARM}
    const open = [];
    try { for (;;) open.push(Deno.openSync("/dev/null")) } catch { open.pop().close(); }
    try { lockPidFile("${directory.file("pid")}") } catch (error) { console.log(error.code) }`;
  const crowded = limited(100, denoCommand("eval", code));
  assert.equal(await run(crowded), "EMFILE\n");
});
