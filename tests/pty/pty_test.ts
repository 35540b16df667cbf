import assert from "node:assert/strict";
import {
  EOF,
  Fd,
  isTerminal,
  openPty,
  spawnTerminal,
  terminalSize,
  ttyName,
} from "../../pty/mod.ts";
import { spawn } from "../../process/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { exists, library } from "../fixtures/processes.ts";
import { Directory } from "../fixtures/temporary.ts";
import { denoCommand, fixture, run } from "../harness.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("openPty makes a terminal of the wanted size, as stty sees it", async () => {
  using pty = openPty({ columns: 132, rows: 43 });
  assert.deepEqual(pty.size, { columns: 132, rows: 43 });
  using terminal = pty.openTerminal();
  assert.equal(ttyName(terminal), pty.path);
  assert.deepEqual(terminalSize(terminal), pty.size);
  await using child = spawn("stty", ["size"], { terminal });
  assert.equal((await child.status).code, 0);
  const buffer = new Uint8Array(100);
  let shown = "";
  while (!shown.endsWith("\r\n")) { // which may come apart from the line
    shown += text(buffer.subarray(0, (await pty.read(buffer))!));
  }
  assert.equal(shown, "43 132\r\n");
});

test("openPty's terminal echoes and edits lines unless it is told not to", async () => {
  using usual = openPty();
  assert.deepEqual([usual.size, usual.modes], [{ columns: 80, rows: 24 }, {
    echo: true,
    lines: true,
  }]);
  using silent = openPty({ echo: false });
  assert.deepEqual(silent.modes, { echo: false, lines: true });
  using raw = openPty({ raw: true });
  assert.deepEqual(raw.modes, { echo: false, lines: false });
  using terminal = raw.openTerminal();
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  await raw.write(all);
  const read = new Uint8Array(300);
  assert.deepEqual(read.subarray(0, (await terminal.read(read))!), all); // ^C and all others, as they are
  await terminal.write(all);
  assert.deepEqual(read.subarray(0, (await raw.read(read))!), all);
});

test("openPty refuses a size that no terminal has, and leaves nothing open", () => {
  for (const columns of [0, -1, 65536, 1.5, NaN]) {
    assert.throws(() => openPty({ columns }), RangeError);
    assert.throws(() => openPty({ rows: columns }), RangeError);
  }
  assert.throws(() => openPty({ columns: "80" as unknown as number }), TypeError);
});

test("what is no terminal is told from one", () => {
  using pty = openPty();
  using terminal = pty.openTerminal();
  assert.deepEqual([isTerminal(terminal), isTerminal(terminal.number)], [true, true]);
  using file = Fd.open("/dev/null");
  assert.deepEqual([isTerminal(file), ttyName(file)], [false, undefined]);
  assert.throws(() => terminalSize(file), { code: "ENOTTY" });
  assert.throws(() => spawn("true", [], { terminal: file }), { code: "ENOTTY" });
  assert.throws(() => isTerminal(0x7fff), { code: "EBADF" });
  assert.throws(() => isTerminal(-1), RangeError);
});

test("the end of the program is an end of file, never EIO, once all is read", async () => {
  for (const read of ["read", "readSync", "tryRead"] as const) {
    await using terminal = spawnTerminal("echo", ["last words"]);
    await terminal.wait();
    const buffer = new Uint8Array(100);
    let shown = "";
    for (let size; (size = await terminal.pty[read](buffer)) !== null;) {
      shown += text(buffer.subarray(0, size)); // the end of the line may come apart from it
    }
    assert.equal(shown, "last words\r\n");
    assert.equal(await terminal.pty[read](buffer), null);
    assert.equal(terminal.pty.hungUp, true);
    await assert.rejects(terminal.send("x"), { code: "EPIPE", path: terminal.pty.path });
    assert.throws(() => terminal.sendSync("x"), { code: "EPIPE" });
  }
});

test("a terminal that no program has had yet is not hung up", async () => {
  using pty = openPty();
  assert.equal(pty.hungUp, false);
  assert.equal(pty.tryRead(new Uint8Array(10)), undefined);
  await pty.write("kept\n");
  using terminal = pty.openTerminal();
  const buffer = new Uint8Array(10);
  assert.equal(text(buffer.subarray(0, (await terminal.read(buffer))!)), "kept\n");
});

test("closing hangs up: the program gets SIGHUP", async () => {
  const terminal = spawnTerminal("sleep", ["1000"]);
  assert.equal((await terminal.close()).signal, "SIGHUP");
  assert.throws(() => terminal.pty.size, { name: "TypeError", message: "Fd is closed" });
  await assert.rejects(terminal.expect("x"), TypeError);
  await assert.rejects(terminal.send("x"), TypeError);
});

test("closing ends a wait that is going on", async () => {
  await using terminal = spawnTerminal("sleep", ["1000"]);
  const expected = terminal.expect("never");
  terminal.pty.close();
  await assert.rejects(expected, { name: "TypeError", message: "Fd is closed" });
});

