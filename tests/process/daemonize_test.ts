import assert from "node:assert/strict";
import { denoCommand, fixture, run } from "../harness.ts";
import { ended, exists, library } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** What a daemon does here: says in `log` what it is, and waits. `$` is its directory. */
const DAEMON = `import { daemonize, ensureForkable, Fd, fork, reexec } from "${library("process")}";
  import { MessageQueue } from "${library("sysv")}";
  const directory = Deno.args[0];
  const { kept, ...options } = JSON.parse(Deno.args[1]);
  const log = (what) => Deno.writeTextFileSync(directory + "/log", what + "\\n", { append: true });
  if (kept) options.keep = { [kept]: Fd.open(directory + "/kept") };
  if (Deno.args[2] === "forks") ensureForkable();
  const daemon = await daemonize(options);
  log("daemon " + Deno.pid);
  log("environment " + Object.keys(Deno.env.toObject()).filter((name) => name.startsWith("DENO_IPC")));
  switch (Deno.args[2]) {
    case "ready": setTimeout(() => { log("ready"); daemon.ready(); }, 30); break;
    case "fail": daemon.fail(new Error(Deno.args[3])); Deno.exit(4); break;
    case "throw": throw new Error("thrown before it was ready");
    case "die": Deno.kill(Deno.pid, "SIGKILL"); break;
    case "exit": Deno.exit(5); break;
    case "wait": {
      const inVain = setTimeout(() => daemon.fail("it still waits"), 20_000);
      {
        using queue = MessageQueue.create("private");
        log(await queue.receive({ timeout: 100 }).catch(({ name }) => name));
      }
      clearTimeout(inVain);
      daemon.ready(); // and may be killed from here on
      break;
    }
    case "forks": {
      if (Deno.env.has("FORKED")) break;
      fork(() => {
        Deno.env.set("FORKED", "yes");
        reexec();
      });
      daemon.ready();
      break;
    }
    case "anew": Deno.addSignalListener("SIGHUP", () => reexec()); daemon.ready();
  }
  setInterval(() => {}, 1e6);`;

/** A directory with the program in it, and all daemons that log there: killed in the end. */
class Place implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  readonly log = `${this.directory}/log`;
  readonly pidFile = `${this.directory}/pid`;

  constructor() {
    Deno.chmodSync(this.directory, 0o777);
    Deno.writeTextFileSync(`${this.directory}/main.ts`, DAEMON);
    Deno.writeTextFileSync(this.log, "");
    Deno.chmodSync(this.log, 0o666);
  }

  command(options: Record<string, unknown>, ...args: string[]): string[] {
    const script = `${this.directory}/main.ts`;
    const words = [script, this.directory, JSON.stringify(options), ...args];
    return denoCommand("run", "-A", "--no-check", ...words);
  }

  /** Runs the starter: its exit code, and what it prints as errors. */
  async start(options: Record<string, unknown> = {}, ...args: string[]) {
    const [command, ...words] = this.command({ ready: true, ...options }, ...args, "ready");
    const output = await new Deno.Command(command, { args: words, stdin: "null" }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.equal(decode(output.stdout), "");
    return { code: output.code, error: decode(output.stderr) };
  }

  /** The daemons that have logged themselves. */
  get pids(): number[] {
    return [...Deno.readTextFileSync(this.log).matchAll(/^daemon (\d+)$/gm)].map(([, pid]) => +pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of this.pids) {
      try {
        if (exists(pid)) Deno.kill(pid, "SIGKILL");
      } catch (error) {
        if (exists(pid)) throw error; // else it has ended meanwhile
      }
      await ended(pid);
    }
    Deno.removeSync(this.directory, { recursive: true });
  }
}

/** What the kernel knows of a process. */
function inspect(pid: number) {
  const [, rest] = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ");
  const [, parent, group, session, terminal] = rest.split(" ").map(Number);
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)![1];
  const link = (name: string) => Deno.readLinkSync(`/proc/${pid}/${name}`);
  return { parent, group, session, terminal, field, link };
}

test("a daemon has a session, no terminal, / as directory, and 0 to 2 on null", async () => {
  await using place = new Place();
  assert.deepEqual(await place.start(), { code: 0, error: "" });
  const [pid] = place.pids;
  const { parent, group, session, terminal, field, link } = inspect(pid);
  assert.deepEqual([group, session, terminal], [pid, pid, 0]);
  assert.notEqual(parent, Deno.pid);
  assert.equal(link("cwd"), "/");
  for (const fd of [0, 1, 2]) assert.equal(link(`fd/${fd}`), "/dev/null");
  assert.equal(field("Umask"), inspect(Deno.pid).field("Umask"));
});

