import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { isFifo, mkfifo, serveFifo } from "../../fifo/mod.ts";
import { denoCommand, Program, run, times } from "../harness.ts";
import { FifoPlace } from "../fixtures/fifo_place.ts";
import { served } from "../fixtures/fifo_server.ts";
import { library } from "../fixtures/processes.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** Waits for the FIFO to be there (again), and reads it. */
function read(path: string): Promise<string> {
  return run(["sh", "-c", 'until test -p "$0"; do :; done; cat "$0"', path]);
}

test("a FIFO that is removed, moved away or replaced by another one is there again", async () => {
  const changes: Record<string, (path: string) => void> = {
    removed: Deno.removeSync,
    "moved away": (path) => Deno.renameSync(path, `${path}.old`),
    replaced: (path) => {
      mkfifo(`${path}.new`);
      Deno.renameSync(`${path}.new`, path);
    },
    "removed and made": (path) => {
      Deno.removeSync(path);
      mkfifo(path);
    },
    "changed in mode": (path) => Deno.chmodSync(path, 0o666),
    nothing: () => {},
  };
  for (const [name, change] of Object.entries(changes)) {
    await served([20], async (path) => {
      for (let i = 1; i <= 20; i++) {
        change(path);
        assert.equal(parseInt(await read(path)), i, name);
      }
    });
  }
});

test("a FIFO that is moved away and back in an instant is served on", async () => {
  await served([20], async (path) => {
    for (let i = 1; i <= times({ short: 100, soak: 2000 }); i++) {
      Deno.renameSync(path, `${path}.old`);
      for (let turns = i % 10; turns > 0; turns--) await new Promise((done) => setImmediate(done));
      Deno.renameSync(`${path}.old`, path);
      assert.equal(parseInt(await read(path)), i);
    }
  });
});

test(
  "a reader that is being answered gets all of it although the FIFO is removed meanwhile",
  async () => {
    await served([200_000], async (path) => {
      const perl =
        `open(F, "<", $ARGV[0]) or die $!; $| = 1; read(F, $_, 5000); print "begun\\n"; <STDIN>;
      my $size = 5000; while (read(F, $_, 5000)) { $size += length } print "$size\\n"`;
      await using reader = new Program(["perl", "-e", perl, path]);
      await reader.line();
      Deno.removeSync(path);
      await reader.write("");
      assert.equal(await reader.line(), "200000");
      assert.equal((await read(path)).length, 200_000);
    });
  },
  { needs: ["perl"] },
);

test("it survives somebody who removes the FIFO again and again, at any moment", async () => {
  await served([20], async (path) => {
    const count = times({ short: 500, soak: 20_000 });
    const perl = `my $n = $ARGV[1]; while ($n) { unlink $ARGV[0] and $n-- }`;
    await run(["perl", "-e", perl, path, `${count}`]);
    assert.equal((await read(path)).length, 20);
  });
}, { needs: ["perl"], watchdog: 240 });

test("something else in its place ends the serving with EEXIST, and is left alone", async () => {
  for (const when of ["before", "while it is served"]) {
    using place = new FifoPlace();
    const file = `${place.directory}/file`;
    Deno.writeTextFileSync(file, "kept");
    const move = () => Deno.renameSync(file, place.path);
    if (when === "before") move();
    const serving = serveFifo(place.path, () => "");
    if (when !== "before") move();
    await assert.rejects(serving, { name: "SyscallError", code: "EEXIST", path: place.path });
    assert.equal(Deno.readTextFileSync(place.path), "kept");
  }
});

test("without a directory there is nothing to serve: ENOENT, before and in the middle", async () => {
  await assert.rejects(serveFifo("/nowhere/fifo", () => ""), { code: "ENOENT" });
  using place = new FifoPlace();
  Deno.mkdirSync(`${place.directory}/inner`);
  const path = `${place.directory}/inner/fifo`;
  let served = 0;
  const serving = serveFifo(path, () => `${++served}`);
  assert.equal(await read(path), "1");
  Deno.removeSync(`${place.directory}/inner`, { recursive: true });
  await assert.rejects(serving, { code: "ENOENT" });
});

test("a FIFO that is made has the mode that was asked for, one that was there keeps its own", async () => {
  using place = new FifoPlace();
  const made = `${place.directory}/made`;
  const controller = new AbortController();
  const { signal } = controller;
  const serving = [made, place.path].map((path) =>
    serveFifo(path, () => path, { mode: 0o666, signal })
  );
  assert.equal(await read(made), made);
  assert.equal(await read(place.path), place.path);
  assert.equal(Deno.lstatSync(made).mode! & 0o777, 0o666);
  assert.equal(Deno.lstatSync(place.path).mode! & 0o777, 0o600);
  controller.abort();
  await Promise.all(serving);
  assert.ok(isFifo(made) && isFifo(place.path), "they stay");
});

test("a relative path is the same FIFO wherever the program's directory is by then", async () => {
  const code = `import { serveFifo } from "${library("fifo")}";
    const paths = ["made", "./here/../made2", "../up", "../../root"];
    Deno.mkdirSync("one/in/here", { recursive: true });
    Deno.mkdirSync("two");
    Deno.chdir("one/in");
    const server = new AbortController();
    const serving = paths.map((path) => serveFifo(path, () => path, server));
    console.log("ready");
    Deno.chdir("../../two");
    addEventListener("unhandledrejection", (event) => console.log(event.reason));
    await Deno.stdin.read(new Uint8Array(1));
    server.abort();
    await Promise.all(serving);
    console.log([...Deno.readDirSync(".")].length);`;
  using directory = new Directory();
  const script = directory.write("script.ts", code);
  const command = denoCommand("run", "-A", "--no-check", script);
  await using program = new Program(["env", "-C", directory.path, ...command]);
  assert.equal(await program.line(), "ready");
  for (let i = 0; i < 2; i++) {
    assert.equal(await read(directory.file("one/in/made")), "made");
    assert.equal(await read(directory.file("one/in/made2")), "./here/../made2");
    assert.equal(await read(directory.file("one/up")), "../up");
    assert.equal(await read(directory.file("root")), "../../root");
  }
  Deno.removeSync(directory.file("one/up"));
  assert.equal(await read(directory.file("one/up")), "../up");
  await program.write("\n");
  assert.equal(await program.line(), "0");
});

test("a path that ends in a slash is no FIFO's, whatever is there", async () => {
  using place = new FifoPlace();
  const file = `${place.directory}/file`;
  Deno.writeTextFileSync(file, "");
  for (const path of [`${place.path}/`, `${file}/`]) {
    await assert.rejects(serveFifo(path, () => ""), { code: "EEXIST" });
  }
});
