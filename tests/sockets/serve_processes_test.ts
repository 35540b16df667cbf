import assert from "node:assert/strict";
import { type ChildStatus, spawnModule } from "../../process/mod.ts";
import {
  type Connection,
  type ConnectionProcess,
  connectTcp,
  connectUnix,
  Fd,
  Listener,
  listenTcp,
  listenUnix,
  serveProcesses,
  type ServeProcessesOptions,
  Socket,
} from "../../sockets/mod.ts";
import { children, library } from "../fixtures/processes.ts";
import { portOf } from "../fixtures/net_pairs.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { denoCommand, fixture, run, times } from "../harness.ts";

const url = (name: string) => new URL(`file://${fixture(name)}`);
const echo: ConnectionProcess = ["perl", "-pe", "BEGIN { $| = 1 } $_ = uc"];

/** Serves at a port of its own while `use` runs, and tells how the children have ended. */
async function serving(
  process: ConnectionProcess,
  use: (connect: () => Promise<Connection>, stop: () => void) => Promise<void>,
  options: ServeProcessesOptions = {},
  listener?: Listener,
): Promise<ChildStatus[]> {
  const server = new AbortController();
  const statuses: ChildStatus[] = [];
  listener ??= await listenTcp("127.0.0.1:0");
  const { addr } = listener;
  const connect = () => "path" in addr ? connectUnix(addr.path) : connectTcp(portOf({ addr }));
  const served = serveProcesses(listener, process, {
    signal: server.signal,
    onExit: (status) => void statuses.push(status),
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  await use(connect, () => server.abort());
  server.abort();
  await served;
  return statuses;
}

async function ask(connect: () => Promise<Connection>, word: string): Promise<string | null> {
  using client = await connect();
  await client.writeLine(word);
  await client.closeWrite();
  return await client.readLine();
}

test("a command has the connection as its standard input and output, and waits there", async () => {
  const statuses = await serving(echo, async (connect) => {
    using client = await connect();
    for (const word of ["one", "two", "three"]) {
      await client.writeLine(word);
      assert.equal(await client.readLine(), word.toUpperCase());
    }
    await client.closeWrite();
    assert.equal(await client.readLine(), null);
  });
  assert.deepEqual(statuses.map(({ code }) => code), [0]);
}, { needs: ["perl"] });

test("no connection is lost to an accepting that was given up before", async () => {
  const listener = await listenTcp("127.0.0.1:0");
  await assert.rejects(listener.accept({ timeout: 5 }), { name: "TimeoutError" });
  const statuses = await serving(
    echo,
    async (connect) => {
      for (const word of ["one", "two", "three"]) {
        assert.equal(await ask(connect, word), word.toUpperCase());
      }
    },
    {},
    listener,
  );
  assert.equal(statuses.length, 3);
});

test("so it does of a listener at a path, of either kind", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  await serving(
    echo,
    async (connect) => assert.equal(await ask(connect, "x"), "X"),
    {},
    await listenUnix(path),
  );
  const shared = await listenTcp("[::1]:0", { reusePort: true });
  const { port } = shared.addr as Deno.NetAddr;
  await serving(
    echo,
    async () => {
      assert.equal(await ask(() => connectTcp(`[::1]:${port}`), "x"), "X");
    },
    {},
    shared,
  );
}, { needs: ["perl"] });

test("a listening socket that blocks, as one that inetd gives, blocks nothing else", async () => {
  const socket = Socket.open("unix", "stream");
  socket.bind({ path: `\0deno_ipc_test_${Deno.pid}` });
  socket.listen();
  socket.fd.setBlocking();
  const inherited = Socket.from(Fd.from(socket.fd.release()));
  await serving(
    ["cat"],
    async (connect) => {
      for (const word of ["one", "two"]) assert.equal(await ask(connect, word), word);
    },
    {},
    new Listener(inherited),
  );
});

test("a module has the connection as descriptor 3", async () => {
  const statuses = await serving(url("net_module.ts"), async (connect) => {
    const answers = await Promise.all(["a", "b", "c"].map((word) => ask(connect, word)));
    assert.deepEqual(answers, ["module: a", "module: b", "module: c"]);
  });
  assert.deepEqual(statuses.map(({ code }) => code), [0, 0, 0]);
});

test("a function starts what it likes", async () => {
  await serving(
    ({ fd }) =>
      spawnModule(url("net_library.ts"), [], {
        permissions: { ffi: true, read: true, net: true },
        fds: { 3: fd },
      }),
    async (connect) => assert.equal(await ask(connect, "a"), "library: a"),
  );
});

test("its standard error is ours, and nothing else of ours is open in it", async () => {
  const list =
    `opendir my $d, "/proc/self/fd"; my @n = sort { $a <=> $b } grep /^\\d+$/ && $_ != fileno $d, readdir $d;
    my $c = () = map { (readlink("/proc/self/fd/$_") // "") =~ /^socket:/ ? 1 : () } @n;
    print "@n, $c sockets\\r\\n"; print STDERR "said to stderr\\n"`;
  const code = `import { connectTcp, listenTcp, serveProcesses } from "${library("sockets")}";
    const server = new AbortController();
    const listener = await listenTcp("127.0.0.1:0");
    const served = serveProcesses(listener, ["perl", "-e", ${JSON.stringify(list)}], server);
    using client = await connectTcp(listener.addr.port);
    console.log(await client.readLine());
    server.abort();
    await served;`;
  using directory = new Directory();
  const [command, ...args] = denoCommand("run", "-A", directory.write("program.ts", code));
  const output = await new Deno.Command(command, { args, stdin: "null" }).output();
  assert.equal(new TextDecoder().decode(output.stdout), "0 1 2, 2 sockets\n");
  assert.equal(new TextDecoder().decode(output.stderr), "said to stderr\n");
}, { needs: ["perl"] });

test("a child that a signal ends, or that fails, ends its connection and no other", async () => {
  const moody = [
    "perl",
    "-e",
    "$| = 1; chomp($_ = <STDIN>); s/\\r//; print qq{here\\r\\n}; kill 9, $$ if /kill/; " +
    "kill 11, $$ if /crash/; exit 3 if /fail/; print <STDIN>",
  ] as const;
  const statuses = await serving(moody, async (connect) => {
    using stays = await connect();
    await stays.writeLine("stay");
    assert.equal(await stays.readLine(), "here");
    for (const word of ["kill", "crash", "fail"]) {
      using client = await connect();
      await client.writeLine(word);
      assert.deepEqual([await client.readLine(), await client.readLine()], ["here", null]);
    }
    await stays.writeLine("still there");
    await stays.closeWrite();
    assert.equal(await stays.readLine(), "still there");
  });
  const ends = statuses.map(({ code, signal }) => signal ?? code).map(String);
  assert.deepEqual(ends.sort(), ["0", "3", "SIGKILL", "SIGSEGV"]);
}, { needs: ["perl"] });

test("what cannot be executed is told, and the next connection comes to that as well", async () => {
  using directory = new Directory();
  const errors: unknown[] = [];
  const path = directory.file("program");
  const statuses = await serving([path], async (connect) => {
    for (let i = 0; i < 3; i++) {
      using client = await connect();
      assert.equal(await client.readLine(), null);
    }
    directory.write("program", "#!/bin/sh\ncat\n");
    {
      using client = await connect();
      assert.equal(await client.readLine(), null); // it may not be executed yet
    }
    Deno.chmodSync(path, 0o755);
    assert.equal(await ask(connect, "now"), "now");
  }, { onError: (error) => void errors.push((error as { code?: string }).code) });
  assert.deepEqual(errors, ["ENOENT", "ENOENT", "ENOENT", "EACCES"]);
  assert.equal(statuses.length, 1);
});

test("what onError throws ends the serving", async () => {
  const listener = await listenTcp("127.0.0.1:0");
  const served = serveProcesses(listener, () => {
    throw new Error("of what starts");
  }, {
    onError(error) {
      throw error;
    },
  });
  const failed = assert.rejects(served, { message: "of what starts" }); // it may be before we hear of the connection
  using client = await connectTcp(portOf(listener));
  await failed;
  assert.ok(listener.closed);
  assert.equal(await client.readLine(), null);
});

test("what onExit rejects with is given to onError, and what that rejects with ends the serving", async () => {
  const listener = await listenTcp("127.0.0.1:0");
  const soon = () => new Promise((resolve) => setTimeout(resolve));
  const served = serveProcesses(listener, ["true"], {
    async onExit() {
      await soon();
      throw new Error("of onExit");
    },
    async onError(error) {
      await soon();
      throw new Error("of onError", { cause: error });
    },
  }).catch((error) => error);
  using client = await connectTcp(portOf(listener));
  const error = await served;
  assert.deepEqual([error.message, error.cause.message], ["of onError", "of onExit"]);
  assert.ok(listener.closed);
  assert.equal(await client.readLine(), null);
});

test("there are no more children than limit", async () => {
  await serving(echo, async (connect) => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect()));
    await Promise.all(clients.map((client, i) => client.writeLine(`number ${i}`)));
    await Promise.all(clients.map(async (client, i) => {
      assert.equal(await client.readLine(), `NUMBER ${i}`);
      assert.ok(children().length <= 3);
      client.close();
    }));
  }, { limit: 3 });
}, { needs: ["perl"] });

