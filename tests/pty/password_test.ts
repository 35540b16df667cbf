import assert from "node:assert/strict";
import { EOF, spawnTerminal, type TranscriptEntry } from "../../pty/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { fixture } from "../harness.ts";

const program = ["/usr/bin/python3", [fixture("pty/password.py")]] as const;

test("waitNoEcho waits until a password is not shown, and the transcript never has it", async () => {
  const entries: (TranscriptEntry & { text: string })[] = [];
  await using terminal = spawnTerminal(...program, {
    timeout: 20_000,
    transcript: (entry) => entries.push({ ...entry, text: new TextDecoder().decode(entry.data) }),
  });
  await terminal.expect("name: ");
  assert.deepEqual(terminal.pty.modes, { echo: true, lines: true });
  await assert.rejects(terminal.waitNoEcho({ timeout: 30 }), {
    name: "TimeoutError",
    message: "Timed out after 30 ms waiting for a line without echo; nothing was seen",
  });
  const silent = terminal.waitNoEcho();
  await terminal.sendLine("alice");
  await silent;
  await terminal.sendLine("s3cret");
  await terminal.expect("alice has 6 characters, the first is s\r\n");
  await terminal.expect(EOF);
  assert.deepEqual(
    entries.filter(({ direction }) => direction === "sent").map(({ text, hidden }) => [
      text,
      hidden,
    ]),
    [["alice\r", false], ["", true]],
  );
  const received = entries.filter(({ direction }) => direction === "received");
  assert.equal(
    received.map(({ text }) => text).join(""),
    "name: alice\r\npassword: \r\nalice has 6 characters, the first is s\r\n",
  );
});

test("waitNoEcho is not content with a shell that shows what is typed itself", async () => {
  await using shell = spawnTerminal("bash", ["--norc", "--noprofile", "-i"], {
    env: { PS1: "ready> ", TERM: "dumb" },
    timeout: 20_000,
  });
  await shell.expect("ready> ");
  while (shell.pty.modes.lines) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.equal(shell.pty.modes.echo, false);
  await assert.rejects(shell.waitNoEcho({ timeout: 50 }), { name: "TimeoutError" });
  const waiting = shell.waitNoEcho();
  await shell.sendLine("read -rs secret; echo; echo it has ${#secret} characters");
  await waiting;
  await shell.sendLine("12345");
  await shell.expect("it has 5 characters\r\n");
});

test("waitNoEcho ends with the terminal, with its signal, and with the closing", async () => {
  await using gone = spawnTerminal("true", [], { timeout: 20_000 });
  await assert.rejects(gone.waitNoEcho(), { name: "EndOfFileError" });
  await using cat = spawnTerminal("cat");
  const controller = new AbortController();
  const waiting = cat.waitNoEcho({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(waiting, { message: "enough" });
  const closed = cat.waitNoEcho();
  cat.pty.close();
  await assert.rejects(closed, { name: "TypeError", message: "Fd is closed" });
});

test("waitNoEcho is not held up by a banner that is longer than the terminal holds", async () => {
  const script = "seq 20000; stty -echo; read x; echo got $x";
  await using terminal = spawnTerminal("sh", ["-c", script], { timeout: 20_000 });
  await terminal.waitNoEcho();
  await terminal.sendLine("it");
  const { before } = await terminal.expect("got it\r\n");
  assert.ok(before.startsWith("1\r\n2\r\n") && before.endsWith("\r\n20000\r\n"));
});