test("nothing of the starter's stays open in it", async () => {
  await using place = new Place();
  const perl = `open my $f, "<", "/etc/passwd"; require Fcntl; fcntl($f, 2, 0); exec @ARGV`;
  await run(["perl", "-e", perl, ...place.command({ ready: true }, "ready")]);
  const [pid] = place.pids;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
    let target;
    try {
      target = Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      continue; // closed meanwhile, as the pipe to the starter is only after that has heard
    }
    assert.ok(!target.includes("passwd"), `${name} is ${target}`);
  }
  assert.match(Deno.readTextFileSync(place.log), /^environment $/m, "nor a variable of ours");
}, { needs: ["perl"] });

test("it is as asked: directory, umask, where its output goes, what it keeps", async () => {
  await using place = new Place();
  const { directory } = place;
  Deno.writeTextFileSync(`${directory}/kept`, "kept");
  const options = {
    chdir: directory,
    umask: 0o27,
    stdout: `${directory}/out`,
    stderr: `${directory}/err`,
    kept: 7,
  };
  assert.deepEqual(await place.start(options), { code: 0, error: "" });
  const { field, link } = inspect(place.pids[0]);
  assert.deepEqual([link("cwd"), field("Umask")], [directory, "0027"]);
  assert.deepEqual(
    [link("fd/1"), link("fd/2"), link("fd/7")],
    [`${directory}/out`, `${directory}/err`, `${directory}/kept`],
  );
});

test("its umask is also that of its pid file", async () => {
  await using place = new Place();
  assert.deepEqual(await place.start({ pidFile: place.pidFile, umask: 0o77 }), {
    code: 0,
    error: "",
  });
  assert.equal(Deno.statSync(place.pidFile).mode! & 0o777, 0o600);
});

test("with double it does not lead its session, and keeps all the same what it keeps", async () => {
  await using place = new Place();
  Deno.writeTextFileSync(`${place.directory}/kept`, "kept");
  const options = { double: true, pidFile: place.pidFile, kept: 4, ready: true };
  assert.deepEqual(await place.start(options, "ready"), { code: 0, error: "" });
  const [pid] = place.pids;
  const { group, session, terminal, link, parent } = inspect(pid);
  assert.notEqual(session, pid);
  assert.equal(group, session);
  assert.equal(terminal, 0);
  await ended(session);
  assert.notEqual(parent, Deno.pid);
  assert.deepEqual([link("cwd"), link("fd/0"), link("fd/4")], [
    "/",
    "/dev/null",
    `${place.directory}/kept`,
  ]);
  assert.equal(Deno.readTextFileSync(place.pidFile), `${pid}\n`);
});

test("the starter ends with 0 only when the daemon says that it is ready", async () => {
  await using place = new Place();
  assert.deepEqual(await place.start({ ready: true }, "ready"), { code: 0, error: "" });
  assert.match(Deno.readTextFileSync(place.log), /^ready$/m);
});

for (const double of [false, true]) {
  test(`what goes wrong before, the starter prints, and ends with 1${double ? ", also with double" : ""}`, async () => {
    const options = { ready: true, double };
    const unknown = /^The daemon ended before it was ready\n$/; // it is not the starter's child
    const cases: [string[], RegExp][] = [
      [["fail", "no database"], /^no database\n$/],
      [["fail", "two\nlines"], /^two\nlines\n$/],
      [["fail", "ready"], /^ready\n$/],
      [["fail", "it is not\nready\n"], /^it is not\nready\n/],
      [["throw"], /thrown before it was ready/],
      [["die"], double ? unknown : /^The daemon ended with signal SIGKILL before it was ready\n$/],
      [["exit"], double ? unknown : /^The daemon ended with exit code 5 before it was ready\n$/],
    ];
    const failures = [];
    for (const [args, expected] of cases) {
      await using place = new Place();
      const { code, error } = await place.start(options, ...args);
      if (code !== 1 || !expected.test(error)) failures.push({ args, code, error });
      const [pid] = place.pids;
      if (args[0] !== "fail") await ended(pid);
    }
    assert.deepEqual(failures, []);
  });
}

