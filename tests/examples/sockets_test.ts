import assert from "node:assert/strict";
import { example, outcome } from "../fixtures/examples.ts";
import { Directory } from "../fixtures/temporary.ts";
import { language, Program, run, test } from "../harness.ts";

const perl = { needs: ["perl"] } as const;
const net = ["--allow-net"];
const files = ["--allow-net", "--allow-read", "--allow-write"];

const peer = (...words: unknown[]) => language.perl("examples_peer.pl", ...words);

/** A Perl server, and where it is. */
async function serving(...words: unknown[]) {
  const server = new Program(peer(...words));
  return { server, address: `127.0.0.1:${await server.line()}` };
}

/** Where a server says that it is. */
async function place(server: Program): Promise<string> {
  return (await server.line()).split(" ").at(-1)!;
}

/** Has a server end, as Ctrl-C does. */
async function stop(server: Program): Promise<void> {
  server.kill("SIGTERM");
  assert.equal((await server.end()).code, 0);
}

test("the TCP client example prints what a Perl says, and tells when nobody is there", async () => {
  const { server, address } = await serving("say", "one", "two");
  await using _ = server;
  assert.equal(await run(example("sockets/tcp_client", net, address)), "one\ntwo\n");
  await server.end();
  const { code, said } = await outcome(example("sockets/tcp_client", net, address));
  assert.deepEqual([code, /refused/.test(said)], [1, true]);
}, perl);

test("the TCP server example greets each Perl by name, and ends when it is asked to", async () => {
  await using server = new Program(example("sockets/tcp_server", net, "127.0.0.1:0"));
  const address = await place(server);
  for (let visit = 0; visit < 3; visit++) {
    const greeting = await run(peer("hear", address));
    const [, name] = greeting.match(/^Hello there, (\S+), it is now .*\r\n$/)!;
    assert.ok((await server.line()).startsWith(`connection from ${name}, 127.0.0.1:`));
  }
  server.kill("SIGTERM");
  assert.equal(await server.line(), "closed");
  assert.equal((await server.end()).code, 0);
}, perl);

test("the forking server example has a child for each Perl, and reaps it", async () => {
  const flags = ["--allow-net", "--allow-run"];
  await using server = new Program(example("sockets/forking_server", flags, "127.0.0.1:0"));
  const address = await place(server);
  for (let visit = 1; visit <= 4; visit++) {
    const [greeting, saying] = (await run(peer("hear", address))).split("\r\n");
    assert.match(greeting, new RegExp(`^Hello there, visitor ${visit}, it is now `));
    assert.match(saying, /^[A-Z].*\.$/);
    const [, pid, code] = (await server.line()).match(/^process (\d+) ended with (\d)$/)!;
    assert.equal(Number(code), visit % 3);
    assert.throws(() => Deno.statSync(`/proc/${pid}`), Deno.errors.NotFound);
  }
  await stop(server);
}, perl);

test("the time client example tells how far each Perl's clock is off", async () => {
  const [right, wrong] = await Promise.all([serving("time", 0, 1), serving("time", -3600, 1)]);
  await using _ = right.server;
  await using __ = wrong.server;
  const command = example("sockets/time_client", net, right.address, wrong.address);
  const [here, ...hosts] = (await run(command)).trimEnd().split("\n");
  assert.match(here, /^here +0 /);
  assert.deepEqual(hosts.map((line) => line.split(/ +/)[0]), [right.address, wrong.address]);
  const differences = hosts.map((line) => Number(line.split(/ +/)[1]));
  assert.ok(Math.abs(differences[0]) <= 20, hosts[0]); // a busy machine may be late
  assert.ok(Math.abs(differences[1] + 3600) <= 20, hosts[1]);
}, perl);

test("the time client example goes on when a host does not answer", async () => {
  const { server, address } = await serving("time", 0, 1);
  await using _ = server;
  const command = example("sockets/time_client", net, "127.0.0.1:1", address);
  const { code, printed } = await outcome(command);
  assert.equal(code, 1);
  assert.match(printed, new RegExp(`^127\\.0\\.0\\.1:1 .*refused.*\n${address} +-?1?\\d `, "m"));
}, perl);

test("the Unix client example prints what a Perl says at a path", async () => {
  using directory = new Directory();
  const path = directory.file("catsock");
  const command = example("sockets/unix_client", files, path);
  const { code, said } = await outcome(command);
  assert.deepEqual([code, said], [1, `there is no socket at ${path}\n`]);
  await using server = new Program(peer("unix", path, "Hello there", "and good-bye"));
  assert.equal(await server.line(), "up");
  assert.equal(await run(command), "Hello there\nand good-bye\n");
}, perl);

