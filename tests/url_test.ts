import assert from "node:assert/strict";
import { Directory } from "./fixtures/temporary.ts";
import { denoCommand, test } from "./harness.ts";
import { entries, files, root } from "./shipped.ts";

/** Serves what is published, as any web server would, and nothing else. */
function serve() {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const path = new URL(request.url).pathname.slice(1);
    if (!files.includes(path)) return new Response("Not Found", { status: 404 });
    const headers = { "content-type": "application/typescript" };
    return new Response(Deno.readTextFileSync(new URL(path, root)), { headers });
  });
}

/** What comes of a program with these flags, whose Deno has its cache in `directory`. */
async function outcome(directory: Directory, code: string, flags: string[]): Promise<string> {
  const program = directory.write("program.ts", code);
  const [command, ...args] = denoCommand("run", "--quiet", "--no-prompt", ...flags, program);
  const env = { DENO_DIR: directory.file("cache"), NO_COLOR: "1" };
  const options = { args, env, cwd: directory.path, stdin: "null" } as const; // where no deno.json is found
  const { success, stdout, stderr } = await new Deno.Command(command, options).output();
  return new TextDecoder().decode(success ? stdout : stderr).trim();
}

test(
  "every entry point is imported by URL into an empty cache with --allow-import alone",
  async () => {
    await using server = serve();
    const host = `127.0.0.1:${server.addr.port}`;
    for (const entry of Object.values(entries)) {
      using directory = new Directory();
      const code = `import * as all from "http://${host}/${entry}";
      console.log(Object.keys(all).length > 0);`;
      assert.match(await outcome(directory, code, []), /Requires import access/, entry);
      assert.equal(await outcome(directory, code, [`--allow-import=${host}`]), "true", entry);
    }
  },
  { watchdog: 180 },
);

test("what is imported by URL passes the compiler's checks", async () => {
  await using server = serve();
  const host = `127.0.0.1:${server.addr.port}`;
  using directory = new Directory();
  const imports = Object.values(entries).map((entry) => `import "http://${host}/${entry}";`);
  const flags = ["--check=all", `--allow-import=${host}`];
  assert.equal(await outcome(directory, imports.join("\n"), flags), "");
}, { watchdog: 180 });

const ffi = `--allow-ffi=/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;

/** A small use of each entry point, all the flags that it needs, and what it prints. */
const uses: Record<string, { code: string; flags: string[]; prints: string }> = {
  ".": {
    code: `import { MessageQueue } from "LIBRARY";
      using queue = MessageQueue.create("private");
      await queue.send("hello");
      console.log((await queue.receive()).text());`,
    flags: [ffi],
    prints: "hello",
  },
  "./signals": {
    code: `import { listen, raise } from "LIBRARY";
      using signals = listen("USR2");
      raise("USR2");
      console.log((await signals.next()).value);`,
    flags: [ffi],
    prints: "SIGUSR2",
  },
  "./fifo": {
    code: `import { mkfifo, openFifo } from "LIBRARY";
      mkfifo("DIRECTORY/fifo");
      using fifo = await openFifo("DIRECTORY/fifo", "rw");
      await fifo.write("through\\n");
      console.log((await fifo.lines().next()).value);`,
    flags: [ffi, "--allow-read=DIRECTORY/fifo", "--allow-write=DIRECTORY/fifo"],
    prints: "through",
  },
  "./pipes": {
    code: `import { pipeline } from "LIBRARY";
      await using words = pipeline([["tr", "a-z", "A-Z"], ["sort"]], { input: "b\\na\\n" });
      console.log((await words.text()).trim());`,
    flags: [ffi, "--allow-run=tr,sort"],
    prints: "A\nB",
  },
  "./process": {
    code: `import { capture } from "LIBRARY";
      console.log((await capture("echo", ["$HOME"])).text().trim());`,
    flags: [ffi, "--allow-run=echo"],
    prints: "$HOME",
  },
  "./pty": {
    code: `import { EOF, spawnTerminal } from "LIBRARY";
      await using terminal = spawnTerminal("tty");
      console.log((await terminal.expect(EOF)).before.trim() === terminal.pty.path);`,
    flags: [ffi, "--allow-run=tty"],
    prints: "true",
  },
  "./sockets": {
    code: `import { connectUnix, listenUnix, peerCredentials } from "LIBRARY";
      using listener = await listenUnix("DIRECTORY/socket");
      using client = await connectUnix("DIRECTORY/socket");
      using server = await listener.accept();
      console.log(peerCredentials(server).pid === Deno.pid);`,
    flags: [
      ffi,
      "--allow-net=unix:DIRECTORY/socket",
      "--allow-read=DIRECTORY/socket",
      "--allow-write=DIRECTORY/socket",
    ],
    prints: "true",
  },
  "./sysv": {
    code: `import { SemaphoreSet } from "LIBRARY";
      using set = SemaphoreSet.create("private", { count: 1 });
      set.release();
      console.log(set.value());`,
    flags: [ffi],
    prints: "1",
  },
};

for (const [name, entry] of Object.entries(entries)) {
  test(`what is imported by URL from ${entry} needs these flags and no other`, async () => {
    assert.ok(uses[name], `there is no use of ${name} in this test`);
    await using server = serve();
    using directory = new Directory();
    const host = `127.0.0.1:${server.addr.port}`;
    const { code, flags, prints } = uses[name];
    const tried = (flags: string[]) => {
      const place = Deno.makeTempDirSync({ dir: directory.path }); // of its own each time
      const filled = (text: string) =>
        text.replaceAll("LIBRARY", `http://${host}/${entry}`).replaceAll("DIRECTORY", place);
      return outcome(directory, filled(code), [`--allow-import=${host}`, ...flags.map(filled)]);
    };
    assert.equal(await tried(flags), prints);
    for (const flag of flags) {
      const rest = flags.filter((other) => other !== flag);
      assert.match(await tried(rest), /NotCapable: /, `without ${flag}`);
    }
  });
}