test("an error before it is a daemon is printed as well: no such directory, file or right", async () => {
  await using place = new Place();
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ chdir: "/no/such/directory" }, /\/no\/such\/directory: .*ENOENT/],
    [{ pidFile: "/no/such/file" }, /\/no\/such\/file: .*ENOENT/],
    [{ stdout: "/no/such/out" }, /ENOENT/],
  ];
  for (const [options, expected] of cases) {
    const { code, error } = await place.start(options);
    assert.equal(code, 1);
    assert.match(error, expected);
  }
  assert.deepEqual(place.pids, []);
});

test("misuse is refused before anything is started", async () => {
  await using place = new Place();
  const cases = [
    { umask: -1 },
    { umask: 0o1000 },
    { uid: -1 },
    { uid: 1.5 },
    { uid: 2 ** 32 - 1 },
    { gid: -1 },
    { uid: "0" },
    { kept: 3 },
    { kept: 2 },
  ];
  const accepted = [];
  Deno.writeTextFileSync(`${place.directory}/kept`, "");
  for (const options of cases) {
    const { code, error } = await place.start(options);
    if (code !== 1 || !/RangeError|TypeError/.test(error)) accepted.push({ options, code, error });
  }
  assert.deepEqual([accepted, place.pids], [[], []]);
});

test("a second start is refused by the pid file, which names the first", async () => {
  await using place = new Place();
  const { pidFile } = place;
  assert.deepEqual(await place.start({ pidFile }), { code: 0, error: "" });
  const [pid] = place.pids;
  assert.equal(Deno.readTextFileSync(pidFile), `${pid}\n`);
  for (const options of [{ pidFile }, { pidFile, ready: true }, { pidFile, double: true }]) {
    const { code, error } = await place.start(options, "ready");
    assert.deepEqual([code, error], [
      1,
      `Already running as process ${pid}: ${pidFile} is locked\n`,
    ]);
  }
  assert.deepEqual(place.pids, [pid]);
  assert.equal(Deno.readTextFileSync(pidFile), `${pid}\n`, "the second has not written into it");
  Deno.kill(pid, "SIGKILL");
  await ended(pid);
  // What it has left behind is in nobody's way.
  assert.equal((await place.start({ pidFile })).code, 0);
  assert.equal(Deno.readTextFileSync(pidFile), `${place.pids[1]}\n`);
});

test("of several starts at once one wins", async () => {
  await using place = new Place();
  const { pidFile } = place;
  const results = await Promise.all(Array.from({ length: 6 }, () => place.start({ pidFile })));
  const codes = results.map(({ code }) => code).sort();
  assert.deepEqual(codes, [0, 1, 1, 1, 1, 1]);
  assert.equal(place.pids.length, 1);
  for (const { code, error } of results) if (code === 1) assert.match(error, /^Already running/);
});

test("a stale pid file with another's number, or anything else, is no obstacle", async () => {
  for (const text of [`${Deno.pid}\n`, "", "x".repeat(1000), "99999999\n"]) {
    await using place = new Place();
    Deno.writeTextFileSync(place.pidFile, text);
    assert.deepEqual(await place.start({ pidFile: place.pidFile }), { code: 0, error: "" });
    assert.equal(Deno.readTextFileSync(place.pidFile), `${place.pids[0]}\n`);
  }
});

test("a pid file that is a symbolic link is refused, and what it points to is left alone", async () => {
  await using place = new Place();
  const { pidFile, directory } = place;
  Deno.writeTextFileSync(`${directory}/victim`, "precious");
  Deno.symlinkSync(`${directory}/victim`, pidFile);
  const { code, error } = await place.start({ pidFile });
  assert.equal(code, 1);
  assert.match(error, /ELOOP/);
  assert.equal(Deno.readTextFileSync(`${directory}/victim`), "precious");
  Deno.removeSync(pidFile);
  Deno.symlinkSync(`${directory}/nothing`, pidFile);
  assert.equal((await place.start({ pidFile })).code, 1);
  assert.throws(() => Deno.lstatSync(`${directory}/nothing`), Deno.errors.NotFound);
});