test("when it is stopped nobody else is accepted, and the children may end", async () => {
  const statuses = await serving(echo, async (connect, stop) => {
    using client = await connect();
    await client.writeLine("before");
    assert.equal(await client.readLine(), "BEFORE");
    stop();
    await assert.rejects(connect(), { code: "ECONNREFUSED" });
    await client.writeLine("after");
    assert.equal(await client.readLine(), "AFTER");
  });
  assert.equal(statuses.length, 1);
}, { needs: ["perl"] });

test("many connections leave no zombie and no descriptor", async () => {
  const count = times({ short: 100, soak: 500 });
  const statuses = await serving(["cat"], async (connect) => {
    const before = [...Deno.readDirSync("/proc/self/fd")].length;
    for (let begun = 0; begun < count; begun += 20) {
      const words = Array.from({ length: 20 }, (_, i) => `word ${begun + i}`);
      assert.deepEqual(await Promise.all(words.map((word) => ask(connect, word))), words);
    }
    const vanish = await Promise.all(Array.from({ length: 20 }, () => connect()));
    vanish.forEach((client) => client.close());
    assert.equal(await ask(connect, "the last"), "the last");
    const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
    while (open() > before + 50) await new Promise((resolve) => setTimeout(resolve, 10)); // some are ending
  });
  assert.equal(statuses.length, count + 21);
  assert.deepEqual(children(), []);
}, { watchdog: 120 });

