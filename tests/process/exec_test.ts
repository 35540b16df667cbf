import assert from "node:assert/strict";
import { denoCommand, Program, run } from "../harness.ts";
import { inspector, parse, removeInspector } from "../fixtures/inspected.ts";
import { library, program, WARM } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

addEventListener("unload", removeInspector);

const NONE = "0000000000000000";

/** Calls `use` with a directory that has `files` in it. */
async function withFiles(
  files: Record<string, string>,
  use: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    for (const [name, text] of Object.entries(files)) {
      Deno.mkdirSync(`${directory}/${name}/..`.replace(/[^/]+\/\.\.$/, ""), { recursive: true });
      Deno.writeTextFileSync(`${directory}/${name}`, text);
    }
    await use(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

test(
  "the new program has our number, and the arguments and environment that it is given",
  async () => {
    const code = `Deno.env.set("KEPT", "1");
    console.log(Deno.pid);
    process.exec(${
      JSON.stringify(inspector)
    }, ["", "a b", "ü$(x)\\n"], { arg0: "other", env: { ADDED: "ü=", HOME: undefined } });`;
    const output = await run(program(code));
    const { is, argv, env, cwd } = parse(output.slice(output.indexOf("\n") + 1));
    assert.equal(is.pid, output.split("\n")[0]);
    assert.deepEqual(argv, ["other", "", "a b", "\u00c3\u00bc$(x)\n"]);
    assert.ok(env.includes("KEPT=1") && env.includes("ADDED=\u00c3\u00bc="));
    assert.ok(!env.some((entry) => entry.startsWith("HOME=")));
    assert.equal(cwd, Deno.cwd());
    const bare = `process.exec(${
      JSON.stringify(inspector)
    }, [], { clearEnv: true, env: { A: "b" } })`;
    assert.deepEqual(parse(await run(program(bare))).env, ["A=b"]);
  },
  { needs: ["gcc"] },
);

test("it finds no blocked signal, SIGPIPE by default, and no descriptor of ours", async () => {
  const code = `Deno.addSignalListener("SIGUSR1", () => {});
    Deno.addSignalListener("SIGTERM", () => {});
    const file = Deno.openSync("/dev/null");
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const ends = pipes.pipe();
    const child = process.spawn("cat", [], { fds: { 0: "pipe", 1: "pipe" } });
    child.fd(1).read(new Uint8Array(1));
    await Deno.readTextFile("/etc/passwd");
    process.exec(${JSON.stringify(inspector)});`;
  const perl = `use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGUSR2, SIGCHLD));
    POSIX::close($_) for 3 .. 1023; exec @ARGV or die $!`;
  const { is, fds } = parse(await run(["perl", "-e", perl, ...program(code)]));
  assert.deepEqual([is.SigBlk, is.SigCgt], [NONE, NONE]);
  const SIGPIPE = 1n << 12n;
  assert.equal(BigInt(`0x${is.SigIgn}`) & SIGPIPE, 0n); // others may have been ignored before us
  assert.deepEqual(Object.keys(fds), ["0", "1", "2"]);
}, { needs: ["gcc", "perl"] });

test("a descriptor that is not close-on-exec goes along", async () => {
  const code = `const ends = pipes.pipe();
    ends.reader.closeOnExec = false;
    ends.writer.writeSync("through exec");
    process.exec("head", ["-c", "12", "/dev/fd/" + ends.reader.number]);`;
  assert.equal(await run(program(code)), "through exec");
});

test("a command is looked up in PATH or from our directory, also a script", () =>
  withFiles({ "bin/tool": `#!/bin/sh\necho "tool $1 $0"\n` }, async (directory) => {
    Deno.chmodSync(`${directory}/bin/tool`, 0o755);
    const exec = (command: string) => `process.exec("${command}", ["x"])`;
    const path = `Deno.env.set("PATH", "/nonexistent:${directory}/bin");`;
    assert.equal(await run(program(path + exec("tool"))), `tool x ${directory}/bin/tool\n`);
    const there = `Deno.chdir("${directory}");`;
    assert.match(await run(program(there + exec("./bin/tool"))), /^tool x \/.*bin\/tool\n$/);
    assert.equal(await run(program(there + `process.exec("pwd")`)), `${directory}\n`);
  }));

test("an exec that fails is an error with its command, and we go on as before", () =>
  withFiles({ "text": "no program", "script": "#!/no/such/interpreter\n" }, async (directory) => {
    for (const name of ["text", "script"]) Deno.chmodSync(`${directory}/${name}`, 0o755);
    const code =
      `const status = () => Deno.readTextFileSync("/proc/thread-self/status").match(/^Sig(Blk|Ign|Cgt).*$/gm).join();
      let got = 0;
      Deno.addSignalListener("SIGUSR1", () => got++);
      const before = status();
      for (const [command, args] of [["no-such-program", []], ["/etc", []], ["/etc/passwd", []],
          ["${directory}/text", []], ["${directory}/script", []], ["true", ["x".repeat(200_000)]]]) {
        try { process.exec(command, args) } catch (error) { console.log(error.code, error.path === command) }
      }
      console.log(status() === before);
      const ends = pipes.pipe();
      ends.reader.close();
      try { ends.writer.writeSync("x") } catch (error) { console.log(error.code) }
      Deno.kill(Deno.pid, "SIGUSR1");
      while (got === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      for (const [command, args, options] of [["a\\0b", []], ["true", ["a\\0b"]], ["true", [], { env: { "A=": "" } }]]) {
        try { process.exec(command, args, options) } catch (error) { console.log(error.name) }
      }
      console.log((await process.capture("echo", ["goes on"])).text());`;
    const lines = (await run(program(code))).trim().split("\n");
    assert.deepEqual(lines, [
      "ENOENT true",
      "EACCES true",
      "EACCES true",
      "ENOEXEC true",
      "ENOENT true",
      "E2BIG true",
      "true",
      "EPIPE",
      "TypeError",
      "TypeError",
      "TypeError",
      "goes on",
    ]);
  }));

test("without --allow-run neither exec nor reexec does anything, nor does daemonize or a fork", () => {
  const code = `import * as process from "${library("process")}";
    import { background, daemonize, ensureForkable, exec, fork, reexec, spawnModule, capture } from "${
    library("process")
  }";
    import { forkReader, open2, open3, pipeline, readFrom, writeTo } from "${library("pipes")}";
    const attempts = [() => exec("true"), () => exec("/bin/true"), reexec, ensureForkable, daemonize, () => fork(() => {}),
      () => background("true"), () => spawnModule("file:///x.ts"), () => capture("true"), () => readFrom("true"),
      () => writeTo("true"), () => open2("true"), () => open3("true"), () => pipeline([["true"]]), () => forkReader(() => {}),
      () => process.spawn("true")];
    for (const attempt of attempts) {
      try { await attempt(); console.log("done", attempt) } catch (error) { console.log(error.name) }
    }`;
  return withFiles({ "main.ts": code }, async (directory) => {
    const flags = ["--no-prompt", "--no-check", "--allow-ffi", "--allow-read", "--allow-env"];
    const command = denoCommand("run", ...flags, `${directory}/main.ts`);
    assert.equal(await run(command), "NotCapable\n".repeat(16));
    const scoped = [...command.slice(0, -1), "--allow-run=false", command.at(-1)!];
    assert.equal(await run(scoped), "NotCapable\n".repeat(16));
  });
});

const AGAIN = `import { reexec } from "${library("process")}";
  const round = Number(Deno.env.get("ROUND") ?? 0);
  console.log([Deno.pid, Deno.cwd(), Deno.args.join("+")].join(" "));
  if (round < Number(Deno.env.get("ROUNDS") ?? 1)) {
    Deno.env.set("ROUND", String(round + 1));
    if (Deno.env.has("GO")) Deno.chdir(Deno.env.get("GO"));
    reexec();
  }`;

/** Runs a script as if from `directory`, which changes to "/" and starts itself anew: what each round prints. */
async function rounds(
  directory: string,
  words: string[],
  env: Record<string, string> = { GO: "/" },
): Promise<string[]> {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const output = await run(["env", "-C", directory, ...settings, ...denoCommand(...words)]);
  return output.trim().split("\n");
}

test("a program that starts itself anew keeps number, arguments and flags", async () => {
  const code = `console.log(Deno.pid, Deno.env.get("ROUND") ?? 0, typeof gc);
    if (!Deno.env.has("ROUND")) { Deno.env.set("ROUND", "1"); process.reexec(); }`;
  const [first, second] = (await run(program(code, "--v8-flags=--expose-gc"))).split("\n");
  const [pid, ...rest] = first.split(" ");
  assert.deepEqual(rest, ["0", "function"]);
  assert.equal(second, `${pid} 1 function`);
});

test("a relative script is found again after chdir, and begins where it was started first", () =>
  withFiles({ "main.ts": AGAIN, "below/main.ts": AGAIN, "run": AGAIN }, async (directory) => {
    const flags = ["run", "-A", "--no-check"];
    for (const script of ["main.ts", "./main.ts", "below/main.ts", "././below/main.ts"]) {
      const lines = await rounds(directory, [...flags, script, "a b", "main.ts"]);
      assert.equal(lines.length, 2);
      assert.equal(lines[0], lines[1], script);
      assert.match(lines[0], new RegExp(`^\\d+ ${directory} a b\\+main.ts$`));
    }
    const [before, after] = await rounds(`${directory}/below`, [...flags, "../main.ts", "x"]);
    assert.equal(before.split(" ")[1], `${directory}/below`);
    assert.equal(after, before.replace(`${directory}/below`, "/"));
    const absolute = await rounds(directory, [...flags, `${directory}/main.ts`]);
    assert.deepEqual(absolute.map((line) => line.split(" ")[1]), [directory, "/"]);
  }));

for (
  const words of [
    ["run", "--ext=ts", "-A", "--no-check", "run", "x"],
    ["run", "-A", "--ext=ts", "--no-check", "./run", "x"],
    ["run", "--config", "deno.json", "-A", "--ext", "ts", "--no-check", "run", "x"],
    ["run", "-A", "--no-check", "--preload", "other/main.ts", "main.ts", "x"],
  ]
) {
  test(`a script is found among words that are like it: deno ${words.join(" ")}`, () =>
    withFiles(
      { "run": AGAIN, "main.ts": AGAIN, "deno.json": "{}", "other/main.ts": "" },
      async (directory) => {
        const lines = await rounds(directory, words);
        assert.equal(lines.length, 2, lines.join());
        assert.deepEqual(lines[0], lines[1]);
        assert.equal(lines[1].split(" ")[2], "x");
      },
    ));
}

test("20 times in a row it is still the same process, with no more descriptors", () =>
  withFiles({
    "main.ts": AGAIN.replace(
      "Deno.cwd()",
      `[...Deno.readDirSync("/proc/self/fd")].length`,
    ),
  }, async (directory) => {
    const words = ["run", "-A", "--no-check", "main.ts", "x"];
    const lines = await rounds(directory, words, { ROUNDS: "20" });
    assert.equal(lines.length, 21);
    assert.equal(new Set(lines.map((line) => line.split(" ")[0])).size, 1, lines.join("\n"));
    // Deno has some more open now and then, for itself; what was left open would be one more each time.
    const open = lines.map((line) => Number(line.split(" ")[1]));
    assert.ok(Math.min(...open.slice(-10)) < Math.min(...open.slice(0, 10)) + 8, open.join());
  }), { watchdog: 180 });

test("a daemon's SIGHUP: it starts itself anew in its handler, and hears the next one as well", async () => {
  const code = `Deno.addSignalListener("SIGHUP", () => process.reexec());
    console.log("up", Deno.pid);
    setInterval(() => {}, 1e6);`;
  await using daemon = new Program(program(code));
  for (let i = 0; i < 4; i++) {
    assert.equal(await daemon.line(), `up ${daemon.pid}`);
    daemon.kill("SIGHUP");
  }
});

test("it starts itself anew although its Deno has been replaced on disk", () => {
  const replace = `const path = Deno.execPath();
    Deno.removeSync(path); Deno.renameSync(path + ".new", path); reexec();`;
  return withFiles({ "main.ts": AGAIN.replace("reexec();", replace) }, async (directory) => {
    const real = Deno.realPathSync(Deno.execPath());
    for (const name of ["deno", "deno.new"]) {
      try {
        Deno.linkSync(real, `${directory}/${name}`);
      } catch {
        Deno.copyFileSync(real, `${directory}/${name}`); // on another device
      }
    }
    const words = [`${directory}/deno`, "run", "-A", "--no-check", `${directory}/main.ts`];
    assert.equal((await run(words)).trim().split("\n").length, 2);
  });
});

test("a program that was read from standard input is not started anew, for it is gone", async () => {
  const code = `import { reexec } from "${library("process")}";
    try { reexec() } catch (error) { console.log(error.name) }`;
  const words = denoCommand("run", "-A", "-");
  assert.equal(await run(["sh", "-c", 'printf %s "$0" | "$@"', code, ...words]), "TypeError\n");
});

test("starting anew that fails leaves the program in its directory, and its pid file its own", async () => {
  const code = `import { daemonize, reexec } from "${library("process")}";
    const pidFile = Deno.args[0];
    await daemonize({ pidFile, stdout: pidFile + ".out" });
    Deno.chdir("/usr");
    Deno.env.set("LARGE", "x".repeat(200_000));
    try { reexec() } catch (error) { console.log(error.code, Deno.cwd()) }
    Deno.env.delete("LARGE");
    const { stdout } = new Deno.Command("ls", { args: ["-l", "/proc/self/fd"] }).outputSync();
    console.log(new TextDecoder().decode(stdout).includes(pidFile));`;
  await withFiles({ "main.ts": code }, async (directory) => {
    await run(["env", "-C", directory, ...denoCommand("run", "-A", "main.ts", `${directory}/pid`)]);
    const out = `${directory}/pid.out`;
    while (Deno.readTextFileSync(out).split("\n").length < 3) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(Deno.readTextFileSync(out), "E2BIG /usr\nfalse\n");
  });
});

test("starting anew without a descriptor left is EMFILE and changes nothing", () => {
  const code = `import { reexec } from "${library("process")}";
    ${WARM}
    Deno.chdir("/usr");
    const again = () => { try { reexec() } catch (error) { return error.code } };
    Deno.env.set("LARGE", "x".repeat(200_000));
    const open = [again()];
    try { for (;;) open.push(Deno.openSync("/dev/null")) } catch { /* there is none left */ }
    Deno.env.delete("LARGE");
    console.log(open[0], again(), Deno.cwd());`;
  return withFiles({ "main.ts": code }, async (directory) => {
    const limited = ["sh", "-c", 'cd "$1" && shift && ulimit -n 100 && exec "$@"', "sh", directory];
    const command = denoCommand("run", "-A", "--no-check", "main.ts");
    assert.equal(await run([...limited, ...command]), "E2BIG EMFILE /usr\n");
  });
});
