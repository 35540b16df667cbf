import assert from "node:assert/strict";
import { connectUnix, isSocket, Listener, listenUnix, Socket } from "../../sockets/mod.ts";
import { umask } from "../fixtures/umask.ts";
import { forking, library } from "../fixtures/processes.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { denoCommand, language, Program, run, times } from "../harness.ts";

const inUse = { name: "SyscallError", code: "EADDRINUSE" };

/** Has Python bind a socket and leave it there. */
async function leaveStale(path: string, type = "STREAM"): Promise<void> {
  const code =
    "import socket, sys; s = socket.socket(socket.AF_UNIX, getattr(socket, sys.argv[2])); " +
    "s.bind(sys.argv[1]); sys.argv[2] != 'SOCK_DGRAM' and s.listen()";
  await run(["/usr/bin/python3", "-c", code, path, `SOCK_${type}`]);
}

test("isSocket says what Perl's -S says of what is not a link", async () => {
  using directory = new Directory();
  const { path } = directory;
  using _listener = await listenUnix(directory.file("live"));
  await leaveStale(directory.file("stale"));
  directory.write("file", "");
  Deno.mkdirSync(directory.file("directory"));
  await run(["mkfifo", directory.file("fifo")]);
  for (const name of ["live", "stale", "file", "directory", "fifo", "none", "file/x", "none/x"]) {
    const perl = await run(["perl", "-e", "print -S $ARGV[0] ? 1 : 0", `${path}/${name}`]);
    assert.equal(isSocket(`${path}/${name}`), perl === "1", name);
  }
  Deno.symlinkSync(directory.file("live"), directory.file("link"));
  assert.equal(isSocket(directory.file("link")), false);
}, { needs: ["perl", "python"] });

test("a socket in use is never replaced, and the server behind it sees nothing of it", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  for (const type of ["stream", "seqpacket"] as const) {
    using server = Socket.open("unix", type);
    server.bind({ path });
    await assert.rejects(listenUnix(path), inUse); // bound, but not listening yet
    server.listen(1);
    const ours = Deno.lstatSync(path).ino;
    for (let i = 0; i < 10; i++) await assert.rejects(listenUnix(path), inUse);
    assert.equal(server.tryAccept(), undefined);
    assert.equal(Deno.lstatSync(path).ino, ours);
    Deno.removeSync(path);
  }
  using datagrams = Socket.open("unix", "datagram");
  datagrams.bind({ path });
  for (let i = 0; i < 10; i++) await assert.rejects(listenUnix(path), inUse);
  assert.equal(datagrams.tryReceive(), undefined);
});

test("a Perl server whose socket is tried keeps its path and serves on", async () => {
  using directory = new Directory();
  await using server = new Program(language.perl("net_peer.pl", "serve", directory.file("socket")));
  const path = await server.line();
  await assert.rejects(listenUnix(path), inUse);
  using client = await connectUnix(path);
  await client.writeLine("first");
  assert.equal(await client.readLine(), "FIRST");
  assert.equal(await server.line(), "first CRLF");
}, { needs: ["perl"] });

test("a socket that was left behind is replaced, whatever its type and mode", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  for (const type of ["STREAM", "SEQPACKET", "DGRAM"]) {
    for (const mode of [0o777, 0]) {
      await leaveStale(path, type);
      Deno.chmodSync(path, mode);
      await assert.rejects(connectUnix(path));
      using listener = await listenUnix(path);
      using _client = await connectUnix(path);
      using _server = await listener.accept();
      assert.equal(Deno.lstatSync(path).mode! & 0o777, 0o600);
    }
    assert.equal(isSocket(path), false); // it is removed when the listener is closed
  }
}, { needs: ["python"] });

test("what is no socket is EEXIST and stays", async () => {
  using directory = new Directory();
  directory.write("file", "precious");
  Deno.mkdirSync(directory.file("directory"));
  await run(["mkfifo", directory.file("fifo")]);
  await leaveStale(directory.file("stale"));
  Deno.symlinkSync(directory.file("stale"), directory.file("link"));
  Deno.symlinkSync(directory.file("nowhere"), directory.file("dangling"));
  const before = Array.from(Deno.readDirSync(directory.path), ({ name }) => name).sort();
  for (const name of ["file", "directory", "fifo", "link", "dangling"]) {
    await assert.rejects(listenUnix(directory.file(name)), { code: "EEXIST" }, name);
  }
  const after = Array.from(Deno.readDirSync(directory.path), ({ name }) => name).sort();
  assert.deepEqual(after, before);
  assert.equal(Deno.readTextFileSync(directory.file("file")), "precious");
}, { needs: ["python"] });

