import assert from "node:assert/strict";
import { inputLines, type InputSource } from "../../pipes/mod.ts";
import { denoCommand, Program, run } from "../harness.ts";
import { library } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** Calls `use` with a directory that has a file of three lines and an empty one. */
async function withFiles(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    Deno.writeTextFileSync(`${directory}/three`, "1\n2\n3");
    Deno.writeTextFileSync(`${directory}/empty`, "");
    await use(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

const READER = `import { inputLines } from "${library("pipes")}";
  for await (const line of inputLines()) console.log("<" + line + ">");`;

test("files and commands are read one after another, each line whole", () =>
  withFiles(async (directory) => {
    const sources: InputSource[] = [
      ["echo", "from a command"],
      `${directory}/three`,
      `${directory}/empty`,
      ["printf", "a\\nb"],
      ["true"],
      `${directory}/three`,
    ];
    assert.deepEqual(
      await Array.fromAsync(inputLines(sources)),
      ["from a command", "1", "2", "3", "a", "b", "1", "2", "3"],
    );
  }));

test("leaving early ends the command and closes the file that is being read", () =>
  withFiles(async (directory) => {
    for (const source of [["yes"], `${directory}/three`] as InputSource[]) {
      for await (const line of inputLines([source, ["no-such-program"]])) {
        assert.ok(line);
        break;
      }
    }
  })); // the harness looks for children and descriptors

test("a name with a shell's characters in it is a file, never a command", () =>
  withFiles(async (directory) => {
    const strange = `${directory}/echo hacked |`;
    Deno.writeTextFileSync(strange, "only a file\n");
    assert.deepEqual(await Array.fromAsync(inputLines([strange])), ["only a file"]);
    await assert.rejects(
      Array.fromAsync(inputLines(["| touch /tmp/hacked"])),
      Deno.errors.NotFound,
    );
  }));

test("what is missing is an error when its turn comes", () =>
  withFiles(async (directory) => {
    const lines = inputLines([`${directory}/three`, ["no-such-program"]]);
    for (const n of [1, 2, 3]) assert.equal((await lines.next()).value, `${n}`);
    await assert.rejects(lines.next(), { code: "ENOENT" });
    await assert.rejects(
      Array.fromAsync(inputLines([`${directory}/none`])),
      Deno.errors.NotFound,
    );
  }));

test("a line that is too long is a RangeError", async () => {
  await assert.rejects(
    Array.fromAsync(inputLines([["cat", "/dev/zero"]], { maxLength: 1000 })),
    RangeError,
  );
});

test("without sources it is the arguments, or standard input where there are none", () =>
  withFiles(async (directory) => {
    const script = `${directory}/reader.ts`;
    Deno.writeTextFileSync(script, READER);
    const command = denoCommand("run", "-A", "--no-check", script);
    assert.equal(await run([...command, `${directory}/three`]), "<1>\n<2>\n<3>\n");
    await using reader = new Program(command);
    await reader.write("typed");
    assert.equal(await reader.line(), "<typed>");
    await using mixed = new Program([...command, `${directory}/three`, "-", `${directory}/three`]);
    for (const n of [1, 2, 3]) assert.equal(await mixed.line(), `<${n}>`);
    await mixed.write("in between");
    assert.equal(await mixed.line(), "<in between>");
  }));

test("standard input is read where it is named, be it a pipe, a file or nothing", async () => {
  const command = denoCommand("eval", READER.replace("()", '(["-", ["echo", "command"], "-"])'));
  const shell = (rest: string) => run(["sh", "-c", `"$@" ${rest}`, "sh", ...command]);
  assert.equal(await shell("</dev/null"), "<command>\n");
  const piped = await run(["sh", "-c", 'printf "a\\nb" | "$@"', "sh", ...command]);
  assert.equal(piped, "<a>\n<b>\n<command>\n");
});
