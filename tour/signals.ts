/**
 * The rows about signals. What changes how a process takes them is done in a Deno of its own.
 */
import assert from "node:assert/strict";
import { capture, CommunicationError, Fd, spawn } from "../process/mod.ts";
import { kill, on, probe, signalName, signalNumber } from "../signals/mod.ts";
import { Receiver } from "./receiver.ts";
import type { Area, Row } from "./row.ts";
import { talker } from "./talk.ts";

const handlers: Row = {
  number: 1,
  title: "a handler, which gets the name",
  direction: "←",
  async walk(company) {
    await using deno = new Receiver(company, "handle", "INT", "USR2");
    assert.equal(await deno.line(), "ready");
    const heard = [];
    for (const signal of ["INT", "USR2"]) {
      await deno.send(signal);
      heard.push(await deno.line());
    }
    assert.deepEqual(heard, ["SIGINT", "SIGUSR2"]);
    return `${talker(company).name} sent ${heard.join(" and ")}, and each was heard by its name`;
  },
};

const names: Row = {
  number: 2,
  title: "names and numbers",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const table = (await capture(...talk("names"), company)).text().trimEnd().split("\n");
    for (const line of table) {
      const [signal, number] = line.split(" ");
      assert.equal(signalNumber(signal), Number(number));
    }
    assert.equal(signalName(signalNumber("CLD")), "SIGCHLD");
    return `${name} and we agree on the numbers of ${table.length} names; CLD is CHLD`;
  },
};

const ignoring: Row = {
  number: 3,
  title: "IGNORE, DEFAULT, children that reap themselves",
  direction: "←",
  async walk(company) {
    await using deno = new Receiver(company, "ignore");
    assert.equal(await deno.line(), "ignored");
    await deno.send("HUP", "HUP");
    await deno.goOn();
    assert.equal(await deno.line(), "true dead"); // a status, and no zombie
    assert.equal(await deno.line(), "default");
    await deno.send("HUP");
    const { signal } = await deno.child.wait(company);
    assert.equal(signal, "SIGHUP");
    return `${talker(company).name}'s SIGHUP was ignored, then ended it; a child reaped itself`;
  },
};

const untrappable: Row = {
  number: 4,
  title: "KILL and STOP cannot be handled, TSTP can",
  direction: "←",
  async walk(company) {
    for (const name of ["KILL", "STOP"]) assert.throws(() => on(name, () => {}), TypeError);
    await using deno = new Receiver(company, "handle", "TSTP");
    assert.equal(await deno.line(), "ready");
    await deno.send("TSTP");
    assert.equal(await deno.line(), "SIGTSTP");
    return `KILL and STOP are refused; ${talker(company).name}'s SIGTSTP was handled`;
  },
};

const local: Row = {
  number: 5,
  title: "local handlers",
  direction: "←",
  async walk(company) {
    await using deno = new Receiver(company, "nested");
    assert.equal(await deno.line(), "ready");
    await deno.send("INT");
    assert.equal(await deno.line(), "inner");
    await deno.goOn();
    assert.equal(await deno.line(), "left");
    await deno.send("INT");
    assert.equal(await deno.line(), "outer");
    return "the inner scope heard a SIGINT; left by an error, the outer one";
  },
};

const group: Row = {
  number: 6,
  title: "a process group, without ourselves",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const [command, args] = talk("sleep");
    await using deno = new Receiver(company, "group", command, ...args);
    assert.deepEqual([await deno.line(), await deno.line()], ["SIGHUP", "SIGHUP"]);
    assert.equal((await deno.child.wait(company)).code, 0);
    return `one SIGHUP to the group ended two of ${name}, and not its sender`;
  },
};

const alive: Row = {
  number: 7,
  title: "is it alive?",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    const [command, args] = talk("sleep");
    await using child = spawn(command, args, { processGroup: "new" }); // not reaped before we say so
    const states = [probe(child)];
    kill(child, "KILL");
    await child.wait(company);
    states.push(probe(child));
    await child.end();
    states.push(probe(child));
    assert.deepEqual(states, ["alive", "zombie", "dead"]);
    for (const junk of [0, -1, 1.5, NaN]) assert.throws(() => kill(junk), RangeError);
    return `${name} was ${states.join(", ")}; init is ${probe(1)}; 0, -1 are refused`;
  },
};

const reinstalling: Row = {
  number: 8,
  title: "a handler stays",
  direction: "←",
  async walk(company) {
    const { name, talk } = talker(company);
    await using deno = new Receiver(company, "handle", "USR2");
    assert.equal(await deno.line(), "ready");
    const [command, args] = talk("ping", deno.child.pid, 1000);
    const fds = { 0: deno.child.fd(1), 1: "pipe" } as const;
    await using pinging = spawn(command, args, { fds });
    const [times] = await Array.fromAsync(pinging.fd(1).lines(company));
    assert.equal(times, "1000");
    return `${name} sent SIGUSR2 ${times} times, and was answered each time`;
  },
};

