import assert from "node:assert/strict";
import { EOF, spawnTerminal, type Terminal } from "../../pty/mod.ts";
import { directory, outcome } from "../fixtures/examples.ts";
import { ended } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { denoCommand, Program, run } from "../harness.ts";

/** How to run an example as its own header says, with nothing allowed beyond that. */
function example(name: string, ...args: unknown[]): string[] {
  const path = `examples/pty/${name}.ts`;
  const file = new URL(`../../${path}`, import.meta.url);
  const line = new RegExp(` \\* {5}deno (.+) ${RegExp.escape(path)}`);
  const [, flags] = Deno.readTextFileSync(file).match(line)!;
  const [command, ...permissions] = flags.split(" ");
  const quietly = ["--quiet", "--no-prompt"];
  return denoCommand(command, ...quietly, ...permissions, file.pathname, ...args.map(String));
}

/** An example in a terminal, as a person has it. */
function seat(name: string, ...args: unknown[]): Terminal {
  const [command, ...words] = example(name, ...args);
  return spawnTerminal(command, words, { timeout: 30_000, env: { NO_COLOR: "1" } });
}

test("the shell example's commands share a shell, and print and end as bash has it", async () => {
  const commands = ["ls /nowhere", "(exit 41)", "printf 'a\\nb'", "kill -9 $BASHPID | cat; true"];
  const alone = await Promise.all(commands.map((one) => outcome(["bash", "-c", one])));
  const expected = alone.map(({ code, printed, said }, i) =>
    `$ ${commands[i]}\n${said.replace(/^bash: line \d+: /, "")}${printed}(${code})\n`
  );
  const shared = ["cd /usr; number=6", "echo $PWD $((7 * number))"];
  assert.equal(
    await run(example("shell", 20_000, ...commands, ...shared)),
    `${expected.join("")}$ ${shared[0]}\n(0)\n$ ${shared[1]}\n/usr 42\n(0)\n` +
      "the shell ended with 0\n",
  );
});

test("the shell example interrupts what takes too long, and sees the shell's own end", async () => {
  assert.equal(
    await run(example("shell", 10_000, "sleep 1000 | cat", "echo on", "exit 7", "echo never")),
    "$ sleep 1000 | cat\n\n(130)\n$ echo on\non\n(0)\n$ exit 7\nexit\n(the shell has ended)\n" +
      "the shell ended with 7\n",
  );
});

/** What the password example prints for this password, which it has not in its transcript. */
async function granted(password: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(password));
  return `Password: (typed in secret)\nits SHA-256 is ${new Uint8Array(digest).toHex()}\n` +
    "the password is not in the transcript\n";
}

test("the password example types what comes through a pipe", async () => {
  const piped = ["sh", "-c", 'echo "open sesame" | "$@"', "sh", ...example("password")];
  assert.equal(await run(piped), await granted("open sesame"));
}, { needs: ["python"] });

test("the password example asks a person for it, and nobody sees it", async () => {
  await using person = seat("password");
  await person.expect("please:\r\n");
  await person.waitNoEcho();
  await person.sendLine("open sesame");
  const { before } = await person.expect(EOF);
  assert.equal(before.replaceAll("\r", ""), await granted("open sesame"));
  assert.equal((await person.wait()).code, 0);
}, { needs: ["python"] });

test("the repl example has Python's own answers, and tells errors from them", async () => {
  const answer = (await run(["python3", "-c", "print(3 ** 99)"])).trim();
  const questions = ["3 ** 99", "x = 5", "'Traceback', x", "print('so far'); {}['x']", "1 +"];
  assert.equal(
    await run(example("repl", ...questions)),
    `3 ** 99: ${answer}\nx = 5: no answer\n'Traceback', x: ('Traceback', 5)\n` +
      "print('so far'); {}['x']: error, KeyError: 'x'\n1 +: error, SyntaxError: invalid syntax\n",
  );
}, { needs: ["python"] });

test("the repl example asks bc where there is no Python", async () => {
  using bin = directory();
  Deno.symlinkSync((await run(["sh", "-c", "command -v bc"])).trim(), `${bin.path}/bc`);
  const questions = ["2 ^ 64", "x = 6", "x * 7", "1 / 0", "1 +", "10"];
  const output = await run(["env", `PATH=${bin.path}`, ...example("repl", ...questions)]);
  assert.equal(
    output.replace(/(?<=adr=|standard_in\) )\d+/g, "N"), // where bc has found them
    "2 ^ 64: 18446744073709551616\nx = 6: no answer\nx * 7: 42\n" +
      "1 / 0: error, Runtime error (func=(main), adr=N): Divide by zero\n" +
      "1 +: error, (standard_in) N: syntax error\n10: 10\n",
  );
}, { needs: ["bc"] });

