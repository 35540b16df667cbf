/**
 * The rows about pipes: to programs, from programs, and both.
 */
import assert from "node:assert/strict";
import { BrokenPipeError, open2, open3, pipeline, poll, readFrom, writeTo } from "../pipes/mod.ts";
import { capture, spawn } from "../process/mod.ts";
import type { Area, Row } from "./row.ts";
import { another, talker } from "./talk.ts";

const commands: Row = {
  number: 19,
  title: "a pipe to and from a command",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    const [command, args] = talk("say", 0, "b", "a");
    await using sorted = pipeline([[command, ...args], ["sort"]]);
    assert.deepEqual(await Array.fromAsync(sorted.lines({ signal })), ["a", "b"]);
    await using counter = open2(...talk("count"));
    await counter.stdin.write("four", { signal });
    counter.stdin.close();
    assert.deepEqual(await Array.fromAsync(counter.stdout.lines({ signal })), ["4"]);
    return `sort put ${name}'s b and a in order; ${name} counted our 4 bytes`;
  },
};

const statuses: Row = {
  number: 20,
  title: "close gives the child's status",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    await using reader = readFrom(...talk("say", 3, "bye"));
    assert.equal(await reader.text(company), "bye\n");
    const { success, code, signal } = await reader.close({ signal: company.signal });
    assert.deepEqual([success, code, signal], [false, 3, null]);
    return `${name} ended with 3, which is a status and no error`;
  },
};

const inputs: Row = {
  number: 21,
  title: "files, commands and standard input as one stream",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    using cleanUp = new DisposableStack();
    const file = Deno.makeTempFileSync({ prefix: "deno_ipc_tour_" });
    cleanUp.defer(() => Deno.removeSync(file));
    Deno.writeTextFileSync(file, "from a file\n");
    const [command, args] = talk("say", 0, "from a program");
    const fds = { 0: "pipe", 1: "pipe" } as const;
    await using reader = another("inputs", [file, command, ...args], { fds });
    await reader.fd(0).write("from us", { signal });
    reader.fd(0).close();
    const lines = await Array.fromAsync(reader.fd(1).lines({ signal }));
    assert.deepEqual(lines, ["from a file", "from a program", "from us"]);
    return `read a file, then ${name}, then standard input: ${lines.length} lines`;
  },
};

const early: Row = {
  number: 22,
  title: "all at once, or line by line and stop",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    const [command, args] = talk("say", 0, "one", "two");
    assert.equal((await capture(command, args, { signal })).text(), "one\ntwo\n");
    await using endless = readFrom(...talk("endless"));
    let lines = 0;
    for await (const _ of endless.lines({ signal })) if (++lines === 100) break;
    const status = await endless.child.wait({ timeout: 0 }); // it is reaped already
    assert.notEqual(status.signal, null);
    return `captured two lines; stopped endless ${name} after 100, by ${status.signal}`;
  },
};

const broken: Row = {
  number: 23,
  title: "a bogus command, a broken pipe",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    assert.throws(() => readFrom("bogus"), { code: "ENOENT", path: "bogus" });
    assert.throws(() => writeTo("bogus"), { code: "ENOENT", path: "bogus" });
    await using writer = writeTo(...talk("say", 4));
    const error = await writer.write("~".repeat(1 << 20), { signal }).catch((error) => error);
    assert.ok(error instanceof BrokenPipeError, String(error));
    const status = error.status ?? await writer.close({ signal }); // which may take more than a moment
    assert.equal(status.code, 4);
    return `bogus is ENOENT at once; EPIPE tells that ${name} had ended with 4`;
  },
};

const forks: Row = {
  number: 27,
  title: "forking with a pipe",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const [command, args] = talk("say", 0, "and I am another program");
    await using deno = another("forks", [command, ...args], { fds: { 1: "pipe" }, forkable: true });
    const lines = await Array.fromAsync(deno.fd(1).lines({ signal: company.signal }));
    assert.deepEqual(lines, ["swordfish", "and I am another program", "7"]);
    return `one fork knew our password, one became ${name}, one read 7 bytes`;
  },
};

