/**
 * A session with a shell: gives it commands, and prints what each shows and its exit code.
 *
 *     deno run --allow-ffi --allow-run=bash examples/pty/shell.ts [MILLISECONDS COMMAND...]
 *
 * What one command changes the next one finds: the directory, variables, jobs. A command that takes too
 * long is interrupted as a person would do it, by ^C, and the shell goes on.
 */
import { EOF, spawnTerminal, TIMEOUT } from "../../pty/mod.ts";
import { numeric, operands } from "../program.ts";

const [patience = "2000", ...given] = operands("[MILLISECONDS COMMAND...]");
const timeout = numeric("MILLISECONDS", patience);
const commands = given.length > 0 ? given : ["cd /usr", "pwd", "ls nowhere", "sleep 1000 | cat"];

// A prompt that no command prints by chance, and that says how the last command has ended.
const prompt = `[${crypto.randomUUID()}]`;
await using shell = spawnTerminal("bash", ["--norc", "--noprofile", "--noediting", "-i"], {
  env: { PS1: `${prompt}$? `, TERM: "dumb" },
  echo: false, // so that only what the commands print is seen
  timeout,
});
const ready = new RegExp(`${RegExp.escape(prompt)}(\\d+) `);
await shell.expect(ready);

for (const command of commands) {
  console.log(`$ ${command}`);
  await shell.sendLine(command);
  let end = await shell.expect({ ready, ended: EOF, late: TIMEOUT });
  if (end.which === "late") {
    await shell.sendControl("c");
    end = await shell.expect({ ready });
  }
  console.log(`${end.before.replaceAll("\r", "")}(${end.captures[0] ?? "the shell has ended"})`);
  if (end.which === "ended") break;
}
if (!shell.pty.hungUp) await shell.sendEof();
console.log(`the shell ended with ${(await shell.wait({ timeout })).code}`);