/** A screen of the pager example: lines of the file from one on, and what is in the last line. */
function screen(first: number, last: string): string {
  const lines = Array.from({ length: 23 }, (_, i) => `| line ${first + i}\n`);
  return `${lines.join("")}| ${last}\n`;
}

test("the pager example shows what is on the screen of less", async () => {
  using temporary = directory();
  const file = `${temporary.path}/file`;
  Deno.writeTextFileSync(file, Array.from({ length: 100 }, (_, i) => `line ${i + 1}\n`).join(""));
  const ending = `at the end:\n${screen(78, "less is ready")}less ended with 0\n`;
  assert.equal(
    await run(example("pager", file, 42)),
    `after the search for 42:\n${screen(42, "less is ready")}${ending}`,
  );
  assert.equal(
    await run(example("pager", file, "x+")),
    `there is no x+:\n${screen(1, "Pattern not found  (press RETURN)")}${ending}`,
  );
}, { needs: ["less"] });

test("the tool example's own tests pass with what they say they need", async () => {
  const output = await run(["env", "NO_COLOR=1", ...example("tool_test")]);
  assert.match(output, /\nok \| 5 passed \| 0 failed /);
}, { watchdog: 240 }); // seven programs one after the other, and the compiler before them

test("the buffering example has its answer from a pipe when that is closed, and at once from a terminal", async () => {
  assert.equal(
    await run(example("buffering", "Grüße, x")),
    "in a pipe: no answer within 500 ms\nin a pipe, once it is closed: GRüßE, X\n" +
      "in a terminal: GRüßE, X\n",
  );
});

test("the login example gives the keyboard to a person, and takes it back", async () => {
  await using person = seat("login", "alice");
  await person.expect("Welcome alice, who has a password of 6 characters. ");
  await person.expect("$ ");
  assert.deepEqual(person.pty.modes, { echo: false, lines: false });
  await person.sendLine("cd /usr; echo $((6 * 7))");
  await person.expect("\n42\r\n$ ");
  await person.send("echo never"); // and no Enter key
  await person.expect("echo never");
  await person.sendControl("]");
  await person.expect("taken back; you were in /usr\r\nthe session ended with 0\r\n");
  assert.equal((await person.expect(EOF)).before, "");
  assert.deepEqual(person.pty.modes, { echo: true, lines: true });
});

test("the login example says how the session ended if the person ends it", async () => {
  await using person = seat("login");
  await person.expect("Welcome guest");
  await person.expect("$ ");
  await person.sendLine("exit 9");
  await person.expect("the session ended with 9\r\n");
  assert.equal((await person.wait()).code, 0);
});

test("the login example takes pexpect for a person", async () => {
  const script = `
import pexpect, sys
example = pexpect.spawn(sys.argv[1], sys.argv[2:], timeout=30, encoding="utf-8")
for expected, typed in [["Welcome bob", ""], ["$ ", "cd /tmp\\r"], ["$ ", "\\x1d"]]:
    example.expect_exact(expected)
    example.send(typed)
example.expect(pexpect.EOF)
print(example.before.strip())`;
  assert.equal(
    await run(["/usr/bin/python3", "-c", script, ...example("login", "bob")]),
    "taken back; you were in /tmp\r\nthe session ended with 0\n",
  );
}, { needs: ["pexpect"] });

test("the fleet example says who is ready as soon as he is, and leaves none of them", async () => {
  using temporary = directory();
  const when = (file: string) => `until test -e ${temporary.path}/${file}; do sleep 0.01; done`;
  const last = `${when("last")}; echo trouble; exit 1`;
  const second = `${when("second")}; echo ready as $$; exec sleep 1000`;
  const first = "echo listening as $$; exec sleep 1000";
  await using program = new Program(example("fleet", last, second, first));
  const pids: number[] = [];
  const line = async (expected: string) => {
    const line = await program.line();
    assert.equal(line.replace(/ as (\d+)$/, ""), expected);
    pids.push(Number(line.match(/ as (\d+)$/)?.[1]));
  };
  await line(`${first}: listening`);
  Deno.writeTextFileSync(`${temporary.path}/second`, "");
  await line(`${second}: ready`);
  Deno.writeTextFileSync(`${temporary.path}/last`, "");
  await line(`${last}: ended too early, trouble`);
  assert.equal((await program.end()).code, 0);
  for (const pid of pids.slice(0, 2)) await ended(pid);
});
