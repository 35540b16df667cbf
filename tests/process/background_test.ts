import assert from "node:assert/strict";
import { background, spawn } from "../../process/mod.ts";
import { pipe } from "../../io/mod.ts";
import { Program, run, times } from "../harness.ts";
import { childless, ended, exists, program } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** Session and group of a process, and its terminal. */
function stat(pid: number) {
  const [, rest] = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ");
  const [, parent, group, session, terminal] = rest.split(" ").map(Number);
  return { parent, group, session, terminal };
}

test("it has a session of its own, no terminal, and its descriptors on /dev/null", async () => {
  using ends = pipe();
  // Once the pipe has been closed there, it has nothing more open of its own.
  const pid = background("sh", ["-c", "exec 9>&-; kill -STOP $$"], { fds: { 9: ends.writer } });
  ends.writer.close();
  try {
    await Array.fromAsync(ends.reader.lines());
    const { parent, group, session, terminal } = stat(pid);
    assert.deepEqual([parent, group, session, terminal], [Deno.pid, pid, pid, 0]);
    const fds = [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => name).sort();
    assert.deepEqual(fds, ["0", "1", "2"]);
    for (const fd of fds) assert.equal(Deno.readLinkSync(`/proc/${pid}/fd/${fd}`), "/dev/null");
  } finally {
    Deno.kill(pid, "SIGKILL");
  }
  await childless();
});

test("none that ends stays a zombie, and nobody else's child is taken", async () => {
  const ours = Array.from({ length: 10 }, (_, i) => spawn("sh", ["-c", `exit ${i}`]));
  const denos = Array.from({ length: 10 }, (_, i) => {
    return new Deno.Command("sh", { args: ["-c", `exit ${i}`] }).output();
  });
  const count = times({ short: 50, soak: 1000 });
  for (let i = 0; i < count; i++) background(i % 2 ? "true" : "sleep", ["0.05"]);
  assert.deepEqual(
    (await Promise.all(ours.map((child) => child.wait()))).map(({ code }) => code),
    ours.map((_, i) => i),
  );
  assert.deepEqual((await Promise.all(denos)).map(({ code }) => code), ours.map((_, i) => i));
  await childless();
});

test("it works as told: its descriptors, directory and environment", async () => {
  using ends = pipe();
  ends.writer.setBlocking();
  const options = { fds: { 1: ends.writer }, cwd: "/", env: { N: "5" } };
  background("sh", ["-c", "echo $PWD $N $0", "arg"], options);
  ends.writer.close();
  assert.deepEqual(await Array.fromAsync(ends.reader.lines()), ["/ 5 arg"]);
  await childless();
  assert.throws(() => background("no-such-program"), { code: "ENOENT" });
});

test("it keeps no program alive, and survives it", async () => {
  const code = `console.log(process.background("sleep", ["100"]), process.background("true") > 0);`;
  const pid = parseInt(await run(program(code)));
  try {
    assert.ok(exists(pid));
    assert.notEqual(stat(pid).parent, Deno.pid);
    assert.equal(stat(pid).session, pid);
  } finally {
    Deno.kill(pid, "SIGKILL");
  }
  await ended(pid);
});

test("it survives that the terminal hangs up, and a Ctrl-C there", async () => {
  // A terminal of our own, in Python: it starts the program, types Ctrl-C, and closes the terminal.
  const starter =
    `console.log("started " + process.background("sleep", ["100"])); setInterval(() => {}, 1e6);`;
  const terminal = `import os, pty, sys
pid, master = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
text = b""
while not (b"started" in text and text.endswith(b"\\n")): text += os.read(master, 1000)
print(text.decode().split()[1], flush=True)
os.write(master, b"\\x03")
_, status = os.waitpid(pid, 0)
os.close(master)
print(os.WTERMSIG(status), flush=True)`;
  await using python = new Program(["/usr/bin/python3", "-c", terminal, ...program(starter)]);
  const pid = Number(await python.line());
  try {
    assert.equal(await python.line(), "2");
    assert.ok(exists(pid));
  } finally {
    Deno.kill(pid, "SIGKILL");
  }
  await ended(pid);
}, { needs: ["python"] });