const list: Row = {
  number: 30,
  title: "the list form, without a shell",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const words = ["$HOME", "*", "two  blanks", "`id`; exit 1"];
    await using reader = readFrom(...talk("say", 0, ...words));
    assert.deepEqual(await Array.fromAsync(reader.lines(company)), words);
    return `${name} was given ${words.join(" ")} as they are`;
  },
};

const disposal: Row = {
  number: 31,
  title: "a close that waits for ever",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    const [command, args] = talk("stubborn");
    await using child = spawn(command, args, { fds: { 1: "pipe" }, processGroup: "new" });
    assert.equal((await child.fd(1).lines({ signal }).next()).value, "try me");
    child.kill("SIGTERM"); // ignored
    child[Symbol.dispose](); // waits for nothing
    const status = await child.wait({ signal });
    assert.equal(status.signal, "SIGKILL");
    return `${name} ignored SIGTERM; disposed without waiting, it was killed`;
  },
};

const lastWriter: Row = {
  number: 32,
  title: "the last writer gives the end of file",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    await using first = open2(...talk("count"));
    await using second = open2(...talk("count")); // does not inherit our end of the first one's pipe
    await first.stdin.write("ended", { signal });
    first.stdin.close();
    assert.equal((await first.stdout.lines({ signal }).next()).value, "5");
    assert.equal((await first.close({ signal })).success, true);
    assert.equal(second.stdin.closed, false);
    return `one ${name} saw its end of file while another one went on reading`;
  },
};

const two: Row = {
  number: 33,
  title: "open2",
  direction: "↔",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    await using partner = open2(...talk("answer"), { fds: { 2: "null" } });
    const answers = partner.stdout.lines({ signal });
    for (const word of ["hello", "again"]) {
      await partner.stdin.write(`${word}\n`, { signal });
      assert.equal((await answers.next()).value, `you said ${word}`);
    }
    assert.equal((await partner.close({ signal })).code, 0);
    return `asked ${name} twice, and had an answer each time`;
  },
};

const three: Row = {
  number: 34,
  title: "open3",
  direction: "↔",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    assert.throws(() => open3("bogus"), { code: "ENOENT" });
    await using apart = open3(...talk("answer"));
    const { stderr, status, ...heard } = await apart.communicate("hello\n", { signal });
    const complaint = new TextDecoder().decode(stderr);
    assert.deepEqual([heard.text(), complaint, status.code], ["you said hello\n", "again?\n", 0]);
    await using merged = open3(...talk("answer"), { stderr: "merge" });
    const { text } = await merged.communicate("hello\n", { signal });
    assert.equal(text(), "you said hello\nagain?\n");
    return `heard ${name}'s answer and its complaint apart, then both in one`;
  },
};

const deadlock: Row = {
  number: 35,
  title: "the dead-lock of two full pipes",
  direction: "↔",
  async walk(company) {
    const { name, talk } = talker(company);
    await using partner = open2(...talk("flood"));
    const input = "y".repeat(1 << 20);
    const answer = (await partner.communicate(input, { signal: company.signal })).text();
    assert.equal(answer.split("\n").at(-2), String(input.length));
    return `${name} printed 1 MiB while we wrote 1 MiB, and neither got stuck`;
  },
};

const several: Row = {
  number: 54,
  title: "select with a timeout",
  direction: "↔",
  async walk(company) {
    const { name, talk } = talker(company);
    const { signal } = company;
    await using one = open2(...talk("count"));
    await using other = open2(...talk("answer"), { fds: { 2: "null" } });
    const read = [one.stdout, other.stdout];
    assert.deepEqual((await poll({ read }, { timeout: 10, signal })).read, []);
    await other.stdin.write("hello\n", { signal });
    assert.deepEqual((await poll({ read }, { signal })).read, [other.stdout]);
    return `two pipes: none ready in 10 ms, then the one that ${name} wrote to`;
  },
};

/** Pipes to and from programs, safe opens, both directions. */
export const pipes: Area = {
  title: "Pipes, one way and both",
  rows: [
    commands,
    statuses,
    inputs,
    early,
    broken,
    forks,
    list,
    disposal,
    lastWriter,
    two,
    three,
    deadlock,
    several,
  ],
};