const alarms: Row = {
  number: 10,
  title: "alarms, and children that take too long",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    await using deno = new Receiver(company, "alarm");
    assert.deepEqual([await deno.line(), await deno.line()], ["true", "rang"]);
    const [command, args] = talk("sleep");
    const error = await capture(command, args, { ...company, timeout: 20 }).catch((error) => error);
    assert.ok(error instanceof CommunicationError, String(error));
    assert.equal(error.status.signal, "SIGTERM");
    return `an alarm replaced another, and rang; ${name} was ended after 20 ms`;
  },
};

const locking: Row = {
  number: 11,
  title: "a lock, but not for ever",
  direction: "→",
  async walk(company) {
    const { name, talk } = talker(company);
    using cleanUp = new DisposableStack();
    const path = Deno.makeTempFileSync({ prefix: "deno_ipc_tour_" });
    cleanUp.defer(() => Deno.removeSync(path));
    await using holder = spawn(...talk("lock", path), { fds: { 0: "pipe", 1: "pipe" } });
    assert.equal((await holder.fd(1).lines(company).next()).value, "locked");
    using file = Fd.open(path);
    const { signal } = company;
    await assert.rejects(file.lock({ timeout: 20, signal }), { name: "TimeoutError" });
    const waiting = file.lock({ signal });
    await holder.fd(0).write("\n", { signal });
    using _ = await waiting;
    return `${name} held the lock longer than our 20 ms; let go, it was ours`;
  },
};

const info: Row = {
  number: 12,
  title: "masks, and who sent it with what value",
  direction: "←",
  async walk(company) {
    await using masked = new Receiver(company, "mask");
    assert.equal(await masked.line(), "held");
    await masked.send("USR2", "HUP", "USR2");
    await masked.goOn();
    assert.equal(await masked.line(), "SIGHUP SIGUSR2");
    const heard = [await masked.line(), await masked.line()];
    assert.deepEqual(heard.sort(), ["SIGHUP", "SIGUSR2"]);
    await using informed = new Receiver(company, "info");
    assert.equal(await informed.line(), "ready"); // once it has been started anew
    const realTime = signalNumber("RTMIN+1");
    await informed.send(realTime, realTime, realTime);
    await informed.goOn();
    const lines = [];
    for (let i = 0; i < 4; i++) lines.push((await informed.line())?.split(" "));
    const [sender] = new Set(lines.slice(0, 3).map((line) => line?.[1]));
    assert.deepEqual(lines.map((line) => line?.[2]), ["-", "-", "-", "42"]);
    assert.equal(lines[3]?.[1], `${informed.child.pid}`);
    return `two held back; ${talker(company).name}, process ${sender}, queued three, we a fourth`;
  },
};

const deferred: Row = {
  number: 14,
  title: "deferred signals",
  direction: "←",
  async walk(company) {
    const { name, talk } = talker(company);
    const burst = [...Array(50).fill("USR2"), "HUP"];
    const [command, args] = talk("kill", "PID", ...burst);
    await using deno = new Receiver(company, "busy", command, ...args);
    assert.equal(await deno.line(), "0");
    const heard = Number(await deno.line());
    assert.ok(heard >= 2 && heard <= burst.length);
    return `${name} sent ${burst.length} signals of two kinds to a busy Deno: ${heard} were heard`;
  },
};

const interrupted: Row = {
  number: 15,
  title: "interrupted calls go on",
  direction: "←",
  async walk(company) {
    await using deno = new Receiver(company, "interrupted");
    assert.equal(await deno.line(), "reading");
    await deno.send(...Array(20).fill("USR2"));
    await deno.child.fd(0).write("whole\n", company);
    assert.equal(await deno.line(), "whole");
    assert.equal(await deno.line(), "heard");
    return `${talker(company).name} sent 20 signals to a Deno blocked in a read, which read on`;
  },
};

const grouped: Row = {
  number: 16,
  title: "grouped traps",
  direction: "←",
  async walk(company) {
    const signals = ["HUP", "INT", "QUIT", "TERM"];
    await using deno = new Receiver(company, "handle", ...signals);
    assert.equal(await deno.line(), "ready");
    await deno.send(...signals);
    const heard = [];
    for (const _ of signals) heard.push(await deno.line());
    assert.deepEqual(heard.sort(), signals.map((name) => `SIG${name}`));
    return `one handler for ${signals.length}, and ${talker(company).name} sent all of them`;
  },
};

/** Signals: handled, ignored, held back, sent and read. */
export const signals: Area = {
  title: "Signals",
  rows: [
    handlers,
    names,
    ignoring,
    untrappable,
    local,
    group,
    alive,
    reinstalling,
    alarms,
    locking,
    info,
    deferred,
    interrupted,
    grouped,
  ],
};