test("disposing ends a shell that ignores SIGTERM, with the jobs that it has", async () => {
  let pids: number[];
  {
    await using shell = spawnTerminal("bash", ["--norc", "--noprofile", "-i"], {
      env: { PS1: "$ ", TERM: "dumb" },
      timeout: 20_000,
    });
    await shell.expect("$ ");
    // What the shell has forked may not have become its job yet, and would miss what it passes on.
    await shell.sendLine("sleep 1000 & until grep -q sleep /proc/$!/comm; do :; done; echo job $!");
    const { captures } = await shell.expect(/job (\d+)\r\n/);
    pids = [shell.child.pid, Number(captures[0])];
    assert.deepEqual(pids.map(exists), [true, true]);
  }
  for (let i = 0; i < 1000 && pids.some(exists); i++) await new Promise((r) => setTimeout(r, 20));
  assert.deepEqual(pids.map(exists), [false, false]);
});

test("disposing without await kills at once", () => {
  using stubborn = spawnTerminal("sh", [
    "-c",
    "trap '' HUP TERM INT; echo up; while :; do sleep 1; done",
  ]);
  stubborn.expectSync("up", { timeout: 20_000 });
});

test("resize tells the program, also while it prints", async () => {
  await using terminal = spawnTerminal("/usr/bin/python3", [fixture("pty/window.py")], {
    columns: 100,
    rows: 30,
    timeout: 20_000,
  });
  await terminal.expect("100x30\r\n");
  terminal.resize({ columns: 120, rows: 40 });
  await terminal.expect("120x40\r\n");
  assert.deepEqual(terminal.pty.size, { columns: 120, rows: 40 });
  assert.throws(() => terminal.resize({ columns: 0, rows: 40 }), RangeError);
  await using printing = spawnTerminal("sh", [
    "-c",
    "trap 'echo; stty size' WINCH; while :; do echo more; done",
  ], { timeout: 20_000 });
  await printing.expect("more");
  for (const rows of [30, 31, 32]) {
    printing.resize({ columns: 90, rows });
    await printing.expect(`${rows} 90\r\n`);
  }
});

test("standard error can be apart, and the terminal still controls the program", async () => {
  const script = "echo out; echo err >&2; echo asked > /dev/tty";
  await using terminal = spawnTerminal("sh", ["-c", script], {
    fds: { 2: "pipe" },
    timeout: 20_000,
  });
  assert.equal((await terminal.expect(EOF)).before, "out\r\nasked\r\n");
  assert.deepEqual(await Array.fromAsync(terminal.child.fd(2).lines()), ["err"]);
});

test("one descriptor at least is the terminal", () => {
  const fds = { 0: "null", 1: "null", 2: "null" } as const;
  assert.throws(() => spawnTerminal("true", [], { fds }), {
    name: "TypeError",
    message: "fds must leave at least one of 0, 1 and 2 to the terminal",
  });
  assert.throws(() => spawnTerminal("bogus"), { code: "ENOENT", path: "bogus" });
});

test("a program in a terminal needs permission to run, a terminal alone does not", async () => {
  using directory = new Directory();
  const module = directory.write(
    "module.ts",
    `import { openPty, spawnTerminal } from "${library("pty")}";
    openPty().close();
    try { spawnTerminal("true"); } catch (error) { console.log(error.name); }`,
  );
  const command = denoCommand("run", "--no-prompt", "--allow-ffi", module);
  assert.equal(await run(command), "NotCapable\n");
});

test("typing into a terminal whose program ends meanwhile is EPIPE, and no wait without end", async () => {
  const much = "yes\n".repeat(1 << 18);
  for (const raw of [true, false]) {
    await using one = spawnTerminal("sleep", ["0.2"], { raw });
    await assert.rejects(one.send(much), { code: "EPIPE" });
    await using two = spawnTerminal("sleep", ["0.2"], { raw });
    assert.throws(() => two.sendSync(much), { code: "EPIPE" });
  }
});

test("a program that becomes another user has a terminal of his", async () => {
  const ids = { uid: 65534, gid: 65534, groups: [] };
  await using terminal = spawnTerminal("sh", ["-c", "id -u; stat -c %u $(tty)"], ids);
  assert.equal((await terminal.expect(EOF, { timeout: 20_000 })).before, "65534\r\n65534\r\n");
}, { needs: ["root"] });

test("what cannot be had is refused before the program is started", async () => {
  using directory = new Directory();
  const touch = (options: object) => spawnTerminal("touch", [directory.file("started")], options);
  assert.throws(() => touch({ maxBuffer: 0 }), RangeError);
  assert.throws(() => touch({ timeout: -1 }), RangeError);
  assert.throws(() => touch({ columns: 0 }), RangeError);
  using pty = openPty();
  const wrong = [pty, true, null, 0] as unknown as Fd[];
  for (const terminal of wrong) assert.throws(() => spawn("true", [], { terminal }), TypeError);
  assert.throws(() => spawn("true", [], { terminal: pty.fd }), { code: "ENOTTY" }); // our side of it
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual([...Deno.readDirSync(directory.path)], []);
});

test("what is neither an Fd nor a number is no descriptor to ask about", () => {
  const expected = { name: "TypeError", message: /^Descriptor must be a number, got / };
  for (const fd of ["0", undefined, {}] as unknown as number[]) {
    for (const ask of [isTerminal, ttyName, terminalSize]) {
      assert.throws(() => ask(fd), expected);
    }
  }
});