test("misuse is refused, and so is a program without permission", async () => {
  // deno-lint-ignore no-explicit-any
  for (const junk of [[], "cat", null, undefined, 5, {}] as any[]) {
    using listener = await listenTcp("127.0.0.1:0");
    await assert.rejects(serveProcesses(listener, junk), { name: "TypeError" });
  }
  const code = `import { connectTcp, listenTcp, serveProcesses } from "${library("sockets")}";
    const server = new AbortController();
    const listener = await listenTcp("127.0.0.1:0");
    const served = serveProcesses(listener, ["cat"], { signal: server.signal, onError: (e) => console.log(e.name) });
    { using client = await connectTcp(listener.addr.port); console.log(await client.readLine()); }
    server.abort();
    await served;`;
  using directory = new Directory();
  const program = denoCommand(
    "run",
    "--no-prompt",
    "--allow-ffi",
    "--allow-net",
    directory.write("program.ts", code),
  );
  assert.equal((await run(program)).split("\n").sort().join(), ",NotCapable,null");
});

test(
  "a function may fork: each connection has its own child, which sees our variables",
  async () => {
    const count = times({ short: 100, soak: 500 });
    const code = `import { connectTcp, fork, listenTcp, serveProcesses } from "${
      library("sockets")
    }";
    const words = ["hello", "from", "a", "child"];
    const server = new AbortController();
    const listener = await listenTcp("127.0.0.1:0");
    const ends = {};
    const served = serveProcesses(listener, (socket) => fork(() => {
      const buffer = new Uint8Array(100);
      const length = socket.readSync(buffer);
      const text = new TextDecoder().decode(buffer.subarray(0, length)).trim();
      socket.writeSync([...words, text].join(" ") + "\\r\\n");
      return Number(text) % 3;
    }), { signal: server.signal, limit: 10, onExit: ({ code, signal }) => {
      ends[signal ?? code] = (ends[signal ?? code] ?? 0) + 1;
    } });
    const fds = () => [...Deno.readDirSync("/proc/self/fd")].length;
    let right = 0, before = 0;
    for (let i = 0; i < ${count}; i += 10) {
      await Promise.all(Array.from({ length: 10 }, async (_, j) => {
        using client = await connectTcp(listener.addr.port);
        await client.writeLine(String(i + j));
        if (await client.readLine() === "hello from a child " + (i + j)) right++;
        if (await client.readLine() === null) right++; // and nobody else has it open
      }));
      if (i === 20) before = fds();
    }
    console.log(right, fds() - before < 30);
    server.abort();
    await served;
    console.log(Object.entries(ends).sort().join(" "));
    console.log(Deno.readTextFileSync("/proc/self/task/" + Deno.pid + "/children"));`;
    using directory = new Directory();
    const path = directory.write("program.ts", code);
    const ends = [0, 1, 2].map((end) => `${end},${Math.ceil((count - end) / 3)}`).join(" ");
    assert.equal(
      await run(denoCommand("run", "-A", "--v8-flags=--single-threaded", path)),
      `${2 * count} true\n${ends}\n\n`,
    );
  },
  { watchdog: 120 },
);