test("it gives up root for good, after the pid file is made", async () => {
  await using place = new Place();
  Deno.mkdirSync(`${place.directory}/run`, { mode: 0o755 });
  const pidFile = `${place.directory}/run/pid`;
  assert.deepEqual(await place.start({ uid: 54321, gid: 54322, pidFile }), { code: 0, error: "" });
  const [pid] = place.pids;
  const { field } = inspect(pid);
  assert.equal(field("Uid"), "54321\t54321\t54321\t54321");
  assert.equal(field("Gid"), "54322\t54322\t54322\t54322");
  assert.equal(field("Groups").trim(), "");
  assert.equal(field("CapEff"), "0000000000000000");
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    let status;
    try {
      status = Deno.readTextFileSync(`/proc/${pid}/task/${name}/status`);
    } catch {
      continue; // the thread has ended
    }
    assert.match(status, /^Uid:\t54321\t54321\t54321\t54321$/m, "each of its threads");
  }
  assert.equal(Deno.statSync(pidFile).uid, 0);
}, { needs: ["root"] });

test("as another user it can end its waits all the same", async () => {
  await using place = new Place();
  const options = { uid: 54321, gid: 54322 };
  assert.deepEqual(await place.start(options, "wait"), { code: 0, error: "" });
  assert.match(Deno.readTextFileSync(place.log), /^TimeoutError$/m);
}, { needs: ["root"] });

test("a daemon that starts itself anew on SIGHUP is the same process, and still holds its pid file", async () => {
  await using place = new Place();
  const { pidFile } = place;
  assert.deepEqual(await place.start({ pidFile }, "anew"), { code: 0, error: "" });
  const [pid] = place.pids;
  Deno.kill(pid, "SIGHUP");
  while (place.pids.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(place.pids, [pid, pid]);
  assert.equal((await place.start({ pidFile })).code, 1);
  assert.equal(Deno.readTextFileSync(pidFile), `${pid}\n`);
});

test("a forked child that outlives the daemon, and starts itself anew, does not hold the pid file", async () => {
  await using place = new Place();
  const { pidFile } = place;
  assert.deepEqual(await place.start({ pidFile }, "forks"), { code: 0, error: "" });
  while (place.pids.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  const [pid, child] = place.pids;
  assert.equal((await place.start({ pidFile })).code, 1);
  Deno.kill(pid, "SIGKILL");
  await ended(pid);
  assert.deepEqual(await place.start({ pidFile }), { code: 0, error: "" });
  assert.ok(exists(child));
  assert.equal(Deno.readTextFileSync(pidFile), `${place.pids[2]}\n`);
});

test("it survives that its terminal hangs up", async () => {
  await using place = new Place();
  const terminal = ["/usr/bin/python3", fixture("terminal.py")];
  const output = await run([...terminal, ...place.command({ ready: true }, "ready")]);
  assert.equal(output, "ended with 0\n");
  const [pid] = place.pids;
  assert.ok(exists(pid));
  const { terminal: number, session } = inspect(pid);
  assert.deepEqual([number, session], [0, pid]);
  const refused = await run([...terminal, ...place.command({ pidFile: "/no/such/file" })]);
  assert.match(refused, /^\/no\/such\/file: .*ENOENT.*\nended with 1\n$/);
}, { needs: ["python"] });

test("a starter that is killed before leaves a daemon that goes on, and hears of nothing", async () => {
  await using place = new Place();
  const [command, ...args] = place.command({ ready: true });
  const starter = new Deno.Command(command, { args, stdin: "null" }).spawn();
  while (place.pids.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const [pid] = place.pids;
  starter.kill("SIGKILL");
  await starter.status;
  assert.ok(exists(pid));
});

test("a relative script is found, and the daemon has its arguments and flags", async () => {
  await using place = new Place();
  const { directory } = place;
  const words = ["run", "--v8-flags=--expose-gc", "-A", "--no-check", "main.ts", directory];
  words.push(JSON.stringify({ ready: true }), "ready");
  await run(["env", "-C", directory, ...denoCommand(...words)]);
  const line = Deno.readTextFileSync(`/proc/${place.pids[0]}/cmdline`).split("\0");
  assert.ok(line.includes("--v8-flags=--expose-gc") && line.includes(`${directory}/main.ts`));
});

test("without ready the starter ends as soon as there is a daemon", async () => {
  await using place = new Place();
  assert.deepEqual(await place.start({ ready: false }, "run"), { code: 0, error: "" });
  while (place.pids.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.ok(exists(place.pids[0]));
});
