import assert from "node:assert/strict";
import { denoCommand, run, test } from "../harness.ts";

const module = new URL("../../process/mod.ts", import.meta.url);

/** What comes of starting each of `attempts` (source text) in a program with `flags`. */
async function outcomes(flags: string[], ...attempts: string[]): Promise<string[]> {
  const code = `import { spawn } from "${module}";
    const quiet = { fds: { 0: "null", 1: "null", 2: "null" } };
    const attempts = [${attempts.map((attempt) => `() => ${attempt}`).join()}];
    for (const attempt of attempts) {
      try { console.log("ended with", (await attempt().wait()).code) } catch (error) { console.log(error.name) }
    }`;
  const path = Deno.makeTempFileSync({ prefix: "deno_ipc_test_", suffix: ".ts" });
  try {
    Deno.writeTextFileSync(path, code);
    const command = denoCommand("run", "--no-prompt", "--no-check", "--allow-ffi", ...flags, path);
    return (await run(command)).trim().split("\n");
  } finally {
    Deno.removeSync(path);
  }
}

const REFUSED = "NotCapable";
const WORKS = "ended with 0";

/** The absolute path of a program. */
async function which(name: string): Promise<string> {
  return (await run(["sh", "-c", 'command -v "$0"', name])).trim();
}

test("without --allow-run nothing is started, although FFI is allowed", async () => {
  const path = await which("true");
  const attempts = [
    `spawn("true")`,
    `spawn(${JSON.stringify(path)})`,
    `spawn("true", [], { umask: 0o22 })`,
    `spawn("true", [], { ignoreSignals: ["SIGHUP"] })`,
    `spawn("true", [], { clearEnv: true, session: true })`,
  ];
  for (const flags of [[], ["--allow-read", "--allow-env", "--allow-write", "--allow-net"]]) {
    assert.deepEqual(await outcomes(flags, ...attempts), attempts.map(() => REFUSED));
  }
});

test("a run permission for one program is enough for that one, by name and by path", async () => {
  const [path, other] = [await which("true"), await which("false")];
  const attempts = [
    `spawn("true")`,
    `spawn(${JSON.stringify(path)})`,
    `spawn("true", [], { umask: 0o22 })`,
    `spawn("false")`,
    `spawn(${JSON.stringify(other)})`,
    `spawn("sh", ["-c", "true"])`,
    `spawn("/bin/sh", ["-c", "true"])`,
  ];
  const expected = [WORKS, WORKS, WORKS, REFUSED, REFUSED, REFUSED, REFUSED];
  for (const flag of ["--allow-run=true", `--allow-run=${path}`]) {
    assert.deepEqual(await outcomes([flag], ...attempts), expected, flag);
  }
});

test("a program that was denied is refused where all others are allowed", async () => {
  const flags = ["--allow-run", "--deny-run=true"];
  const attempts = [`spawn("true")`, `spawn("true", [], { umask: 0 })`, `spawn("sh", ["-c", ":"])`];
  assert.deepEqual(await outcomes(flags, ...attempts), [REFUSED, REFUSED, WORKS]);
});

test("the program that is asked for is the one that is started, whatever is linked on its way", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    Deno.mkdirSync(`${directory}/allowed`);
    Deno.mkdirSync(`${directory}/other/below`, { recursive: true });
    for (const [name, code] of [["allowed", 0], ["other", 7]] as const) {
      Deno.writeTextFileSync(`${directory}/${name}/tool`, `#!/bin/sh\nexit ${code}\n`);
      Deno.chmodSync(`${directory}/${name}/tool`, 0o755);
    }
    Deno.symlinkSync(`${directory}/other/below`, `${directory}/allowed/link`);
    // To the kernel this is other/tool; read as text it is allowed/tool.
    const [outcome] = await outcomes(
      [`--allow-run=${directory}/allowed/tool`],
      `spawn("${directory}/allowed/link/../tool", [], quiet)`,
    );
    assert.ok(outcome === REFUSED || outcome === WORKS, `${outcome}: the other one was started`);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

test("what makes the linker load code is refused where a program is denied: it could run that", async () => {
  const flags = ["--allow-run", "--deny-run=/bin/sh"];
  const attempts = [`spawn("true", [], { env: { LD_PRELOAD: "" } })`, `spawn("true")`];
  assert.deepEqual(await outcomes(flags, ...attempts), [REFUSED, WORKS]);
});

test("what makes the linker load code needs permission to run anything, as Deno has it", async () => {
  const attempts = [
    `spawn("true", [], { env: { LD_PRELOAD: "" } })`,
    `spawn("true", [], { env: { LD_LIBRARY_PATH: "/nonexistent" }, clearEnv: true })`,
    `spawn("true", [], { env: { DYLD_INSERT_LIBRARIES: "" } })`,
    `spawn("true", [], { env: { OTHER: "" } })`,
  ];
  const scoped = await outcomes(["--allow-run=true"], ...attempts);
  assert.deepEqual(scoped, [REFUSED, REFUSED, REFUSED, WORKS]);
  assert.deepEqual(await outcomes(["--allow-run"], ...attempts), [WORKS, WORKS, WORKS, WORKS]);
});

test("setting it in our own environment first is no way around that", async () => {
  const attempts = [
    `(Deno.env.set("LD_LIBRARY_PATH", "/nonexistent"), spawn("true"))`,
    `spawn("true", [], { env: { A: "1" } })`,
    `spawn("true", [], { clearEnv: true })`,
  ];
  const flags = ["--allow-env", "--allow-run=true"];
  assert.deepEqual(await outcomes(flags, ...attempts), [REFUSED, REFUSED, WORKS]);
});

test("a refusal says what would be needed, and has no side effect", async () => {
  const code = `import { spawn } from "${module}";
    const count = () => { let n = 0; for (let fd = 3; fd < 100; fd++) try { Deno.lstatSync("/dev/fd/" + fd); n++ } catch {} return n };
    const before = count();
    try { spawn("true", [], { fds: { 0: "pipe" } }) } catch (error) { console.log(error.message) }
    console.log(count() - before);`;
  const path = Deno.makeTempFileSync({ prefix: "deno_ipc_test_", suffix: ".ts" });
  try {
    Deno.writeTextFileSync(path, code);
    const flags = ["--no-prompt", "--no-check", "--allow-ffi", "--allow-read"];
    const [message, more] = (await run(denoCommand("run", ...flags, path))).trim().split("\n");
    assert.match(
      message,
      /^Requires run access to "\/.*\/true", run again with --allow-run=\/.*\/true$/,
    );
    assert.equal(more, "0");
  } finally {
    Deno.removeSync(path);
  }
});

test("with FFI limited to the C library's path everything works all the same", async () => {
  const code = `import { spawn } from "${module}";
    const child = spawn("cat", [], { fds: { 0: "pipe", 1: "pipe" }, env: { A: "b" }, umask: 0o22 });
    await child.fd(0).write("through\\n");
    child.fd(0).close();
    for await (const line of child.fd(1).lines()) console.log(line);
    console.log((await child.wait()).code);
    try { spawn("cat", ["x".repeat(200_000)]) } catch (error) { console.log(error.code) }`;
  const path = Deno.makeTempFileSync({ prefix: "deno_ipc_test_", suffix: ".ts" });
  try {
    Deno.writeTextFileSync(path, code);
    const libc = `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
    const flags = ["--no-prompt", "--no-check", `--allow-ffi=${libc}`, "--allow-run=cat"];
    assert.equal(await run(denoCommand("run", ...flags, path)), "through\n0\nE2BIG\n");
  } finally {
    Deno.removeSync(path);
  }
});
