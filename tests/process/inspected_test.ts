import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn, type SpawnOptions } from "../../process/mod.ts";
import { denoCommand, run } from "../harness.ts";
import {
  binary,
  identity,
  inspect,
  type Inspection,
  inspector,
  parse,
  removeInspector,
} from "../fixtures/inspected.ts";
import { program } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

addEventListener("unload", removeInspector);

const NONE = "0000000000000000";

/** A set of signals as /proc shows it. */
function set(...signals: number[]): string {
  const bits = signals.reduce((sum, signal) => sum | 1n << BigInt(signal - 1), 0n);
  return bits.toString(16).padStart(16, "0");
}

/** What the inspector finds when Perl starts it and tells no more than we do. */
function status(): Record<string, string> {
  const lines = Deno.readTextFileSync("/proc/self/status").split("\n");
  return Object.fromEntries(
    lines.filter(Boolean).map((line) => {
      const [name, value] = line.split(":");
      return [name, value.trim().replaceAll(/\s+/g, " ")];
    }),
  );
}

function assertDefault({ is, fds }: Inspection): void {
  assert.deepEqual(Object.keys(fds), ["0", "1", "2"]);
  assert.deepEqual([fds[0].file, fds[2].file], [identity(0), identity(2)]);
  for (const fd of Object.values(fds)) {
    assert.deepEqual([fd.blocking, fd.closeOnExec], ["blocking", "kept"]);
  }
  assert.deepEqual([is.SigBlk, is.SigIgn, is.SigCgt], [NONE, NONE, NONE]);
}

test(
  "a child by default has 0, 1 and 2, no blocked or ignored signal, and is as we are",
  async () => {
    const child = await inspect();
    assertDefault(child);
    const ours = status();
    const [, , , , pgid, sid] = Deno.readTextFileSync("/proc/self/stat").split(" ");
    const { is } = child;
    assert.deepEqual([is.ppid, is.pgid, is.sid], [`${Deno.pid}`, pgid, sid]);
    for (const name of ["Uid", "Gid", "Groups", "Umask", "CapEff", "CapPrm", "CapInh"]) {
      assert.equal(is[name], ours[name], name);
    }
    assert.equal(child.cwd, Deno.cwd());
    assert.deepEqual(child.argv, [inspector]);
    const environment = Deno.readFileSync("/proc/self/environ");
    const entries = Buffer.from(environment).toString("latin1").split("\0").slice(0, -1);
    for (const entry of child.env) { // Deno may have changed its own since it was started
      const [name] = entry.split("=");
      assert.ok(entries.includes(entry) || Deno.env.has(name), entry);
    }
    assert.ok(child.env.length >= entries.length);
  },
  { needs: ["gcc"] },
);

test(
  "50 children started at once, while we open and close descriptors, get no other's",
  async () => {
    const busy = { on: true };
    const opening = Promise.all([1, 2, 3, 4].map(async () => {
      while (busy.on) {
        using file = await Deno.open("/dev/zero");
        await file.read(new Uint8Array(1));
      }
    }));
    try {
      const children = await Promise.all(
        Array.from(
          { length: 50 },
          async (_, i) => [i, await inspect({ env: { N: `${i}` } })] as const,
        ),
      );
      for (const [i, child] of children) {
        assertDefault(child);
        assert.ok(child.env.includes(`N=${i}`));
      }
      assert.equal(
        new Set(children.map(([, { fds }]) => fds[1].file)).size,
        50,
      );
    } finally {
      busy.on = false;
      await opening;
    }
  },
  { needs: ["gcc"] },
);

