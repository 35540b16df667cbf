/**
 * Our own terminal, as somebody sees it who sits at the other side: that is another terminal of ours.
 */
import assert from "node:assert/strict";
import { Dialogue, openPty, type Pty, spawnTerminal, type Terminal } from "../../pty/mod.ts";
import { pipe, pollOne } from "../../io/mod.ts";
import { platform } from "../../libc/mod.ts";
import { type Child, type ChildDescriptors, spawn } from "../../process/mod.ts";
import { outcome } from "../fixtures/examples.ts";
import { exists } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { denoCommand, fixture, times } from "../harness.ts";

const program = (...words: string[]) =>
  denoCommand("run", "-A", "--quiet", fixture("pty/own_terminal.ts"), ...words);

/** The program in a terminal that outlives it, as that of a shell does. */
function seat(...words: string[]): Seat {
  return seatWith({}, ...words);
}

type Seat = { dialogue: Dialogue; pty: Pty; child: Child } & AsyncDisposable;

/** The same, with descriptors that are not the terminal. */
function seatWith(fds: ChildDescriptors, ...words: string[]): Seat {
  const pty = openPty();
  assert.deepEqual(pty.modes, usual);
  const terminal = pty.openTerminal();
  const [command, ...args] = program(...words);
  const child = spawn(command, args, { fds, terminal, env: { NO_COLOR: "1" } });
  return {
    dialogue: new Dialogue(pty, { timeout: 30_000 }),
    pty,
    child,
    async [Symbol.asyncDispose]() {
      terminal.close();
      pty.close();
      await child[Symbol.asyncDispose]();
    },
  };
}

const usual = { echo: true, lines: true };

/** Waits until the terminal is as it was at first: that may be a moment after the program has ended. */
async function restored(pty: Pty): Promise<void> {
  while (!pty.modes.echo || !pty.modes.lines) await turn();
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 2));

for (const end of ["dispose", "throw", "exit"]) {
  test(`raw is undone at the end, which is ${end}`, async () => {
    await using one = seat("raw", end);
    await one.dialogue.expect("raw\n");
    assert.deepEqual(one.pty.modes, { echo: false, lines: false });
    await one.dialogue.send("x");
    await one.child.wait({ timeout: 30_000 });
    await restored(one.pty);
  });
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGKILL", "SIGABRT"]) {
  test(`raw is undone when ${signal} ends the program`, async () => {
    await using one = seat("raw", "dispose");
    await one.dialogue.expect("raw\n");
    assert.deepEqual(one.pty.modes, { echo: false, lines: false });
    one.child.kill(signal);
    assert.equal((await one.child.wait({ timeout: 30_000 })).signal, signal);
    await restored(one.pty);
  });
}

for (const order of ["first", "last"]) {
  test(`two changes are undone in any order, and when we are killed: ${order} one first`, async () => {
    for (const killed of [false, true]) {
      await using one = seat("both", order);
      await one.dialogue.expect("both\n");
      assert.deepEqual(one.pty.modes, { echo: false, lines: false });
      if (killed) one.child.kill("SIGKILL");
      else await one.dialogue.send("x");
      await one.child.wait({ timeout: 30_000 });
      await restored(one.pty);
    }
  });
}

for (const order of ["first", "last"]) {
  test(`so are those of one terminal that was opened by two names: ${order} one first`, async () => {
    await using one = seat("both", order, "/dev/tty");
    await one.dialogue.expect("both\n");
    await one.dialogue.send("x");
    await one.dialogue.expect("done");
    assert.deepEqual(one.pty.modes, usual);
  });
}

for (const how of ["raw", "silent"]) {
  test(`what Deno.stdin.setRaw has made raw stays so after it was ${how}, and setRaw undoes it`, async () => {
    await using one = seat("beside", how);
    await one.dialogue.expect("still\r\n");
    assert.deepEqual(one.pty.modes, { echo: false, lines: false });
    await one.dialogue.send("x");
    await one.dialogue.expect("done");
    assert.deepEqual(one.pty.modes, usual);
  });
}

test("a forked child undoes its own changes, and not its parent's", async () => {
  await using one = seat("forked");
  const silent = { echo: false, lines: true };
  for (
    const [word, modes] of [
      ["silent\r\n", silent],
      ["raw\n", { echo: false, lines: false }],
      ["silent again\r\n", silent],
      ["silent still\r\n", silent],
      ["done\r\n", usual],
    ] as const
  ) {
    await one.dialogue.expect(word);
    assert.deepEqual(one.pty.modes, modes, word);
    await one.dialogue.send("\n");
  }
});