test("the mode is what one says under any umask", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  for (const mask of [0, 0o22, 0o77, 0o777]) {
    using _ = umask(mask);
    for (const mode of [undefined, 0, 0o600, 0o660, 0o666, 0o777]) {
      using _listener = await listenUnix(path, { mode });
      assert.equal(Deno.lstatSync(path).mode! & 0o7777, mode ?? 0o600);
    }
  }
  for (const mode of [-1, 0o1000, 1.5, NaN]) {
    await assert.rejects(listenUnix(path, { mode }), { name: "RangeError" });
  }
});

test("whom the mode shuts out cannot connect at any time", async () => {
  using directory = new Directory();
  Deno.chmodSync(directory.path, 0o755);
  const path = directory.file("socket");
  using _ = umask(0);
  const code = `import os, socket, sys
os.setgid(65534); os.setuid(65534)
print("ready", flush=True)
codes = {}
while os.path.exists(sys.argv[2]):
    s = socket.socket(socket.AF_UNIX)
    code = s.connect_ex(sys.argv[1])
    codes[code] = codes.get(code, 0) + 1
    s.close()
    if code == 0 or code == 13 and codes[13] == 1: print("refused" if code else "connected", flush=True)
print(codes.get(13, 0), codes.get(0, 0), flush=True)`;
  const go = directory.write("go", "");
  await using intruder = new Program(["/usr/bin/python3", "-c", code, path, go]);
  await intruder.line();
  for (let i = 0; i < times({ short: 200, soak: 5000 }); i++) {
    using _listener = await listenUnix(path, { mode: 0o600 });
  }
  {
    using _listener = await listenUnix(path, { mode: 0o600 });
    assert.equal(await intruder.line(), "refused"); // once at least, if not in the loop then now
  }
  Deno.removeSync(go);
  assert.match(await intruder.line(), /^[1-9]\d* 0$/); // never "connected"
  Deno.writeTextFileSync(go, "");
  // And whom it lets in can: the same program.
  await using guest = new Program(["/usr/bin/python3", "-c", code, path, go]);
  await guest.line();
  using listener = await listenUnix(path, { mode: 0o666 });
  assert.equal(await guest.line(), "connected");
  listener.close();
  Deno.removeSync(go);
}, { needs: ["python", "root"] });

test("closing removes its own path and nobody else's", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  const first = await listenUnix(path);
  Deno.removeSync(path);
  const second = await listenUnix(path); // the path is another's now
  first.close();
  assert.ok(isSocket(path));
  (await connectUnix(path)).close();
  (await second.accept()).close();
  Deno.renameSync(path, directory.file("moved"));
  directory.write("socket", "a file");
  second.close();
  second.close();
  assert.equal(Deno.readTextFileSync(path), "a file");
  Deno.removeSync(path);
  const third = await listenUnix(path);
  Deno.removeSync(path);
  third.close(); // it is gone already
});

test("closing removes a relative path also from another directory, and no other file of that name", async () => {
  using directory = new Directory();
  for (const name of ["one", "other"]) Deno.mkdirSync(directory.file(name));
  directory.write("other/socket", "a file");
  const code = `import { listenUnix } from "${library("sockets")}";
    for (const path of ["socket", "./socket", "../one/socket"]) {
      Deno.chdir("${directory.file("one")}");
      const listener = await listenUnix(path);
      Deno.chdir("${directory.file("other")}");
      listener.close();
      console.log([...Deno.readDirSync("${directory.file("one")}")].length);
    }`;
  const program = directory.write("program.ts", code);
  assert.equal(await run(denoCommand("run", "-A", program)), "0\n0\n0\n");
  assert.equal(Deno.readTextFileSync(directory.file("other/socket")), "a file");
});

test("a listener that fails once it has its path leaves nothing there", async () => {
  using directory = new Directory();
  const { chmodSync } = Deno;
  Deno.chmodSync = () => {
    throw new Error("of chmod");
  };
  try {
    await assert.rejects(listenUnix(directory.file("socket")), { message: "of chmod" });
  } finally {
    Deno.chmodSync = chmodSync;
  }
  assert.deepEqual([...Deno.readDirSync(directory.path)], []);
});