test("what Perl blocks and ignores when it starts us does not reach the child", async () => {
  const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    await spawn(${JSON.stringify(inspector)}).wait();`;
  const perl = `use POSIX; $SIG{$_} = "IGNORE" for qw(HUP INT QUIT USR2 TTOU PIPE);
    sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM, SIGUSR1, 28)); exec @ARGV or die $!`;
  const { is } = parse(await run(["perl", "-e", perl, ...denoCommand("eval", code)]));
  assert.deepEqual([is.SigBlk, is.SigIgn, is.SigCgt], [NONE, NONE, NONE]);
}, { needs: ["gcc", "perl"] });

test("blocked signals are those of signalMask, by name or number", async () => {
  const signalMask = ["SIGTERM", "HUP", 10, "SIGRTMIN+3", "SIGRTMAX", "SIGCLD"];
  const { is } = await inspect({ signalMask });
  assert.deepEqual([is.SigBlk, is.SigIgn], [set(15, 1, 10, 37, 64, 17), NONE]);
  const all = await inspect({ signalMask: Array.from({ length: 64 }, (_, i) => i + 1) });
  // SIGKILL and SIGSTOP cannot be, and 32 and 33 are glibc's own.
  const possible = Array.from({ length: 64 }, (_, i) => i + 1)
    .filter((signal) => ![9, 19, 32, 33].includes(signal));
  assert.equal(all.is.SigBlk, set(...possible));
}, { needs: ["gcc"] });

test("ignored signals are those of ignoreSignals", async () => {
  const { is } = await inspect({ ignoreSignals: ["SIGTERM", "HUP", 10, "SIGRTMIN+3", "SIGPIPE"] });
  assert.deepEqual([is.SigBlk, is.SigIgn], [NONE, set(15, 1, 10, 37, 13)]);
}, { needs: ["gcc"] });

test("what cannot be ignored, or not by way of a shell, is refused", async () => {
  for (const signal of ["SIGCHLD", "SIGKILL", "SIGSTOP"]) {
    await assert.rejects(inspect({ ignoreSignals: [signal] }), {
      name: "TypeError",
      message: `A child cannot be made to ignore ${signal}`,
    });
  }
}, { needs: ["gcc"] });

test("umask is set in the child alone, from 0 to 0o777", async () => {
  const before = status().Umask;
  for (const umask of [0, 0o27, 0o777]) {
    const child = await inspect({ umask });
    assert.equal(child.is.Umask, umask.toString(8).padStart(4, "0"));
    assertDefault(child);
  }
  assert.equal(status().Umask, before);
}, { needs: ["gcc"] });

test(
  "a function that bash would take from the environment is not run in place of a word of ours",
  async () => {
    const code = `const child = process.spawn("true", [], { umask: 0o22, ignoreSignals: ["HUP"] });
    console.log(child.waitSync().code);`;
    const hijacked = ["umask", "test", "[", "trap", "shift", "exec", "case", "unset"].map((word) =>
      `BASH_FUNC_${word}%%=() { echo hijacked; exit 9; }`
    );
    const inside = 'mount --bind "$(command -v bash)" /bin/sh && exec "$@"';
    const ours = ["unshare", "--mount", "bash", "-c", inside, "bash", "env", ...hijacked];
    assert.equal(await run([...ours, ...program(code)]), "0\n");
  },
  { needs: ["root", "unshare"] },
);

test(
  "options that bash would take from the environment are not obeyed, and no code in PS4 is run",
  async () => {
    // Not as root, for whom bash has a PS4 of its own.
    const code =
      `const child = process.spawn("env", [], { umask: 0o22, ignoreSignals: ["HUP"], fds: { 2: 1, 1: "pipe" } });
    const lines = (await Array.fromAsync(child.fd(1).lines())).filter((line) => /^hijacked|SHELLOPTS|BASHOPTS|^KEPT/.test(line));
    console.log((await child.wait()).code, lines.join());`;
    const inside =
      'mount --bind "$(command -v bash)" /bin/sh && exec setpriv --reuid=65534 --clear-groups "$@"';
    const ours = [
      "unshare",
      "--mount",
      "bash",
      "-c",
      inside,
      "bash",
      "env",
      "KEPT=yes",
      "PS4=$(echo hijacked >&2)",
    ];
    for (const options of [["SHELLOPTS=xtrace"], ["SHELLOPTS=noexec", "BASHOPTS=extdebug"]]) {
      assert.equal(
        await run([...ours, ...options, ...program(code)]),
        "0 KEPT=yes\n",
        options.join(),
      );
    }
  },
  { needs: ["root", "unshare", "another user who may run Deno and read this clone"] },
);

const HOSTILE = [
  "",
  " ",
  "ä€😀",
  "a\nb\r\tc",
  `"'\`\\`,
  "$(touch /tmp/deno_ipc_test_pwned); `id`; ${HOME} && * ? [a-z] ~ #",
  "-n",
  "--",
  "-",
  "\x01\x7f\x1b[31m",
  "x".repeat(100_000),
];