test(
  "the Unix server example is there once, replaces what a killed one has left, and tidies up",
  async () => {
    using directory = new Directory();
    const path = directory.file("catsock");
    const speak = ["perl", "-e", "print <STDIN> . qq(is what you said\\n); exit 7"];
    const command = example("sockets/unix_server", [...files, "--allow-run"], path, ...speak);
    {
      await using killed = new Program(command);
      assert.equal(await killed.line(), `listening at ${path}`);
    }
    assert.equal(Deno.lstatSync(path).isSocket, true);
    await using server = new Program(command);
    assert.equal(await server.line(), `listening at ${path}`);
    const { code, said } = await outcome(command);
    assert.deepEqual([code, said], [1, `somebody is listening at ${path}\n`]);
    assert.equal(await run(peer("tell", path, "hello")), "hello\r\nis what you said\n");
    assert.match(await server.line(), /^process \d+ ended with 7$/);
    await stop(server);
    assert.deepEqual([...Deno.readDirSync(directory.path)], []);
  },
  perl,
);

test("the daytime example takes the port in brackets where the service is not known", async () => {
  const { server, address } = await serving("say", "Wed May 14 08:40:46 1997");
  await using _ = server;
  const [host, port] = address.split(":");
  const command = example("sockets/daytime", net, `${host}:no-such-daytime(${port})`);
  assert.equal(await run(command), "Wed May 14 08:40:46 1997\n");
}, perl);

test("the webget example fetches each document over a connection of its own", async () => {
  const { server, address } = await serving("web", 2);
  await using _ = server;
  const output = await run(example("sockets/webget", net, address, "/a.html", "/b.html"));
  const page = (name: string) => `HTTP/1.0 200 OK\n\nasked by GET /${name}.html HTTP/1.0\n`;
  assert.equal(output, page("a") + page("b"));
  assert.equal((await outcome(example("sockets/webget", net, address))).code, 2);
}, perl);

test(
  "the interactive example shows a prompt without an end, and ends when the server hangs up",
  async () => {
    const { server, address } = await serving("echo");
    await using _ = server;
    await using client = new Program(example("sockets/interactive", net, address));
    await client.write("hello");
    assert.equal(await client.line(), "? you said hello\r"); // as it was sent
    await client.write("bye"); // and its input stays open
    assert.equal((await client.end()).code, 0);
  },
  perl,
);

test("the interactive example talks with the command server example", async () => {
  const flags = ["--allow-net", "--allow-run=who,cat"];
  await using server = new Program(example("sockets/command_server", flags, "127.0.0.1:0"));
  await using client = new Program(example("sockets/interactive", net, await place(server)));
  assert.match(await server.line(), /^connection from /);
  assert.equal(await client.line(), "Welcome; type help for a list of commands.\r");
  await client.write("DATE");
  assert.match(await client.line(), /^Command\? .*\d\d:\d\d:\d\d/);
  await client.write("what?");
  assert.equal(await client.line(), "Command? Commands: quit date who motd\r");
  await client.write("quit");
  assert.equal((await client.end()).code, 0);
  await stop(server);
});

test(
  "the command server example serves one Perl after the other, and survives a line without end",
  async () => {
    const flags = ["--allow-net", "--allow-run=who,cat"];
    await using server = new Program(example("sockets/command_server", flags, "127.0.0.1:0"));
    const address = await place(server);
    const talks = [1, 2, 3].map(() => run(peer("tell", address, "", "date", "nonsense", "exit")));
    for (const talk of await Promise.all(talks)) {
      assert.match(
        talk,
        /^Welcome; .*\r\nCommand\? Command\? .*\nCommand\? Commands: .*\r\nCommand\? $/,
      );
    }
    await outcome(peer("tell", address, "~".repeat(1000)));
    assert.match(await run(peer("tell", address, "quit")), /^Welcome; .*\r\nCommand\? $/);
    const lines = [];
    while (lines.length < 6) lines.push(await server.line());
    assert.equal(lines.filter((line) => line.startsWith("connection from ")).length, 5);
    assert.equal(lines[4], "hung up: It is longer than 200 bytes");
    await stop(server);
  },
  perl,
);

test("the UDP time example says how it is called where no host is named", async () => {
  const { code, said } = await outcome(example("sockets/udp_time", net));
  assert.equal(code, 2);
  assert.match(said, /^usage: udp_time\.ts HOST\[:PORT\]\.\.\.$/m);
});

