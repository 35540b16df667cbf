/**
 * Talks to a calculator both ways: a question, its answer, the next question.
 *
 *     deno run --allow-ffi --allow-run=bc,cat examples/pipes/two_way.ts [QUESTION...]
 *
 * Where there is no `bc` it talks to `cat -u`, whose answer is the question. Both answer each line at
 * once. Most programs keep their answers back as long as they write into a pipe: they need a terminal.
 */
import { hasCode, open2, type TwoWay } from "../../pipes/mod.ts";
import { operands } from "../program.ts";

const given = operands("[QUESTION...]");
const questions = given.length > 0 ? given : ["6 * 7", "2 ^ 64"];

await using calculator = start();
const answers = calculator.stdout.lines({ timeout: 5000 });
for (const question of questions) {
  await calculator.stdin.write(`${question}\n`);
  try {
    const { value: answer = "nothing" } = await answers.next();
    console.log(`${question} = ${answer}`);
  } catch (error) { // it may have complained instead
    if (!(error instanceof DOMException)) throw error;
    console.error(`${question} has no answer within 5 s`);
    Deno.exitCode = 1;
    break;
  }
}
const { code } = await calculator.close(); // its end of file: it ends
console.log(`it ended with ${code}`);

function start(): TwoWay {
  try {
    return open2("bc", ["-q"]);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    return open2("cat", ["-u"]);
  }
}