for (const options of [{}, { umask: 0o22 }, { ignoreSignals: ["SIGHUP"] }] as SpawnOptions[]) {
  const how = Object.keys(options).join() || "default";
  test(`hostile arguments arrive byte for byte (${how})`, async () => {
    const { argv } = await inspect(options, HOSTILE);
    assert.deepEqual(argv.slice(1), HOSTILE.map(binary));
  }, { needs: ["gcc"] });

  test(`hostile values of variables arrive byte for byte (${how})`, async () => {
    const env = Object.fromEntries(HOSTILE.map((value, i) => [`V${i}`, value]));
    const child = await inspect({ ...options, env, clearEnv: true });
    // The shell that sets umask and ignored signals adds this one.
    const values = child.env.filter((entry) => how === "default" || !entry.startsWith("PWD="));
    assert.deepEqual(
      values.sort(),
      Object.entries(env).map(([k, v]) => binary(`${k}=${v}`)).sort(),
    );
  }, { needs: ["gcc"] });

  test(
    how === "default"
      ? "variables of any name arrive, also those that a shell has its own ideas of"
      : `a shell's own variables are its own, and others need names that it could have (${how})`,
    async () => {
      const env = {
        "a.b": "1",
        "BASH_FUNC_x%%": "() { :; }",
        "x y": "2",
        "1": "one",
        "ä": "ö",
        PWD: "/nowhere",
        OLDPWD: "/old",
        IFS: "x",
        OPTIND: "7",
        PPID: "x",
        PS1: "p",
        ENV: "/nonexistent",
        PATH: "/nowhere",
        HOME: "",
        _: "_",
      };
      const child = await inspect({ ...options, env, clearEnv: true, cwd: "/" });
      const shells = /^(PWD|OLDPWD|IFS|OPTIND|PPID)$|[^A-Za-z_]/; // what the doc of umask leaves open
      const sure = ([name]: string[]) => how === "default" || !shells.test(name);
      const expected = Object.entries(env).filter(sure).map(([k, v]) => binary(`${k}=${v}`));
      const found = child.env.filter((entry) => sure(entry.split("=")));
      assert.deepEqual(found.sort(), expected.sort());
    },
    { needs: ["gcc"] },
  );

  test(`argv[0] is the command as it was given (${how})`, async () => {
    const { argv } = await inspect(options, [], inspector.replace("/inspect", "/./inspect"));
    // A shell has the path of what it starts.
    assert.equal(
      argv[0],
      how === "default" ? inspector.replace("/inspect", "/./inspect") : inspector,
    );
  }, { needs: ["gcc"] });
}

test("arg0 is what the child finds as argv[0], empty and hostile ones too", async () => {
  for (const arg0 of ["-sh", "", "$(x)\nä"]) {
    assert.deepEqual((await inspect({ arg0 }, ["a"])).argv, [binary(arg0), "a"]);
  }
}, { needs: ["gcc"] });

test("variables are set, left out, or only those that are named", async () => {
  Deno.env.set("DENO_IPC_OURS", "ours");
  Deno.env.set("DENO_IPC_GONE", "x");
  Deno.env.delete("DENO_IPC_GONE");
  try {
    const named = ({ env }: Inspection) => env.filter((e) => e.startsWith("DENO_IPC_")).sort();
    assert.deepEqual(named(await inspect()), ["DENO_IPC_OURS=ours"]);
    assert.deepEqual(named(await inspect({ env: { DENO_IPC_OURS: "new", DENO_IPC_NEW: "" } })), [
      "DENO_IPC_NEW=",
      "DENO_IPC_OURS=new",
    ]);
    assert.deepEqual(named(await inspect({ env: { DENO_IPC_OURS: undefined } })), []);
    assert.deepEqual((await inspect({ clearEnv: true })).env, []);
    assert.deepEqual((await inspect({ clearEnv: true, env: { A: "1", B: undefined } })).env, [
      "A=1",
    ]);
  } finally {
    Deno.env.delete("DENO_IPC_OURS");
  }
}, { needs: ["gcc"] });