for (const end of ["throw", "exit", "SIGKILL"]) {
  test(`a shell finds its terminal in order when the program ends by ${end}`, async () => {
    await using shell = spawnTerminal("bash", ["--norc", "--noprofile", "-i"], {
      env: { PS1: "ready> ", TERM: "dumb", NO_COLOR: "1" },
      timeout: 30_000,
    });
    await shell.expect("ready> ");
    await shell.sendLine(program("raw", end).join(" "));
    await shell.expect(/^raw\r?\n/m);
    if (end === "SIGKILL") Deno.kill(shell.pty.foregroundProcessGroup, end);
    else await shell.send("x");
    await shell.expect("ready> ");
    await shell.sendLine("sh -c 'stty -a'");
    const { before } = await shell.expect("ready> ");
    assert.match(before, /[^-]icanon/);
    assert.match(before, /[^-]echo /);
  });
}

test("our terminal going away while it is raw is no error, and nobody stays to watch it", async () => {
  await using one = seat("raw", "dispose");
  await one.dialogue.expect("raw\n");
  const guards = () =>
    Deno.readTextFileSync(`/proc/${one.child.pid}/task/${one.child.pid}/children`);
  const [guard] = guards().split(" ").map(Number);
  assert.ok(exists(guard));
  one.pty.close(); // SIGHUP
  await one.child.wait({ timeout: 30_000 });
  while (exists(guard)) await turn();
});

for (const order of ["first", "last"]) {
  test(`to a program that goes on without its terminal it is no error that the ${order} change of it ends first`, async () => {
    await using one = seatWith({ 1: "pipe" }, "both", order);
    const said = one.child.fd(1).lines({ timeout: 30_000 });
    assert.equal((await said.next()).value, "both");
    one.pty.close();
    assert.equal((await said.next()).value, "done");
    assert.equal((await one.child.wait({ timeout: 30_000 })).code, 0);
  });
}

test("raw works where no shell may be started, and then only disposing restores", async () => {
  const pty = openPty();
  using terminal = pty.openTerminal();
  const [command, ...args] = denoCommand(
    "run",
    "--no-prompt",
    "--quiet",
    "--allow-ffi",
    fixture("pty/own_terminal.ts"),
    "raw",
    "dispose",
  );
  await using child = spawn(command, args, { terminal });
  const dialogue = new Dialogue(pty, { timeout: 30_000 });
  await dialogue.expect("raw\n");
  await dialogue.send("x");
  await dialogue.expect("done");
  assert.deepEqual(pty.modes, usual);
  await child.wait();
  pty.close();
});

test("the program at the other side that sets the terminal after us is left alone", async () => {
  await using one = seat("raw", "dispose");
  await one.dialogue.expect("raw\n");
  using terminal = one.pty.openTerminal();
  await using stty = spawn("stty", ["-echo", "icanon"], { fds: { 0: terminal } }); // as a shell with line editing does
  assert.equal((await stty.status).code, 0);
  one.child.kill("SIGKILL");
  await one.child.wait();
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(one.pty.modes, { echo: false, lines: true });
});

test("noEcho hides what is typed until its end", async () => {
  await using one = seat("silent");
  await one.dialogue.expect("silent\r\n");
  await one.dialogue.waitNoEcho();
  await one.dialogue.sendLine("secret");
  await one.dialogue.expect("loud\r\n");
  await one.dialogue.sendLine("public");
  assert.equal((await one.dialogue.expect("done")).before, "public\r\n");
});

/** The program joined with another one, seen from outside. */
function joined(...command: string[]): Terminal {
  const [deno, ...args] = program("interact", ...command);
  // With room for all that a flood shows before the program sees a key.
  return spawnTerminal(deno, args, { timeout: 30_000, columns: 90, rows: 20, maxBuffer: 1 << 26 });
}

test("interact joins the terminals until the escape character, and restores ours", async () => {
  await using outside = joined(
    "sh",
    "-c",
    'until test "$(stty size)" = "20 90"; do :; done; stty size; while read -r x; do echo got $x; done',
  );
  await outside.expect("20 90\r\n");
  await outside.sendLine("hello");
  await outside.expect("hello\r\ngot hello\r\n");
  assert.deepEqual(outside.pty.modes, { echo: false, lines: false });
  await outside.sendControl("c"); // is the inner program's, not ours
  await outside.expect("over: end\r\nended with 130\r\ndone\r\n");
  assert.deepEqual(outside.pty.modes, usual);
});

