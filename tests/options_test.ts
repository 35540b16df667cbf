import assert from "node:assert/strict";
import { openFifoSync } from "../fifo/mod.ts";
import { pipe, pipeline, pollSync, readFrom } from "../pipes/mod.ts";
import { Fd, spawn } from "../process/mod.ts";
import { spawnTerminal } from "../pty/mod.ts";
import { Connection, connectUdp, listenTcp, socketPair } from "../sockets/mod.ts";
import { MessageQueue, SemaphoreSet, SharedMemory } from "../sysv/mod.ts";
import "./fixtures/warm_reactor.ts";
import { denoCommand, run, test } from "./harness.ts";
import type { Call } from "./options_calls.ts";
import * as calls from "./options_calls.ts";
import { entries, root } from "./shipped.ts";

const nothingIsThere = "/tmp/deno_ipc_options"; // and nothing comes there
const tried = new Set<string>();

/** Calls all with options that are none, and asserts that each is refused. */
async function refuse(table: Record<string, Call>): Promise<void> {
  for (const [name, call] of Object.entries(table)) {
    tried.add(name);
    const none = await refusal(call, 500);
    const [, known] = /^Options must be an object such as \{ (\w+): … \}, got 500$/.exec(none) ??
      [];
    assert.ok(known, `${name}: ${none}`);
    assert.match(await refusal(call, null), /got null$/, name);
    if (known.length < 3) continue; // `tox` may be anything
    const told = `There is no option "${known}x": did you mean "${known}"?`;
    assert.equal(await refusal(call, { [`${known}x`]: 1 }), told, name);
  }
}

async function refusal(call: Call, options: unknown): Promise<string> {
  try {
    await call(options as never);
  } catch (error) {
    assert.ok(error instanceof TypeError, `${error}`);
    return error.message;
  }
  return "none";
}

test("options that are none are refused before a message, semaphore or segment is touched", async () => {
  using queue = MessageQueue.create("private");
  using set = SemaphoreSet.create("private", { count: 1 });
  using memory = SharedMemory.create("private", { size: 1 });
  queue.sendSync("theirs");
  set.setAll([1]);
  await refuse(calls.sysvCalls(queue, set, memory));
  assert.equal(queue.stat().messages, 1);
  assert.deepEqual(set.values(), [1]);
});

test("options that are none are refused before a file is opened, made or read", async () => {
  using ends = pipe();
  await ends.writer.write("theirs");
  await refuse(calls.fileCalls(ends.reader, nothingIsThere));
  assert.equal(ends.reader.tryRead(new Uint8Array(10)), 6);
});

test("options that are none are refused before a process is started, written to or ended", async () => {
  await using child = spawn("cat", [], { fds: { 0: "pipe", 1: "pipe" } });
  await refuse(calls.processCalls(child));
  await child.fd(0).write("ours");
  assert.equal(await child.fd(1).read(new Uint8Array(10)), 4);
  assert.equal(child.tryWait(), undefined);
});

test("options that are none are refused before a pipeline is read, waited for or ended", async () => {
  await using line = pipeline([["cat"]], { stdin: "null" });
  await refuse(calls.pipelineCalls(line));
  assert.equal(await line.text(), "");
});

test("options that are none are refused before anything is typed into a terminal", async () => {
  await using terminal = spawnTerminal("cat", [], { echo: false });
  await refuse(calls.terminalCalls(terminal));
  await terminal.sendLine("only this");
  assert.equal((await terminal.expect("only this")).before, "");
});

test("options that are none are refused before anything is connected, sent or closed", async () => {
  using listener = await listenTcp("localhost:0");
  using pair = socketPair();
  using connection = new Connection(pair.ours);
  await refuse(calls.socketCalls(listener, connection, pair.ours, nothingIsThere));
  assert.equal(listener.closed, false);
  await connection.writeLine("only this");
  assert.equal(await new Connection(pair.theirs).readLine(), "only this");
});

