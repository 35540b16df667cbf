import assert from "node:assert/strict";
import { exec, spawn, spawnModule, type SpawnOptions, SyscallError } from "../../process/mod.ts";
import { denoCommand, run } from "../harness.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { capture, communicate, retrying } from "../../process/mod.ts";

const module = new URL("../../process/mod.ts", import.meta.url);

/** A directory for the files of one test. */
function scratch(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

function script(path: string, text: string, mode = 0o755): string {
  Deno.writeTextFileSync(path, text);
  Deno.chmodSync(path, mode);
  return path;
}

const ways: Record<string, SpawnOptions> = {
  "by default": {},
  "with a umask": { umask: 0o22 },
  "with ignored signals": { ignoreSignals: ["SIGHUP"] },
};

for (const [how, options] of Object.entries(ways)) {
  test(`a command that cannot be executed is an error of spawn itself, ${how}`, async () => {
    using directory = scratch();
    const { path } = directory;
    const start = async (command: string) => {
      await using _child = spawn(command, [], options);
    };
    const fails = (command: string, code: string) =>
      assert.rejects(start(command), {
        name: "SyscallError",
        syscall: "posix_spawn",
        code,
        path: command,
      });
    await fails("no-such-command", "ENOENT");
    await fails(`${path}/none`, "ENOENT");
    await fails(script(`${path}/plain`, "#!/bin/sh\n", 0o644), "EACCES");
    await fails(path, "EACCES");
    await fails(`${path}/plain/below`, "ENOTDIR");
    Deno.symlinkSync(`${path}/loop`, `${path}/loop`);
    await fails(`${path}/loop`, "ELOOP");
    await fails(`${path}/${"x".repeat(300)}`, "ENAMETOOLONG");
    await fails(script(`${path}/lost`, "#!/nonexistent/interpreter\n"), "ENOENT");
  });

  test(`a file without #! is ENOEXEC and never handed to a shell, ${how}`, async () => {
    using directory = scratch();
    const { path } = directory;
    for (const text of [`touch ${path}/ran\n`, "", "\0\0\0\0", `: ; touch ${path}/ran`]) {
      const command = script(`${path}/headless`, text);
      await assert.rejects(async () => {
        await using child = spawn(command, [], { ...options, fds: { 2: "null" } });
        await child.wait();
      }, { name: "SyscallError", code: "ENOEXEC", path: command });
    }
    assert.throws(() => Deno.statSync(`${path}/ran`), Deno.errors.NotFound);
  });

  test(`arguments that are too large are E2BIG, ${how}`, async () => {
    await assert.rejects(async () => {
      await using _child = spawn("true", ["x".repeat(131_072)], options);
    }, { code: "E2BIG", path: "true" });
    await assert.rejects(async () => {
      await using _child = spawn("true", Array(100).fill("x".repeat(131_000)), options);
    }, { code: "E2BIG" });
    await assert.rejects(async () => {
      await using _child = spawn("true", [], { ...options, env: { BIG: "x".repeat(131_072) } });
    }, { code: "E2BIG" });
    assert.equal((await spawn("true", ["x".repeat(131_071)], options).wait()).code, 0);
  });

  test(`a directory that one cannot change to is an error of chdir with its path, ${how}`, async () => {
    using directory = scratch();
    const file = script(`${directory.path}/file`, "");
    const bad: [string, string][] = [
      ["/nonexistent", "ENOENT"],
      [file, "ENOTDIR"],
      ["", "ENOENT"],
      [`${directory.path}/${"x".repeat(300)}`, "ENAMETOOLONG"],
    ];
    for (const [cwd, code] of bad) {
      await assert.rejects(async () => {
        await using _child = spawn("true", [], { ...options, cwd });
      }, { name: "SyscallError", syscall: "chdir", code, path: cwd });
    }
  });
}

test("a command is looked up in our PATH, not in the child's, before its directory applies", async () => {
  using directory = scratch();
  const { path } = directory;
  for (const name of ["one", "two", "one/here", "two/here"]) Deno.mkdirSync(`${path}/${name}`);
  const say = (what: string) => `#!/bin/sh\necho ${what} "$0"\n`;
  script(`${path}/one/tool`, say("one"));
  script(`${path}/two/tool`, say("two"));
  script(`${path}/one/only`, say("refused"), 0o644);
  script(`${path}/two/here/tool`, say("two/here"));
  script(`${path}/one/here/tool`, say("one/here"));
  const code = `import { spawn } from "${module}";
    async function say(command, options) {
      try {
        await using child = spawn(command, [], { ...options, fds: { 1: "pipe" } });
        for await (const line of child.fd(1).lines()) console.log(line.replace("${path}", ""));
      } catch (error) {
        console.log(error.code, error.path);
      }
    }
    await say("tool");
    await say("tool", { env: { PATH: "${path}/two" } });
    await say("tool", { env: { PATH: "${path}/two" }, clearEnv: true });
    await say("tool", { cwd: "${path}/two" });
    await say("only");
    await say("./tool", { cwd: "${path}/two" });
    await say("../two/tool", { cwd: "/" });
    await say("here/tool", { cwd: "${path}/two" });
    await say("/nonexistent/tool");
    await say("missing", { env: { PATH: "${path}" } });
    Deno.env.set("PATH", "${path}/two");
    await say("tool");
    Deno.env.set("PATH", "here:${path}/two");
    await say("tool", { cwd: "/" });
    Deno.env.set("PATH", "/nonexistent::${path}/two");
    await say("tool", { cwd: "/" });
    Deno.env.set("PATH", "");
    await say("tool");
    Deno.env.delete("PATH");
    await say("tool");
    await say("true");`;
  const shell = [
    "sh",
    "-c",
    'cd "$0/one" && PATH="$0/one:$0/two:/usr/bin:/bin" && exec "$@"',
    path,
  ];
  const output = await run([...shell, ...denoCommand("eval", code)]);
  assert.deepEqual(output.trim().split("\n"), [
    "one /one/tool",
    "one /one/tool",
    "one /one/tool",
    "one /one/tool",
    "EACCES only",
    "one /one/tool",
    "two /two/tool",
    "one/here /one/here/tool",
    "ENOENT /nonexistent/tool",
    "ENOENT missing",
    "two /two/tool",
    "one/here /one/here/tool",
    "one /one/tool",
    "one /one/tool",
    "ENOENT tool",
  ]);
});

test("misuse is a TypeError or RangeError that names what is wrong, before anything is started", () => {
  const bad: [() => unknown, RegExp][] = [
    [() => spawn("tr\0ue"), /^TypeError: Command must be a string without NUL/],
    [() => spawn(""), /^TypeError: Command must be/],
    [() => spawn(5 as never), /^TypeError: Command must be/],
    [
      () => spawn("true", ["a", "b\0"]),
      /^TypeError: Argument 2 of true must be a string without NUL/,
    ],
    [() => spawn("true", [5 as never]), /^TypeError: Argument 1 of true/],
    [() => spawn("true", [], { arg0: "\0" }), /^TypeError: Argument 0 of true/],
    [() => spawn("true", [], { arg0: 5 as never }), /^TypeError: Argument 0 of true/],
    [() => spawn("true", [], { env: { "": "x" } }), /^TypeError: Name of a variable/],
    [() => spawn("true", [], { env: { "A\0": "x" } }), /^TypeError: Name of a variable/],
    [() => spawn("true", [], { env: { A: "x\0" } }), /^TypeError: Value of A/],
    [() => spawn("true", [], { env: { A: 5 as never } }), /^TypeError: Value of A/],
    [() => spawn("true", [], { cwd: "/\0" }), /^TypeError: .* NUL/],
    [() => spawn("true", [], { cwd: 5 as never }), /^TypeError: .*[Dd]irectory|cwd/],
    [() => spawn("true", [], { uid: -1 }), /^RangeError: User /],
    [() => spawn("true", [], { uid: 0xffff_ffff }), /^RangeError: User /],
    [() => spawn("true", [], { gid: NaN }), /^RangeError: Group /],
    [() => spawn("true", [], { gid: "5" as never }), /^TypeError: Group /],
    [() => spawn("true", [], { groups: [1, 2.5] }), /^RangeError: Group /],
    [() => spawn("true", [], { umask: 0o1000 }), /^RangeError: umask /],
    [() => spawn("true", [], { umask: "022" as never }), /^TypeError: umask /],
    [() => spawn("true", [], { signalMask: ["SIGNONE"] }), /^TypeError: Unknown signal/],
    [() => spawn("true", [], { signalMask: [0] }), /^RangeError: Signal /],
    [() => spawn("true", [], { signalMask: [65] }), /^RangeError: Signal /],
    [() => spawn("true", [], { ignoreSignals: ["$(id)"] }), /^TypeError: Unknown signal/],
    [() => spawn("true", [], { ignoreSignals: [NaN] }), /^RangeError: Signal /],
  ];
  for (const [action, expected] of bad) assert.throws(action, expected);
});

test('a process group is "new" or a number from 1 on', async () => {
  for (const processGroup of [0, -1, 1.5, NaN, 2 ** 31, "other", null, true] as never[]) {
    await assert.rejects(async () => {
      await using _child = spawn("true", [], { processGroup });
    }, /^(TypeError|RangeError): (Process group|processGroup) /);
  }
});

test("a process group that does not exist or is another session's is EPERM", () => {
  assert.throws(() => spawn("true", [], { processGroup: 0x7fff_ffff }), {
    code: "EPERM",
    path: "true",
  });
});

test("all signals that cannot be ignored are refused where they are asked to be", () => {
  for (const signal of ["SIGKILL", "SIGSTOP"]) {
    using stack = new DisposableStack();
    assert.throws(
      () => stack.use(spawn("true", [], { ignoreSignals: [signal] })),
      /SIGKILL|SIGSTOP/,
    );
  }
});

test("an error of spawn is a SyscallError that says what the command was", () => {
  try {
    spawn("no-such-command");
    assert.fail("started");
  } catch (error) {
    assert.ok(error instanceof SyscallError);
    assert.equal(
      error.message,
      "posix_spawn failed: No such file or directory (ENOENT): no-such-command",
    );
    assert.deepEqual([error.errno, error.path], [2, "no-such-command"]);
  }
});

test("arguments that are no array are refused, and not taken for one", () => {
  const expected = { name: "TypeError", message: /^Arguments must be an array of strings, before/ };
  for (const args of ["-l", { cwd: "/" }, 5, null]) {
    assert.throws(() => spawn("true", args as unknown as string[]), expected);
    assert.throws(() => spawnModule(import.meta.url, args as unknown as string[]), expected);
    assert.throws(() => exec("true", args as unknown as string[]), expected);
  }
});

test("null and other kinds of values where an object or a list belongs are a TypeError that names them", async () => {
  const none = null as never;
  const text = "12" as never;
  const map = new Map([["A", "b"]]) as never;
  const cases: [RegExp, () => unknown][] = [
    [/^Arguments must be an array/, () => spawn("true", none)],
    [/^env must be an object, got null/, () => spawn("true", [], { env: none })],
    [/^env must be an object, got "12"/, () => spawn("true", [], { env: text })],
    [/^env must be an object, got an object \(Map\)/, () => spawn("true", [], { env: map })],
    [
      /^env must be an object, got an object \(Array\)/,
      () => spawn("true", [], { env: ["A=b"] as never }),
    ],
    [/^fds must be an object, got null/, () => spawn("true", [], { fds: none })],
    [/^fds must be an object, got an object \(Map\)/, () => spawn("true", [], { fds: map })],
    [/^fds must be an object, got null/, () => capture("true", [], { fds: none })],
    [/^groups must be an array, got "12"/, () => spawn("true", [], { groups: text })],
    [/^groups must be an array, got null/, () => spawn("true", [], { groups: none })],
    [/^signalMask must be an array, got "12"/, () => spawn("true", [], { signalMask: text })],
    [/^ignoreSignals must be an array, got null/, () => spawn("true", [], { ignoreSignals: none })],
    [/^Input must be .* got null/, () => capture("true", [], { input: none })],
    [/^Child must be a Child, got null/, () => communicate(none)],
    [/^What is tried must be a function, got null/, () => retrying(none)],
    [/^Module must be a URL .* got "\/worker.ts"/, () => spawnModule("/worker.ts")],
    [
      /^permissions must be an object, got null/,
      () => spawnModule("file:///x", [], { permissions: none }),
    ],
  ];
  for (const [message, attempt] of cases) {
    await assert.rejects(async () => void await attempt(), { name: "TypeError", message });
  }
});
