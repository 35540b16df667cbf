import assert from "node:assert/strict";
import {
  type Connection,
  connectTcp,
  connectUnix,
  type LimitOptions,
  Listener,
  listenTcp,
  serve,
  serveProcesses,
  Socket,
} from "../../sockets/mod.ts";
import { library, WARM } from "../fixtures/processes.ts";
import { listenersOver } from "../fixtures/net_pairs.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { denoCommand, language, Program, run, times } from "../harness.ts";

async function echo(connection: Connection): Promise<void> {
  for await (const line of connection.lines()) await connection.writeLine(`you said ${line}`);
}

async function ask(connect: () => Promise<Connection>, word: string): Promise<string | null> {
  using client = await connect();
  await client.writeLine(word);
  return await client.readLine();
}

for (const [kind, listen] of Object.entries(listenersOver)) {
  test(`over ${kind}: a handler for each connection, closed when it is done`, async () => {
    const { listener, connect } = await listen();
    const server = new AbortController();
    const seen: Connection[] = [];
    const served = serve(listener, async (connection, signal) => {
      assert.equal(signal, server.signal);
      seen.push(connection);
      await connection.writeLine("bye");
    }, server);
    for (let i = 0; i < 3; i++) {
      using client = await connect();
      assert.deepEqual([await client.readLine(), await client.readLine()], ["bye", null]);
    }
    server.abort();
    await served;
    assert.equal(seen.length, 3);
    for (const connection of seen) {
      await assert.rejects(connection.write("x"), { name: "TypeError" });
    }
  });

  test(`over ${kind}: no more than limit at a time, and who waits comes in turn`, async () => {
    const { listener, connect } = await listen();
    const server = new AbortController();
    let now = 0, most = 0, all = 0;
    const served = serve(listener, async (connection) => {
      most = Math.max(most, ++now);
      all++;
      await echo(connection);
      now--;
    }, { limit: 3, signal: server.signal });
    const clients = await Promise.all(Array.from({ length: 10 }, () => connect()));
    await Promise.all(clients.map((client, i) => client.writeLine(`${i}`)));
    const answers = await Promise.all(clients.map(async (client, i) => {
      const answer = await client.readLine();
      assert.ok(now <= 3);
      client.close(); // which makes room for another
      return answer === `you said ${i}`;
    }));
    assert.deepEqual(answers, answers.map(() => true));
    server.abort();
    await served;
    assert.deepEqual([most, all, now], [3, 10, 0]);
  });

  test(`over ${kind}: stopped, it accepts nobody, and those who are served may end`, async () => {
    const { listener, connect } = await listen();
    const server = new AbortController();
    let over = false;
    const served = serve(listener, echo, server).then(() => over = true);
    using client = await connect();
    await client.writeLine("before");
    assert.equal(await client.readLine(), "you said before");
    server.abort("enough");
    await client.writeLine("after");
    assert.equal(await client.readLine(), "you said after");
    assert.equal(listener.closed, true);
    await assert.rejects(connect(), { code: "ECONNREFUSED" });
    assert.equal(over, false);
    await client.closeWrite();
    await served;
  });

  test(`over ${kind}: a handler that fails is told of, and the others are served on`, async () => {
    const { listener, connect } = await listen();
    const server = new AbortController();
    const errors: unknown[] = [];
    const served = serve(listener, async (connection) => {
      const line = await connection.readLine({ maxLength: 20 });
      if (line === "throw") throw new Error("thrown");
      await connection.writeLine("fine");
    }, {
      signal: server.signal,
      onError: (error, connection) => void errors.push(error, connection),
    });
    using idle = await connect();
    assert.equal(await ask(connect, "throw"), null);
    await ask(connect, "a line that is far too long").catch((error) =>
      assert.equal(error.code, "ECONNRESET")
    );
    assert.equal(await ask(connect, "well"), "fine");
    await idle.writeLine("well");
    assert.equal(await idle.readLine(), "fine");
    server.abort();
    await served;
    assert.equal((errors[0] as Error).message, "thrown");
    assert.equal((errors[2] as Error).name, "RangeError");
    assert.equal(errors.length, 4);
  });
}

const throwings = {
  "what onError throws"(error: unknown) {
    throw new Error("of onError", { cause: error });
  },
  async "what onError rejects with"(error: unknown) {
    await new Promise((resolve) => setTimeout(resolve));
    throw new Error("of onError", { cause: error });
  },
};

const kindsOfThrowing = Object.entries(listenersOver).flatMap(([kind, listen]) =>
  Object.entries(throwings).map(([what, throwing]) => [kind, what, listen, throwing] as const)
);