test("a forked child that closes its copy of a listener leaves the path to the parent", async () => {
  using directory = new Directory();
  const code = `import { connectUnix, listenUnix } from "${library("sockets")}";
    const path = "${directory.file("socket")}";
    {
      using listener = await listenUnix(path);
      const child = process.fork(() => listener.close());
      console.log((await child.status).code);
      using client = await connectUnix(path);
      using server = await listener.accept();
      await server.writeLine("here");
      console.log(await client.readLine());
    }
    console.log([...Deno.readDirSync("${directory.path}")].length);`;
  assert.equal(await forking(code), "0\nhere\n0\n");
});

test("a listener is closed also if its path cannot be looked at any more", async () => {
  using directory = new Directory();
  Deno.mkdirSync(directory.file("sub"));
  const listener = await listenUnix(directory.file("sub/socket"));
  Deno.renameSync(directory.file("sub"), directory.file("elsewhere"));
  directory.write("sub", "a file where the directory was");
  listener.close(); // that its descriptor is closed the harness sees
  assert.ok(listener.closed);
});

test("of two programs that race for a socket left behind exactly one wins", async () => {
  using directory = new Directory();
  const path = directory.file("socket");
  const code = `import { listenUnix } from "${library("sockets")}";
    let listener;
    const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
    let rest = "";
    console.log("ready");
    for await (const text of lines) {
      const all = (rest + text).split("\\n");
      rest = all.pop();
      for (const line of all) {
        if (line === "end") { listener?.close(); listener = undefined; console.log("ended"); continue; }
        while (Date.now() < Number(line));
        try { listener = await listenUnix(Deno.args[0]); console.log("won"); }
        catch (error) { console.log(error.code ?? error.name); }
      }
    }`;
  const program = denoCommand("run", "-A", directory.write("racer.ts", code), path);
  await using one = new Program(program);
  await using other = new Program(program);
  const both = (what: string) =>
    Promise.all([one, other].map(async (racer) => {
      await racer.write(what);
      return await racer.line();
    }));
  await Promise.all([one.line(), other.line()]);
  for (let round = 0; round < times({ short: 200, soak: 2000 }); round++) {
    {
      using stale = Socket.open("unix", "stream");
      stale.bind({ path });
    }
    const outcome = await both(`${Date.now() + 3}`);
    assert.deepEqual(outcome.sort(), ["EADDRINUSE", "won"], `round ${round}`);
    (await connectUnix(path)).close(); // the winner listens there
    await both("end");
    assert.equal(isSocket(path), false);
  }
});

test("a path that is too long is ENAMETOOLONG, and a relative one is the way around", async () => {
  using directory = new Directory();
  const name = (length: number) => directory.file("x".repeat(length - directory.path.length - 1));
  const longest = name(107);
  {
    using listener = await listenUnix(longest);
    using _client = await connectUnix(longest);
    using _server = await listener.accept();
    assert.equal((listener.addr as Deno.UnixAddr).path, longest);
  }
  for (const path of [name(108), name(300)]) {
    await assert.rejects(listenUnix(path), { code: "ENAMETOOLONG" });
    await assert.rejects(connectUnix(path), { code: "ENAMETOOLONG" });
  }
  await assert.rejects(listenUnix("\0" + "x".repeat(108)), { code: "ENAMETOOLONG" });
  const deep = directory.file("d".repeat(120));
  Deno.mkdirSync(deep);
  const code = `import { connectUnix, listenUnix } from "${library("sockets")}";
    using listener = await listenUnix("socket");
    using client = await connectUnix("./socket");
    using server = await listener.accept();
    await server.writeLine("here");
    console.log(await client.readLine());`;
  const program = directory.write("relative.ts", code);
  assert.equal(
    await run(["sh", "-c", 'cd "$0" && exec "$@"', deep, ...denoCommand("run", "-A", program)]),
    "here\n",
  );
  assert.deepEqual([...Deno.readDirSync(deep)], []);
});