test("interact ends with the escape character, and with it what was typed before", async () => {
  await using outside = joined("cat");
  await outside.send("ab\x1d");
  await outside.expect("over: escape\r\ndone\r\n");
  assert.deepEqual(outside.pty.modes, usual);
  await outside.wait();
});

test("interact passes changes of our size on", async () => {
  await using outside = joined("/usr/bin/python3", fixture("pty/window.py"));
  await outside.expect("90x20\r\n");
  outside.resize({ columns: 100, rows: 33 });
  await outside.expect("100x33\r\n");
  await outside.sendControl("]");
  await outside.expect("over: escape\r\n");
});

test("interact leaves no program behind when ours is killed, and the terminal as it was", async () => {
  await using one = seat("interact", "sh", "-c", "echo pid $$; exec sleep 1000");
  const { captures } = await one.dialogue.expect(/pid (\d+)\r\n/);
  assert.deepEqual(one.pty.modes, { echo: false, lines: false });
  one.child.kill("SIGKILL");
  await one.child.wait();
  await restored(one.pty);
  while (exists(Number(captures[0]))) await turn();
});

test("interact shows all that comes before the end, also when a key is typed into it", async () => {
  for (let i = 0; i < times({ short: 5, soak: 50 }); i++) {
    await using outside = joined("sh", "-c", "echo up; read -r x; echo BYE");
    await outside.expect("up\r\n");
    await outside.send("a\rb");
    await outside.expect("BYE"); // the echo of b may be before the end of the line
    await outside.expect("over: end\r\nended with 0\r\n");
  }
}, { watchdog: 200 });

test("interact loses nothing at the escape character", async () => {
  const script = "i=0; while :; do i=$((i+1)); echo $i; done";
  await using outside = joined("sh", "-c", script);
  await outside.expect("\r\n1000\r\n");
  await outside.sendControl("]");
  const { before } = await outside.expect("over: escape\r\n");
  const lines = before.split("\r\n").slice(0, -1); // the last one may be cut
  lines.forEach((line, i) => assert.equal(Number(line), 1001 + i));
});

for (const end of ["given up", "escape"]) {
  test(`interact ends while nothing is taken of what it shows, and loses nothing: ${end}`, async () => {
    using output = pipe();
    await using one = seatWith({ 1: output.writer }, "flooded", "seq", "100000");
    while (pollOne(output.writer.number, platform.POLLOUT, 0)) await turn();
    assert.deepEqual(one.pty.modes, { echo: false, lines: false });
    if (end === "escape") await one.dialogue.send("\x1d");
    else one.child.kill("SIGUSR2");
    await one.dialogue.expect(`over: ${end}\r\n`);
    await restored(one.pty);
    output.writer.close();
    const lines = await Array.fromAsync(output.reader.lines());
    assert.deepEqual(lines, Array.from({ length: 100_000 }, (_, i) => `${i + 1}`));
  });
}

test("a change of size after the program's terminal was closed is no error of interact", async () => {
  using output = pipe();
  await using one = seatWith({ 1: output.writer }, "resized", "yes");
  while (pollOne(output.writer.number, platform.POLLOUT, 0)) await turn();
  one.child.kill("SIGUSR2");
  await one.dialogue.expect("over: given up\r\n");
  assert.equal((await one.child.wait({ timeout: 30_000 })).code, 0);
});

test("nor is one after our own terminal was hung up", async () => {
  using output = pipe();
  await using one = seatWith({ 1: output.writer }, "resized", "sleep", "1000");
  output.writer.close();
  const lines = output.reader.lines({ timeout: 30_000 });
  while (one.pty.modes.echo) await turn();
  await one.dialogue.send("x");
  assert.equal((await lines.next()).value, "typing");
  one.pty.close();
  assert.equal((await lines.next()).value, "over: given up");
  assert.equal((await one.child.wait({ timeout: 30_000 })).code, 0);
});

test("interact needs a terminal of our own, and one character to escape", async () => {
  const { code, said } = await outcome(program("interact", "cat"));
  assert.equal(code, 1);
  assert.match(said, /TypeError: Standard input is no terminal/);
  await using terminal = spawnTerminal("cat");
  for (const escape of ["", "ab", "é", 3 as unknown as string]) {
    await assert.rejects(terminal.interact({ escape }), TypeError);
  }
});
