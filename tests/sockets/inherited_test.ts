import assert from "node:assert/strict";
import { inheritedSockets, notifyReady, Socket } from "../../sockets/mod.ts";
import { denoCommand, language, run } from "../harness.ts";
import { library } from "../fixtures/processes.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";

const imports = `import * as sockets from "${library("sockets")}";
  const { inheritedSockets, notifyReady, Listener } = sockets;`;

/** Runs this program as a service that has sockets with these names: what its manager prints. */
async function activated(type: string, names: string, code: string): Promise<string[]> {
  const program = denoCommand("eval", `${imports}\n${code}`);
  return (await run(language.python("socket_activate.py", type, names, ...program))).trim().split(
    "\n",
  );
}

test(
  "a service has its listening sockets by their names, tells that it is ready, and serves",
  async () => {
    const lines = await activated(
      "stream",
      "web:admin",
      `
    const found = inheritedSockets();
    for (const { socket } of found) if (!socket.fd.closeOnExec) throw new Error("inheritable");
    notifyReady("listening");
    for (const [i, { name, socket }] of found.entries()) {
      using client = i === 0 ? await socket.accept() : (await new Listener(socket).accept());
      await client.write(\`\${name} \${socket.family} \${socket.type}\\n\`);
      socket.close();
    }`,
    );
    assert.deepEqual(lines, ["READY=1|STATUS=listening|", "web unix stream", "admin unix stream"]);
  },
  { needs: ["python"] },
);

test(
  "the sockets are there once: not at a second call, not in a child, and not its variables",
  async () => {
    const lines = await activated(
      "stream",
      "one",
      `
    const [{ socket }] = inheritedSockets();
    const variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"];
    const again = inheritedSockets().length;
    const { stdout } = await new Deno.Command("sh", { args: ["-c", "env | grep -c ^LISTEN_"] }).output();
    const inherited = new TextDecoder().decode(stdout).trim();
    notifyReady(\`\${again} \${inherited} \${variables.filter((name) => Deno.env.has(name)).length}\`);
    socket.acceptSync().close();`,
    );
    assert.deepEqual(lines, ["READY=1|STATUS=0 0 0|"]);
  },
  { needs: ["python"] },
);

test("datagram sockets are activated as well, and a name that is missing is unknown", async () => {
  const lines = await activated(
    "dgram",
    ":b",
    `
    const found = inheritedSockets();
    notifyReady(found.map(({ name, socket }) => name + " " + socket.type).join());`,
  );
  assert.deepEqual(lines, ["READY=1|STATUS=unknown datagram,b datagram|"]);
}, { needs: ["python"] });

test("what is meant for another process is left alone, and without variables there is nothing", async () => {
  assert.deepEqual(inheritedSockets(), []);
  const code = `${imports} console.log(inheritedSockets().length);`;
  const start = (...variables: string[]) =>
    run(["env", ...variables, ...denoCommand("eval", code)]);
  assert.equal(await start("LISTEN_PID=1", "LISTEN_FDS=1"), "0\n");
  assert.equal(await start("LISTEN_FDS=1"), "0\n");
});

test("a count that is none is a RangeError, a descriptor that is not open EBADF", async () => {
  const code = `${imports}
    try { inheritedSockets() } catch (error) { console.log(error.code ?? error.name) }`;
  const start = (count: string) =>
    run([
      "sh",
      "-c",
      `export LISTEN_PID=$$ LISTEN_FDS=${count}; exec "$@" 3<&-`,
      "sh",
      ...denoCommand("eval", code),
    ]);
  for (const count of ["-1", "many", "1e9", "1.5"]) {
    assert.equal(await start(count), "RangeError\n");
  }
  assert.equal(await start("1").then((said) => /^(EBADF|ENOTSOCK)\n$/.test(said)), true);
});

test("nobody who wants to know is no error; one who is gone is, with the path", async () => {
  assert.equal(notifyReady("x"), false);
  using directory = new Directory();
  const path = directory.file("notify");
  const code = `${imports}
    try { notifyReady() } catch (error) { console.log(error.code, error.path) }
    try { notifyReady("two\\nlines") } catch (error) { console.log(error.name) }`;
  const start = () => run(["env", `NOTIFY_SOCKET=${path}`, ...denoCommand("eval", code)]);
  assert.equal(await start(), `ENOENT ${path}\nTypeError\n`);
  using manager = Socket.open("unix", "datagram");
  manager.bind({ path });
  assert.equal(await start(), "TypeError\n");
  assert.equal(new TextDecoder().decode(manager.receiveSync()!.data), "READY=1\n");
  manager.close();
  assert.equal(await start(), `ECONNREFUSED ${path}\nTypeError\n`);
});