test(
  "the UDP time example asks Perls again that have not answered, and does without the others",
  async () => {
    const [right, wrong] = await Promise.all([serving("udptime", 0, 0), serving("udptime", 60, 2)]);
    const silent = await serving("udptime", 0, 1000);
    await using _ = right.server;
    await using __ = wrong.server;
    await using ___ = silent.server;
    const addresses = [right, wrong, silent].map(({ address }) => address);
    const output = await run(example("sockets/udp_time", net, ...addresses, "127.0.0.1:1"));
    const lines = output.trimEnd().split("\n");
    const said = lines.slice(0, 4).map((line) => line.slice(25));
    const [soon, later] = said.map((line) => Number(line.match(/after ([\d.]+) ms$/)?.[1]));
    assert.ok(later > 900, output); // it was asked for the third time, after two tenths of five seconds
    assert.ok(soon < later || soon > 900, output); // the first one may be slow as well
    assert.match(said[0], /^-?1?\d s from us/);
    assert.match(said[1], /^[4-7]\d s from us/);
    assert.equal(said[2], "did not answer");
    assert.match(said[3], /ECONNREFUSED|refused/);
    assert.equal(lines[4], "2 of 4 have answered");
  },
  perl,
);

test("the credentials example serves Perls of the right user only", async () => {
  using directory = new Directory();
  Deno.chmodSync(directory.path, 0o755);
  const path = directory.file("catsock");
  const flags = [...files, "--allow-sys=uid"];
  await using server = new Program(example("sockets/credentials", flags, path, 65534));
  assert.equal(await server.line(), `listening at ${path}`);
  const visit = 'print "$$\\n"; print <$_> for IO::Socket::UNIX->new(Peer => shift)';
  const speak = ["perl", "-MIO::Socket::UNIX", "-e", visit, path];
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const [served, refused] = [await run([...nobody, ...speak]), await run(speak)]
    .map((text) => text.split("\n"));
  assert.equal(served[1], "Hello, user 65534");
  assert.equal(refused[1], "I do not know you");
  assert.equal(await server.line(), `process ${served[0]} of user 65534 is served`);
  assert.equal(await server.line(), `process ${refused[0]} of user 0 is sent away`);
  await stop(server);
}, { needs: ["perl", "root"] });

test(
  "the examples of passed files give a Python the file itself, take one from it, and from each other",
  async () => {
    using directory = new Directory();
    const file = directory.write("secret", "the wood is behind the house\n");
    const [ours, theirs] = [directory.file("ours"), directory.file("theirs")];
    await using giver = new Program(example("sockets/give_file", files, ours, file));
    assert.equal(await giver.line(), `giving ${file} at ${ours}`);
    const taken = await run(language.python("take_fd.py", ours));
    assert.equal(taken, `${file} ${Deno.statSync(file).ino} the wood is behind the house\n`);
    const take = (path: string) => {
      const one = [`--allow-read=${path}`, `--allow-write=${path}`]; // and not the file
      return run(example("sockets/take_file", [...net, ...one], path));
    };
    assert.equal(await take(ours), `${file}:\nthe wood is behind the house\n`);
    await using python = new Program(language.python("give_fd.py", theirs, file));
    assert.equal(await python.line(), "up");
    assert.equal(await take(theirs), `${file}:\nthe wood is behind the house\n`);
    await stop(giver);
  },
  { needs: ["python"] },
);

test("the activated example takes the socket that a Python has opened, and tells it", async () => {
  using directory = new Directory();
  const command = example("sockets/activated", [...net, "--allow-write"]);
  const notify = directory.file("notify");
  await using manager = new Program(language.python("activate.py", notify, ...command));
  const port = await manager.line();
  const text = `listening at 127.0.0.1:${port}`;
  assert.equal(await manager.line(), `READY=1 STATUS=${text}`);
  assert.equal(await manager.line(), `${text}, as has been told`);
  for (const visit of [1, 2]) {
    assert.equal(await run(peer("hear", `127.0.0.1:${port}`)), `You are visitor ${visit}\r\n`);
  }
  await manager.write("");
  assert.equal((await manager.end()).code, 0);
}, { needs: ["python", "perl"] });

test("the activated example opens a socket itself where nobody has", async () => {
  await using server = new Program(example("sockets/activated", net, "127.0.0.1:0"));
  const address = await place(server);
  assert.equal(await run(peer("hear", address)), "You are visitor 1\r\n");
  await stop(server);
}, perl);

test(
  "the pair example hears what its child says over the one socket, and how it ended",
  async () => {
    const flags = ["--allow-run"];
    assert.equal(
      await run(example("sockets/pair", flags)),
      "it says: IS ANYBODY THERE?\nit ended with 0\n",
    );
    const script = "print scalar reverse <STDIN>; exit 3";
    const output = await run(example("sockets/pair", flags, "perl", "-e", script));
    assert.equal(output, "it says: \nit says: ?ereht ydobyna sI\nit ended with 3\n");
  },
  perl,
);