test("abstract names are taken and given back, and are no files", async () => {
  const path = `\0deno_ipc_test_${Deno.pid}`;
  {
    using listener = await listenUnix(path);
    await assert.rejects(listenUnix(path), { code: "EADDRINUSE" });
    assert.deepEqual(listener.addr, { transport: "unix", path });
    const asking = run([
      "perl",
      "-MIO::Socket::UNIX",
      "-e",
      `my $s = IO::Socket::UNIX->new(Peer => "\\0" . shift) or die $!;
      print $s "hello\\n"; print scalar <$s>`,
      path.slice(1),
    ]);
    using server = await listener.accept();
    await server.writeLine(`${await server.readLine()} back`, { end: "\n" });
    assert.equal(await asking, "hello back\n");
  }
  await assert.rejects(connectUnix(path), { code: "ECONNREFUSED" });
  using chosen = await listenUnix(""); // by the kernel
  const { path: name } = chosen.addr as Deno.UnixAddr;
  assert.match(name, /^\0[0-9a-f]{5}$/);
  (await connectUnix(name)).close();
}, { needs: ["perl"] });

test(
  "where nobody is, connecting is ENOENT or ECONNREFUSED; where too many wait it takes its turn",
  async () => {
    using directory = new Directory();
    const path = directory.file("socket");
    await assert.rejects(connectUnix(path), { code: "ENOENT" });
    await leaveStale(path);
    await assert.rejects(connectUnix(path), { code: "ECONNREFUSED" });
    Deno.removeSync(path);
    using socket = Socket.open("unix", "stream");
    socket.bind({ path });
    socket.listen(0);
    using listener = new Listener(socket);
    using first = await connectUnix(path);
    await assert.rejects(connectUnix(path, { timeout: 20 }), { name: "TimeoutError" });
    const waiting = connectUnix(path, { timeout: 30_000 });
    (await listener.accept()).close();
    using server = await listener.accept();
    using client = await waiting;
    await server.writeLine("your turn");
    assert.equal(await client.readLine(), "your turn");
    assert.equal(await first.readLine(), null);
    await assert.rejects(listener.accept({ timeout: 5 }), { name: "TimeoutError" }); // who gave up is not there
  },
  { needs: ["python"] },
);

test("a directory that stays locked is waited for as long as one says", async () => {
  using directory = new Directory();
  await using holder = new Program(["flock", directory.path, "sh", "-c", "echo held; read line"]);
  assert.equal(await holder.line(), "held");
  const path = directory.file("socket");
  await assert.rejects(listenUnix(path, { timeout: 20 }), { name: "TimeoutError" });
  assert.equal(isSocket(path), false);
  const waiting = listenUnix(path, { timeout: 30_000 });
  await holder.write("");
  (await waiting).close();
});

test("a relative path means the directory of the call, also if the program leaves it meanwhile", async () => {
  using directory = new Directory();
  const long = "d".repeat(120);
  for (const name of ["one", "other", long]) Deno.mkdirSync(directory.file(name));
  const code = `import { connectUnix, Fd, listenUnix, Socket } from "${library("sockets")}";
    const names = (name) => [...Deno.readDirSync("${directory.path}/" + name)].map(({ name }) => name).join();
    async function listenIn(name) {
      Deno.chdir("${directory.path}/" + name);
      using held = Fd.open(".");
      using lock = held.lockSync();
      const listening = listenUnix("socket");
      Deno.chdir("${directory.file("other")}");
      lock[Symbol.dispose]();
      return await listening;
    }
    { using left = Socket.open("unix", "stream"); left.bind({ path: "${
    directory.file("one")
  }/socket" }); }
    {
      using listener = await listenIn("one");
      console.log(names("one"), names("other"), listener.addr.path);
      using client = await connectUnix("${directory.file("one")}/socket");
    }
    console.log(names("one"), names("other"));
    await listenIn("${long}").catch(({ code }) => console.log(code));
    console.log(names("${long}"), names("other"));`;
  const program = directory.write("program.ts", code);
  const { path } = directory;
  assert.equal(
    await run(denoCommand("run", "-A", program)),
    `socket  ${path}/one/socket\n \nENAMETOOLONG\n \n`,
  );
});

test("a path that is no string is refused", async () => {
  const expected = { name: "TypeError", message: /^Path must be a string, got / };
  for (const path of [5, undefined, { path: "/tmp/socket" }] as unknown as string[]) {
    await assert.rejects(connectUnix(path), expected);
    await assert.rejects(listenUnix(path), expected);
  }
});