test("whatever else is no options is refused as well", async () => {
  using queue = MessageQueue.create("private");
  const receive = (options: never) => queue.tryReceive(options);
  const such = "Options must be an object such as { type: … }, got ";
  assert.equal(await refusal(receive, "7"), `${such}"7"`);
  assert.equal(await refusal(receive, [7]), `${such}an object (Array)`);
  assert.match(await refusal(receive, () => {}), /got \[Function/);
  assert.equal(await refusal(receive, AbortSignal.abort()), `${such}an object (AbortSignal)`);
});

const spawning: Call = (options) => spawn("true", [], options);

test("a misspelt option is told what may have been meant", async () => {
  using queue = MessageQueue.create("private");
  const meant = {
    tpye: "type",
    typ: "type",
    types: "type",
    timout: "timeout",
    singal: "signal",
    timeuot: "timeout",
    trunkate: "truncate",
    maxsize: "maxSize",
  };
  for (const [name, option] of Object.entries(meant)) {
    const told = `There is no option "${name}": did you mean "${option}"?`;
    assert.equal(await refusal((options) => queue.receive(options), { [name]: 1 }), told);
  }
  assert.match(await refusal(spawning, { cwdd: "/" }), /did you mean "cwd"/);
});

test("other names are the caller's own, and so is one that is given besides the right one", async () => {
  using queue = MessageQueue.create("private");
  queue.sendSync("for 7", { type: 7 });
  const job = { directory: "/tmp", info: 1, style: 2, type: 7, types: [7, 8], timeout: 1000 };
  assert.equal((await queue.receive(job)).text(), "for 7");
  const command = { cmd: "true", args: ["-d"], id: 7, pid: 8, cwd: "/" };
  assert.equal(spawn(command.cmd, command.args, command).waitSync().code, 0);
});

test("a timeout that nobody would keep is refused, since the program would hang", async () => {
  using queue = MessageQueue.create("private");
  using file = Fd.open("/dev/null");
  const none = 'There is no option "timeout" here: this blocks until it is done';
  const calls: Call[] = [
    (options) => queue.receiveSync(options),
    (options) => queue.sendSync("ours", options),
    (options) => openFifoSync(nothingIsThere, "r", options),
    (options) => file.writeSync("ours", options),
    (options) => file.lockSync(options),
  ];
  for (const call of calls) assert.equal(await refusal(call, { timeout: 50 }), none);
});

test("what a function does not let be chosen is not passed on either", async () => {
  const misled = { cwd: "/", arg0: "misled" };
  await using line = pipeline([["sh", "-c", "echo $0"]], misled);
  assert.equal(await line.text(), "sh\n");
});

test("closing with options that are none closes nothing", async () => {
  await using reader = readFrom("echo", ["still there"]);
  await assert.rejects(reader.close({ timeout: "5" as never }), TypeError);
  assert.equal(await reader.text(), "still there\n");
});

test("a misspelt field of an operation or of what is waited for is told as well", () => {
  using set = SemaphoreSet.create("private", { count: 2 });
  set.setAll([1, 1]);
  const told = (name: string, field: string) => ({
    message: `There is no option "${name}": did you mean "${field}"?`,
  });
  const operation = { idnex: 1, delta: -1 };
  assert.throws(() => set.operateSync([operation]), told("idnex", "index"));
  assert.deepEqual(set.values(), [1, 1]);
  assert.throws(() => pollSync({ raed: [] } as never, { timeout: 0 }), told("raed", "read"));
  assert.throws(() => pollSync(null as never), { name: "TypeError", message: /must be an object/ });
});

test("options may be inherited, as an AbortController has its signal", async () => {
  using queue = MessageQueue.create("private");
  queue.sendSync("for 7", { type: 7 });
  const message = await queue.receive(Object.create({ type: 7, more: 1 }));
  assert.equal(message.text(), "for 7");
  const controller = new AbortController();
  controller.abort("no more");
  const ended = (reason: unknown) => reason === "no more";
  await assert.rejects(queue.receive(controller), ended);
  await assert.rejects(connectUdp("127.0.0.1:9", controller), ended);
});

test("nothing that takes options was forgotten here", async () => {
  const documented = await takers();
  assert.ok(documented.length > 100, "they were not found");
  assert.deepEqual(documented.filter((name) => !tried.has(name)), []);
});

/** The names of all public functions, methods and constructors with a parameter for options. */
async function takers(): Promise<string[]> {
  const paths = Object.values(entries).map((entry) => new URL(entry, root).pathname);
  const { nodes } = JSON.parse(await run(denoCommand("doc", "--json", ...paths))) as Documentation;
  const names = Object.values(nodes).flatMap(({ symbols }) =>
    symbols.flatMap(({ name, declarations }) =>
      declarations.flatMap(({ kind, def }) => {
        if (kind === "function") return takesOptions(def) ? [name] : [];
        const methods = (def?.methods ?? []).filter((one) => takesOptions(one.functionDef));
        const made = (def?.constructors ?? []).some(takesOptions);
        return [...methods.map((one) => `${name}.${one.name}`), ...made ? [`new ${name}`] : []];
      })
    )
  );
  return [...new Set(names)];
}

/** What `deno doc --json` prints, as far as it matters here. */
interface Documentation {
  nodes: Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>;
}

interface Declaration {
  kind: string;
  def?: Signature & {
    methods?: { name: string; functionDef: Signature }[];
    constructors?: Signature[];
  };
}

interface Signature {
  params?: unknown[];
}

function takesOptions(signature: Signature | undefined): boolean {
  return (signature?.params ?? []).some((one) =>
    /"typeName":"\w*(Options?|Change)"/.test(JSON.stringify(one))
  );
}
