/**
 * Asks an interactive interpreter questions, and tells its answers from its errors.
 *
 *     deno run --allow-ffi --allow-run=python3,bc examples/pty/repl.ts [QUESTION...]
 *
 * Where there is no Python it asks `bc`.
 */
import { stripVTControlCharacters } from "node:util";
import { hasCode, spawnTerminal } from "../../pty/mod.ts";
import { operands } from "../program.ts";

const given = operands("[QUESTION...]");
const questions = given.length > 0 ? given : ["2 ** 64", "x = 6", "x * 7", "1 / 0"];

// An error ends with the prompt too, so it is not found before all of it has come; and it begins before
// the prompt, so it is found first.
const python = {
  command: ["python3", "-i", "-q"],
  term: "dumb",
  prompt: ">>> ",
  error: /^(?:Traceback| {2}File )[^]*?\r\n(\w.*)\r\n>>> /m,
};
const bc = {
  command: ["bc", "-q"],
  term: "xterm",
  prompt: "\x1b[?2004h", // it has none but this, which switches the bracketed paste on
  error: /^(.*error.*)\r\n[^\r\n]*\[\?2004h/m,
};

const [{ prompt, error }, repl] = start();
await using _ = repl;
await repl.expect(prompt);
for (const question of questions) {
  await repl.sendLine(question);
  await repl.expect(`${question}\r\n`); // the echo
  const found = await repl.expect({ error, answer: prompt });
  const text = found.which === "error" ? `error, ${found.captures[0]}` : found.before;
  console.log(`${question}: ${stripVTControlCharacters(text).trim() || "no answer"}`);
}

function start() {
  try {
    return open(python);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    return open(bc);
  }
}

function open(interpreter: typeof python) {
  const { command: [name, ...args], term } = interpreter;
  const env = { TERM: term, PYTHON_BASIC_REPL: "1" };
  return [interpreter, spawnTerminal(name, args, { env, columns: 1000, timeout: 10_000 })] as const;
}