for (const [kind, what, listen, throwing] of kindsOfThrowing) {
  test(`over ${kind}: ${what} ends the serving, and those that are served may end`, async () => {
    const { listener, connect } = await listen();
    const ends: Promise<void>[] = [];
    const failed = serve(listener, (connection) => {
      const end = connection.readLine().then(async (line) => {
        if (line === "throw") throw new Error("of the handler");
        await connection.writeLine(`you said ${line}`);
      });
      ends.push(end.catch(() => {}));
      return end;
    }, {
      onError: throwing,
    }).catch((error) => error);
    using stays = await connect();
    using failing = await connect();
    await failing.writeLine("throw");
    const error = await failed;
    assert.deepEqual([error.message, error.cause.message], ["of onError", "of the handler"]);
    assert.ok(listener.closed);
    await assert.rejects(connect(), { code: "ECONNREFUSED" });
    await stays.writeLine("well");
    assert.equal(await stays.readLine(), "you said well");
    await Promise.all(ends);
  });
}

test("what onError throws while the last handlers may end is told as well", async () => {
  const { listener, connect } = await listenersOver.Socket();
  const server = new AbortController();
  const begun = Promise.withResolvers<void>();
  const served = serve(listener, async (connection) => {
    begun.resolve();
    await connection.readLine();
    throw new Error("of the handler");
  }, {
    signal: server.signal,
    onError(error) {
      throw error;
    },
  });
  const failed = assert.rejects(served, { message: "of the handler" });
  using client = await connect();
  await begun.promise;
  server.abort();
  await client.writeLine("go");
  await failed;
});

/** A listener whose closing fails, as when the path can not be removed. */
function stuck(): Listener {
  const socket = Socket.open("unix", "stream");
  socket.bind({ path: "" });
  socket.listen();
  return new Listener(socket, () => {
    throw new Error("of the closing");
  });
}

test("that the listener could not be closed as it should ends the serving, and not the program", async () => {
  type Serving = (listener: Listener, options: LimitOptions, ended: () => void) => Promise<void>;
  const servings: Serving[] = [
    (listener, options, ended) => serve(listener, (one) => echo(one).finally(ended), options),
    (listener, options, onExit) => serveProcesses(listener, ["cat"], { ...options, onExit }),
  ];
  for (const serving of servings) {
    const ended = Promise.withResolvers<void>();
    const server = new AbortController();
    const listener = stuck();
    const failed = assert.rejects(serving(listener, { signal: server.signal }, ended.resolve), {
      message: "of the closing",
    });
    using client = await connectUnix((listener.addr as Deno.UnixAddr).path);
    await client.writeLine("x");
    await client.readLine();
    server.abort();
    await failed;
    assert.ok(listener.closed);
    client.close();
    await ended.promise;
    const none = serving(stuck(), { signal: AbortSignal.abort() }, () => {});
    await assert.rejects(none, { message: "of the closing" });
  }
  const listener = stuck();
  const failing = serve(listener, () => Promise.reject("of the handler"), {
    onError(error) {
      throw error;
    },
  });
  const failed = assert.rejects(failing, (error) => error === "of the handler");
  using _ = await connectUnix((listener.addr as Deno.UnixAddr).path);
  await failed;
});

test("a signal that is aborted already serves nobody; misuse is refused", async () => {
  const listener = await listenTcp("127.0.0.1:0");
  await serve(listener, () => assert.fail(), { signal: AbortSignal.abort() });
  assert.ok(listener.closed);
  // deno-lint-ignore no-explicit-any
  const junk = (value: unknown) => value as any;
  using other = await listenTcp("127.0.0.1:0");
  await assert.rejects(serve(other, junk("no function")), { name: "TypeError" });
  for (const limit of [0, -1, 1.5, NaN]) {
    using another: Listener = await listenTcp("127.0.0.1:0");
    await assert.rejects(serve(another, echo, { limit }), { name: "RangeError" });
  }
});

test("without onError a failure is printed, and the program goes on", async () => {
  const code = `import { connectTcp, listenTcp, serve } from "${library("sockets")}";
    const server = new AbortController();
    const listener = await listenTcp("127.0.0.1:0");
    const served = serve(listener, () => { throw new Error("of the handler") }, server);
    for (let i = 0; i < 2; i++) { using c = await connectTcp(listener.addr.port); console.log(await c.readLine()); }
    server.abort();
    await served;`;
  using directory = new Directory();
  const [command, ...args] = denoCommand("run", "-A", directory.write("program.ts", code));
  const { stdout, stderr, success } = await new Deno.Command(command, { args }).output();
  assert.ok(success);
  assert.equal(new TextDecoder().decode(stdout), "null\nnull\n");
  assert.equal(new TextDecoder().decode(stderr).match(/Error: of the handler/g)?.length, 2);
});

