/**
 * The rows about processes: their ends, their descriptors, their users, and those that go on alone.
 */
import assert from "node:assert/strict";
import { pipe } from "../pipes/mod.ts";
import { capture, retrying, spawn, SyscallError } from "../process/mod.ts";
import type { Area, Row } from "./row.ts";
import { another, talker } from "./talk.ts";

const reaping: Row = {
  number: 9,
  title: "reaping: exit codes and signals",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    await using cleanUp = new AsyncDisposableStack();
    const children = [talk("say", 7), talk("die", "TERM"), talk("die", "KILL")]
      .map(([command, args]) => cleanUp.use(spawn(command, args)));
    const all = await Promise.all(children.map((child) => child.wait({ signal })));
    const ends = all.map(({ code, signal }) => signal ?? code);
    assert.deepEqual(ends, [7, "SIGTERM", "SIGKILL"]);
    assert.throws(() => children[0].kill(), { code: "ESRCH" });
    return `three of ${name} ended: ${ends.join(", ")}; a kill then is ESRCH`;
  },
};

const again: Row = {
  number: 13,
  title: "SIGHUP re-executes, with the same arguments",
  async walk({ signal }) {
    await using child = another("reexec", [], { fds: { 0: "pipe", 1: "pipe" } });
    const lines = child.fd(1).lines({ signal });
    const before = (await lines.next()).value;
    child.kill("SIGHUP");
    const after = (await lines.next()).value;
    assert.deepEqual([before, after], [`${child.pid}`, `${child.pid}`]);
    return `a Deno started anew on SIGHUP, and is still process ${after}`;
  },
};

const descriptors: Row = {
  number: 24,
  title: "shared handles, duplicated and reopened",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    using ends = pipe();
    await ends.writer.write("what lies at 5\n", company);
    ends.writer.close();
    const [command, args] = talk("both");
    const fds = { 0: "null", 1: "pipe", 2: 1, 5: ends.reader } as const;
    await using child = spawn(command, args, { fds });
    const lines = await Array.fromAsync(child.fd(1).lines(company));
    assert.deepEqual(lines, ["output", "error", "what lies at 5"]);
    return `${name} had output and error in one pipe, and read another one at 5`;
  },
};

const alone: Row = {
  number: 25,
  title: "a background process",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    using down = pipe();
    using up = pipe();
    const [command, args] = talk("group");
    const fds = { 1: "pipe", 4: down.reader, 5: up.writer } as const;
    await using starter = another("background", [command, ...args], { fds });
    down.reader.close();
    up.writer.close();
    const [pid] = await Array.fromAsync(starter.fd(1).lines({ signal }));
    assert.equal((await starter.wait({ signal })).code, 0);
    await down.writer.write("go on\n", { signal });
    const [answer] = await Array.fromAsync(up.reader.lines({ signal }));
    assert.equal(answer, `${pid} ${pid}`); // a group of its own
    return `${name} went on as process ${pid} after the Deno that started it`;
  },
};

const daemon: Row = {
  number: 26,
  title: "a daemon",
  async walk({ signal }) {
    using cleanUp = new DisposableStack();
    const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_tour_" });
    cleanUp.defer(() => Deno.removeSync(directory, { recursive: true }));
    const pidFile = `${directory}/pid`;
    using life = pipe(); // the daemon ends when we close our end, or end ourselves
    const fds = { 2: "pipe", 4: life.reader } as const;
    await using starter = another("daemon", [pidFile], { fds });
    assert.equal((await starter.wait({ signal })).code, 0);
    const pid = Deno.readTextFileSync(pidFile).trim();
    const [, , , , , session, terminal] = Deno.readTextFileSync(`/proc/${pid}/stat`).split(" ");
    const links = ["cwd", "fd/0", "fd/1"].map((name) => Deno.readLinkSync(`/proc/${pid}/${name}`));
    assert.deepEqual([session, terminal, ...links], [pid, "0", "/", "/dev/null", "/dev/null"]);
    await using second = another("daemon", [pidFile], { fds });
    assert.equal((await second.wait({ signal })).code, 1); // the pid file is locked
    life.writer.close();
    await capture("flock", [pidFile, "true"], { signal }); // until the daemon has ended
    return `process ${pid} leads its session, in /; a second one was refused`;
  },
};

const retries: Row = {
  number: 28,
  title: "retrying a failed fork",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    const [command, args] = talk("say", 0);
    let attempts = 0;
    const start = () => {
      if (++attempts < 3) throw new SyscallError("fork", "EAGAIN"); // as in a full process table
      return spawn(command, args);
    };
    await using child = await retrying(start, { attempts: 5, pause: 10, signal });
    assert.equal((await child.wait({ signal })).code, 0);
    return `twice there was no room for a process; attempt ${attempts} started ${name}`;
  },
};

const users: Row = {
  number: 29,
  title: "another user and group",
  direction: "→",
  async walk({ perl, signal }) {
    const mine = [Deno.uid()!, Deno.gid()!];
    const root = mine[0] === 0;
    const [uid, gid] = root ? [65534, 65533] : mine; // only root may be somebody else
    const options = { uid, gid, ...(root ? { groups: [] } : {}), cwd: "/", signal };
    const ask = 'print join(" ", $<, $>, $( + 0, $) + 0), "\\n"';
    const output = perl
      ? await capture("perl", ["-e", ask], options)
      : await capture("sh", ["-c", "echo $(id -ru) $(id -u) $(id -rg) $(id -g)"], options);
    assert.equal(output.text(), `${uid} ${uid} ${gid} ${gid}\n`);
    assert.deepEqual([Deno.uid(), Deno.gid()], mine);
    const who = perl ? "Perl" : "the shell";
    return `${who} ran as user ${uid} and group ${gid}; we are still ${mine.join(" and ")}`;
  },
};

const pairs: Row = {
  number: 37,
  title: "two pipes and a fork",
  async walk({ signal }) {
    await using deno = another("pairs", [], { fds: { 1: "pipe" }, forkable: true });
    const lines = await Array.fromAsync(deno.fd(1).lines({ signal }));
    assert.deepEqual(lines, ["stressed", "desserts"]);
    return `a forked child heard "${lines[0]}", and said "${lines[1]}" in return`;
  },
};

/** Processes: their ends, their descriptors, their users, and those that go on alone. */
export const processes: Area = {
  title: "Processes",
  rows: [reaping, again, descriptors, alone, daemon, retries, users, pairs],
};
