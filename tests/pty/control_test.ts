import assert from "node:assert/strict";
import { EOF, spawnTerminal, type Terminal } from "../../pty/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** A shell with job control, at its prompt. */
async function shell(): Promise<Terminal> {
  const terminal = spawnTerminal("bash", ["--norc", "--noprofile", "-i"], {
    env: { PS1: "ready> ", TERM: "dumb" },
    timeout: 20_000,
  });
  await terminal.expect("ready> ");
  return terminal;
}

/** What a command prints. */
async function printed(terminal: Terminal, command: string): Promise<string> {
  await terminal.sendLine(command);
  await terminal.expect(`${command}\r\n`);
  return (await terminal.expect("ready> ")).before;
}

test(
  "the terminal controls its program: tty, stty size, /dev/tty and the session say so",
  async () => {
    await using terminal = await shell();
    assert.equal(await printed(terminal, "tty"), `${terminal.pty.path}\r\n`);
    assert.equal(await printed(terminal, "stty size"), "24 80\r\n");
    assert.equal(await printed(terminal, "echo asked > /dev/tty"), "asked\r\n");
    const columns = await printed(terminal, "ps -o pid= -o pgid= -o sid= -o tty= -p $$");
    const { pid } = terminal.child;
    const tty = terminal.pty.path.replace("/dev/", "");
    assert.equal(columns.trim().replace(/ +/g, " "), `${pid} ${pid} ${pid} ${tty}`);
  },
  { needs: ["procps"] },
);

test("^C interrupts the program in the foreground, not the shell", async () => {
  await using terminal = await shell();
  await terminal.sendLine("sh -c 'echo u\"\"p; exec sleep 1000'");
  await terminal.expect("\nup\r\n");
  assert.notEqual(terminal.pty.foregroundProcessGroup, terminal.child.pid);
  await terminal.sendControl("c"); // its echo comes after the signal, so perhaps not before the prompt
  await terminal.expect("ready> ");
  assert.equal(await printed(terminal, "echo $?"), "130\r\n");
  assert.equal(terminal.pty.foregroundProcessGroup, terminal.child.pid);
});

test("^Z stops a job, which jobs shows and fg continues", async () => {
  await using terminal = await shell();
  await terminal.sendLine("sh -c 'echo u\"\"p; exec cat'");
  await terminal.expect("\nup\r\n");
  await terminal.sendControl("z");
  await terminal.expect("Stopped");
  await terminal.expect("ready> ");
  assert.match(await printed(terminal, "jobs"), /^\[1\]\+ {2}Stopped .*exec cat'\r\n$/);
  await terminal.sendLine("fg");
  await terminal.expect("exec cat'\r\n");
  await terminal.sendLine("still here");
  await terminal.expect("still here\r\nstill here\r\n");
  await terminal.sendEof();
  await terminal.expect("ready> ");
  assert.equal(await printed(terminal, "jobs"), "");
});

test("^\\ leaves no doubt, ^S holds the output and ^Q lets it go", async () => {
  await using terminal = spawnTerminal("cat", [], { timeout: 20_000 });
  await terminal.sendControl("s");
  await terminal.sendLine("held");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(terminal.tryExpect("held"), undefined);
  await terminal.sendControl("q");
  await terminal.expect(/held[^]*held/); // the echo and cat's, both let go at once, so perhaps mixed
  await terminal.sendControl("\\");
  assert.equal((await terminal.wait()).signal, "SIGQUIT");
});

test("sendControl knows all control characters, and nothing else", async () => {
  await using terminal = spawnTerminal("cat", [], { raw: true, timeout: 20_000 });
  for (const key of "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_?") await terminal.sendControl(key);
  await terminal.sendControl("a");
  const all = String.fromCharCode(...Array(32).keys(), 127, 1);
  assert.equal((await terminal.expect(all)).before, "");
  for (const key of ["", "cc", "1", " ", "é", 3 as unknown as string]) {
    await assert.rejects(terminal.sendControl(key), TypeError);
  }
});

test("sendEof types the character that the terminal has for it", async () => {
  await using terminal = spawnTerminal("sh", ["-c", "stty eof x; echo set; cat; echo ended"], {
    timeout: 20_000,
  });
  await terminal.expect("set\r\n");
  assert.equal(terminal.pty.endOfFileByte, "x".charCodeAt(0));
  await terminal.sendEof();
  assert.equal((await terminal.expect(EOF)).before, "ended\r\n");
});

test("sendEof refuses where the terminal has no such character", async () => {
  await using terminal = spawnTerminal("sh", ["-c", "stty eof undef; echo set; cat"]);
  await terminal.expect("set", { timeout: 20_000 });
  await assert.rejects(terminal.sendEof(), TypeError);
  await assert.rejects(terminal.sendLine(null as unknown as string), TypeError);
});

test("slow sending types one character after the other, and can be given up", async () => {
  const pieces: string[] = [];
  await using terminal = spawnTerminal("cat", [], {
    raw: true,
    timeout: 20_000,
    transcript: ({ direction, data }) => {
      if (direction === "sent") pieces.push(new TextDecoder().decode(data));
    },
  });
  await terminal.send("a€b", { delay: 20 });
  assert.deepEqual(pieces, ["a", "€", "b"]);
  await terminal.expect("a€b");
  await assert.rejects(terminal.send("abcdef", { delay: 1000, timeout: 20 }), {
    name: "TimeoutError",
  });
  while (pieces.length < 4) await new Promise((resolve) => setTimeout(resolve, 5)); // told in a later turn
  assert.deepEqual(pieces.slice(3), ["a"]);
  for (const delay of [-1, NaN, Infinity]) {
    await assert.rejects(terminal.send("x", { delay }), RangeError);
  }
  await assert.rejects(terminal.send(3 as unknown as string), TypeError);
});