for (const kind of ["listenTcp", "Socket"]) {
  test(`where no descriptor is left, those who come wait for one and cost nothing: ${kind}`, async () => {
    const code = `import { Listener, listenTcp, serve, Socket } from "${library("sockets")}";
    ${WARM}
    const own = () => {
      const socket = Socket.open("inet", "stream");
      socket.bind({ hostname: "127.0.0.1", port: 0 });
      socket.listen();
      return new Listener(socket);
    };
    const listener = "${kind}" === "Socket" ? own() : await listenTcp("127.0.0.1:0");
    const server = new AbortController();
    let accepts = 0;
    const accept = listener.accept.bind(listener);
    listener.accept = (options) => { accepts++; return accept(options) };
    const served = serve(listener, async (connection) => {
      for await (const line of connection.lines()) await connection.writeLine(line.toUpperCase());
    }, server);
    console.log(listener.addr.port);
    for await (const _ of Deno.stdin.readable) {
      console.log(accepts);
      server.abort();
      break;
    }
    await served;`;
    using directory = new Directory();
    const path = directory.write("program.ts", code);
    await using server = new Program(["prlimit", "--nofile=60", ...denoCommand("run", "-A", path)]);
    const port = await server.line();
    const clients = await Promise.all(Array.from({ length: 100 }, () => connectTcp(port)));
    await Promise.all(clients.map((client) => client.writeLine("hello")));
    // The first of them are served, and go one by one: then the others are.
    await Promise.all(clients.map(async (client) => {
      assert.equal(await client.readLine(), "HELLO");
      client.close();
    }));
    await server.write("end");
    const accepts = Number(await server.line());
    assert.ok(accepts >= 100 && accepts < 1000, `${accepts} attempts`);
    assert.ok((await server.end()).success);
  });
}

test(
  "a crowd of clients that vanish, send half a line or never end one harms nobody else",
  async () => {
    const code = `import { listenTcp, serve } from "${library("sockets")}";
    const listener = await listenTcp("127.0.0.1:0");
    const server = new AbortController();
    let handled = 0, failed = 0;
    const served = serve(listener, async (connection) => {
      handled++;
      for await (const line of connection.lines({ maxLength: 1 << 20 })) await connection.writeLine("you said " + line);
    }, { signal: server.signal, onError: () => failed++ });
    console.log(listener.addr.port);
    const decoder = new TextDecoder();
    for await (const bytes of Deno.stdin.readable) {
      if (decoder.decode(bytes).includes("end")) break;
      gc();
      await new Promise((resolve) => setTimeout(resolve, 50));
      gc();
      console.log(Deno.memoryUsage().rss >> 10);
      console.log([...Deno.readDirSync("/proc/self/fd")].length);
    }
    console.log(handled);
    server.abort();
    await served;`;
    using directory = new Directory();
    const path = directory.write("program.ts", code);
    await using server = new Program(denoCommand("run", "-A", "--v8-flags=--expose-gc", path));
    const port = await server.line();
    const state = async () => {
      await server.write("state");
      return [Number(await server.line()), Number(await server.line())];
    };
    const crowd = async (count: number) =>
      assert.equal(await run(language.python("net_crowd.py", port, count)), `${count * 2 / 5} 0\n`);
    const count = times({ short: 1000, soak: 5000 });
    const [, descriptors] = await state();
    /** What memory it takes once the last of the crowd is gone; the watchdog ends it if it never is. */
    const settled = async () => {
      for (;;) {
        const [memory, now] = await state();
        if (now < descriptors + 10) return memory; // the runtime opens some of its own; a leak would be hundreds
      }
    };
    await crowd(500); // so that it has grown as it will
    let memory = await settled();
    const growths: number[] = [];
    // What is lost is lost each time; what is kept for later, in pages of whatever size, is not asked for anew.
    do {
      await crowd(count);
      const before = memory;
      memory = await settled();
      growths.push(memory - before);
    } while (growths.at(-1)! >= 60_000 && growths.length < 3);
    assert.ok(growths.at(-1)! < 60_000, `${growths} KiB more`);
    await server.write("end");
    // Those who reset at once may be gone before they are accepted.
    const clients = 500 + growths.length * count;
    const handled = Number(await server.line());
    assert.ok(handled <= clients && handled >= clients * 4 / 5, `${handled} of ${clients}`);
    assert.ok((await server.end()).success);
  },
  { needs: ["python"], watchdog: 180 },
);

test("serving for long beside one that stays adds nothing to what is kept", async () => {
  const code = `import { connectTcp, listenTcp, serve } from "${library("sockets")}";
    const listener = await listenTcp("127.0.0.1:0");
    const server = new AbortController();
    const served = serve(listener, async (connection) => void await connection.readLine(),
      { limit: 2, signal: server.signal });
    const { port } = listener.addr;
    const stays = await connectTcp(port);
    const some = async (count) => {
      for (let i = 0; i < count; i++) {
        using client = await connectTcp(port);
        await client.closeWrite();
        await client.readLine();
      }
      gc();
      return Deno.memoryUsage().heapUsed;
    };
    await some(1000);
    const before = await some(1000);
    console.log((await some(${times({ short: 4000, soak: 40_000 })}) - before) / 1024);
    stays.close();
    server.abort();
    await served;`;
  using directory = new Directory();
  const path = directory.write("program.ts", code);
  const growth = Number(await run(denoCommand("run", "-A", "--v8-flags=--expose-gc", path)));
  assert.ok(growth < 400, `${growth} KiB`);
});