test("an inherited value that is no UTF-8 arrives as it is, whatever else is set", async () => {
  const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    await spawn(${JSON.stringify(inspector)}, [], { env: { MORE: "1" } }).wait();`;
  const perl = `$ENV{BYTES} = "\\xff\\xfe"; exec @ARGV or die $!`;
  const { env } = parse(await run(["perl", "-e", perl, ...denoCommand("eval", code)]));
  assert.ok(env.includes("BYTES=\xff\xfe") && env.includes("MORE=1"), env.join("\n"));
}, { needs: ["gcc", "perl"] });

test("the directory is cwd, absolute or relative to ours, ours stays", async () => {
  const before = Deno.cwd();
  for (const cwd of ["/", "/usr/bin", "/usr/../tmp", "."]) {
    assert.equal((await inspect({ cwd })).cwd, Deno.realPathSync(cwd));
  }
  assert.equal(Deno.cwd(), before);
}, { needs: ["gcc"] });

test("a process group of its own, one that exists, and a session", async () => {
  const own = (await inspect({ processGroup: "new" })).is;
  assert.deepEqual([own.pgid, own.sid], [own.pid, (await inspect()).is.sid]);
  await using leader = spawn("cat", [], { fds: { 0: "pipe", 1: "null" }, processGroup: "new" });
  const member = (await inspect({ processGroup: leader.pid })).is;
  assert.equal(member.pgid, `${leader.pid}`);
  const session = (await inspect({ session: true })).is;
  assert.deepEqual([session.pgid, session.sid], [session.pid, session.pid]);
}, { needs: ["gcc"] });

test("the leader of a session leads its process group as well, asked for or not", async () => {
  const { is } = await inspect({ session: true, processGroup: "new" });
  assert.deepEqual([is.pgid, is.sid], [is.pid, is.pid]);
}, { needs: ["gcc"] });

test("user, group and groups are set in all four places, and no capability is left", async () => {
  const before = status();
  const { is } = await inspect({ uid: 65534, gid: 65533, groups: [7, 8, 4_000_000_000] });
  assert.equal(is.Uid, "65534 65534 65534 65534");
  assert.equal(is.Gid, "65533 65533 65533 65533");
  assert.equal(is.Groups, "7 8 4000000000");
  assert.deepEqual([is.CapEff, is.CapPrm, is.CapInh], [NONE, NONE, NONE]);
  assert.equal((await inspect({ gid: 5 })).is.Gid, "5 5 5 5");
  assert.equal((await inspect({ groups: [] })).is.Groups, "");
  assert.equal((await inspect({ uid: 1, umask: 0o77 })).is.Uid, "1 1 1 1");
  const after = status();
  for (const name of ["Uid", "Gid", "Groups", "CapEff", "CapPrm"]) {
    assert.equal(after[name], before[name]);
  }
}, { needs: ["gcc", "root"] });

test("all our threads are who they were, after a spawn as another and after one that fails", () => {
  const threads = () =>
    [...Deno.readDirSync("/proc/self/task")].flatMap(({ name }) => {
      try {
        const text = Deno.readTextFileSync(`/proc/self/task/${name}/status`);
        return [/^Uid.*\nGid.*$/m.exec(text)![0] + /^Groups.*$/m.exec(text)![0]];
      } catch {
        return []; // the thread has ended
      }
    });
  const before = new Set(threads());
  assert.equal(before.size, 1);
  const other = { uid: 65534, gid: 65534, groups: [1, 2] };
  spawn("true", [], other).waitSync();
  assert.deepEqual(new Set(threads()), before);
  assert.throws(() => spawn("true", ["x".repeat(200_000)], other), { code: "E2BIG" });
  assert.throws(() => spawn("true", [], { ...other, cwd: "/nonexistent" }), { code: "ENOENT" });
  assert.throws(
    () => spawn("true", [], { ...other, groups: Array.from({ length: 70_000 }, (_, i) => i) }),
    { syscall: "setgroups", code: "EINVAL" },
  );
  assert.deepEqual(new Set(threads()), before);
}, { needs: ["root"] });

test("a child of another user cannot execute what that user may not, and we learn it", () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    Deno.copyFileSync("/bin/true", `${directory}/true`);
    Deno.chmodSync(directory, 0o700);
    const command = `${directory}/true`;
    assert.throws(() => spawn(command, [], { uid: 65534, gid: 65534, groups: [] }), {
      code: "EACCES",
      path: command,
    });
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}, { needs: ["root"] });

test("a spawn as another user leaves our process dumpable, as it was", async () => {
  const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    const { prctl } = Deno.dlopen("libc.so.6", { prctl: { parameters: ["i32"], result: "i32" } }).symbols;
    const PR_GET_DUMPABLE = 3;
    const before = prctl(PR_GET_DUMPABLE);
    await spawn("true", [], { uid: 65534, gid: 65534, groups: [] }).wait();
    console.log(before, prctl(PR_GET_DUMPABLE));`;
  assert.equal(await run(denoCommand("eval", code)), "1 1\n");
}, { needs: ["root"] });

test("workers that spawn as another user at once leave our process dumpable", async () => {
  const library = new URL("../../process/mod.ts", import.meta.url).href;
  const work = `import { spawn } from "${library}";
    for (let i = 0; i < 100; i++) spawn("true", [], { uid: 65534, gid: 65534, groups: [] }).waitSync();
    postMessage("done");`;
  const code =
    `const { prctl } = Deno.dlopen("libc.so.6", { prctl: { parameters: ["i32"], result: "i32" } }).symbols;
    const PR_GET_DUMPABLE = 3;
    const url = "data:text/javascript," + encodeURIComponent(${JSON.stringify(work)});
    await Promise.all([1, 2, 3].map(() => {
      const worker = new Worker(url, { type: "module" });
      return new Promise((resolve) => worker.onmessage = resolve).finally(() => worker.terminate());
    }));
    console.log(prctl(PR_GET_DUMPABLE));`;
  assert.equal(await run(denoCommand("eval", code)), "1\n");
}, { needs: ["root"] });

test("one who is not root gets EPERM from the call that sets the user", async () => {
  const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    for (const options of [{ uid: 5 }, { gid: 5 }, { groups: [5] }]) {
      try { spawn("true", [], options) } catch (error) { console.log(error.syscall, error.code) }
    }
    console.log((await spawn("true").wait()).code);`;
  const powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
  assert.deepEqual((await run([...powerless, ...denoCommand("eval", code)])).trim().split("\n"), [
    "setresuid EPERM",
    "setresgid EPERM",
    "setgroups EPERM",
    "0",
  ]);
}, { needs: ["root"] });
