import assert from "node:assert/strict";
import { Fd, isFifo, mkfifo } from "../../fifo/mod.ts";
import { denoCommand, run, test } from "../harness.ts";
import { FifoPlace, otherFiles } from "../fixtures/fifo_place.ts";
import { library } from "../fixtures/processes.ts";

test("a FIFO has exactly the mode that was asked for, whatever the umask is", () => {
  using place = new FifoPlace();
  const before = Deno.umask();
  try {
    for (const umask of [0, 0o022, 0o077, 0o777]) {
      for (let mode = 0; mode <= 0o777; mode++) {
        const path = `${place.directory}/${umask}_${mode}`;
        Deno.umask(umask);
        mkfifo(path, { mode });
        assert.equal(Deno.umask(), umask);
        const status = Deno.lstatSync(path);
        assert.deepEqual([status.isFifo, status.mode! & 0o7777], [true, mode]);
      }
    }
  } finally {
    Deno.umask(before);
  }
});

test("only our user may open a FIFO that was made without a mode", () => {
  using place = new FifoPlace();
  assert.equal(Deno.lstatSync(place.path).mode! & 0o7777, 0o600);
});

test("nothing that is there is replaced or followed", () => {
  for (const [name, make] of Object.entries(otherFiles)) {
    using place = new FifoPlace();
    const path = `${place.directory}/taken`;
    using _ = make(path) ?? null;
    const before = Deno.lstatSync(path);
    assert.throws(() => mkfifo(path), { code: "EEXIST", syscall: "mkfifo", path }, name);
    const { ino, mode, size } = Deno.lstatSync(path);
    assert.deepEqual([ino, mode, size], [before.ino, before.mode, before.size], name);
    assert.deepEqual(
      [...Deno.readDirSync(place.directory)].map(({ name }) => name).sort(),
      ["fifo", "taken"],
    );
    assert.throws(() => mkfifo(place.path), { code: "EEXIST", path: place.path });
  }
});

test("a path that leads nowhere is told by its code", () => {
  using place = new FifoPlace();
  Deno.writeTextFileSync(`${place.directory}/file`, "");
  for (
    const [path, code] of [
      [`${place.directory}/missing/fifo`, "ENOENT"],
      ["", "ENOENT"],
      [`${place.directory}/file/fifo`, "ENOTDIR"],
      [`${place.directory}/${"n".repeat(256)}`, "ENAMETOOLONG"],
      [`/${"n/".repeat(2500)}fifo`, "ENAMETOOLONG"],
      ["/proc/fifo", "ENOENT"],
    ]
  ) assert.throws(() => mkfifo(path), { name: "SyscallError", code, path });
});

test("a name of 255 bytes, also one that is no plain text, is as good as any", () => {
  using place = new FifoPlace();
  for (const name of ["n".repeat(255), "Prüfung \n\t'\"\\ 🙂", "-rf"]) {
    mkfifo(`${place.directory}/${name}`);
    assert.ok(isFifo(`${place.directory}/${name}`));
  }
});

test("a user who may not write into the directory gets EACCES", async () => {
  using place = new FifoPlace();
  const code = `import { mkfifo } from "${library("fifo")}";
    try { mkfifo(Deno.args[0] + "/new") } catch (error) { console.log(error.code) }`;
  const powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
  Deno.chmodSync(place.directory, 0o500); // root without its powers is a user like any other
  Deno.chownSync(place.directory, 65534, 65534);
  const output = await run([...powerless, ...denoCommand("eval", code, place.directory)]);
  assert.equal(output, "EACCES\n");
}, { needs: ["root"] });

test("what is no mode or no path is refused before anything is made", () => {
  using place = new FifoPlace();
  const path = `${place.directory}/new`;
  for (const mode of [-1, 0o1000, 0o10600, 1.5, NaN, Infinity]) {
    assert.throws(() => mkfifo(path, { mode }), RangeError, `${mode}`);
  }
  for (const mode of ["600", 0o600n, null, {}]) {
    assert.throws(() => mkfifo(path, { mode: mode as number }), TypeError, `${mode}`);
  }
  for (const wrong of [`${path}\0`, `\0${path}`, 5, undefined, new Uint8Array(3)]) {
    assert.throws(() => mkfifo(wrong as string), TypeError);
  }
  assert.deepEqual([...Deno.readDirSync(place.directory)].map(({ name }) => name), ["fifo"]);
});

test("without --allow-write for the path nothing is made", async () => {
  using place = new FifoPlace();
  Deno.mkdirSync(`${place.directory}/allowed`);
  const script = `${place.directory}/script.ts`;
  Deno.writeTextFileSync(
    script,
    `import { mkfifo } from "${library("fifo")}";
    for (const path of Deno.args) {
      try { mkfifo(path); console.log("made") } catch (error) { console.log(error.name) }
    }`,
  );
  const paths = ["new", "allowed/new", "allowed/../other"].map((name) =>
    `${place.directory}/${name}`
  );
  const flags = ["--no-prompt", "--allow-ffi", "--allow-read"];
  const withWrite = `--allow-write=${place.directory}/allowed`;
  assert.equal(await run(denoCommand("run", ...flags, script, ...paths)), "NotCapable\n".repeat(3));
  assert.equal(
    await run(denoCommand("run", ...flags, withWrite, script, ...paths)),
    "NotCapable\nmade\nNotCapable\n",
  );
  assert.deepEqual(paths.map(isFifo), [false, true, false]);
});

test("what is denied is not made by a way around it", async () => {
  using place = new FifoPlace();
  const secret = `${place.directory}/secret`;
  Deno.mkdirSync(`${secret}/sub`, { recursive: true });
  Deno.symlinkSync(`${secret}/sub`, `${place.directory}/link`);
  const code = `import { mkfifo } from "${library("fifo")}";
    import { ftok } from "${library("sysv")}";
    for (const way of Deno.args) {
      for (const call of [() => mkfifo(way + "/fifo"), () => ftok(way)]) {
        try { call(); console.log("done") } catch (error) { console.log(error.name) }
      }
    }`;
  const program = `${place.directory}/program.ts`;
  Deno.writeTextFileSync(program, code);
  const ways = [secret, `/proc/self/root${secret}`, `${place.directory}/link/..`];
  const flags = ["-A", `--deny-read=${secret}`, `--deny-write=${secret}`];
  const said = await run(denoCommand("run", ...flags, program, ...ways));
  assert.equal(said, "NotCapable\n".repeat(6));
  assert.deepEqual([...Deno.readDirSync(secret)].map(({ name }) => name), ["sub"]);
});

test("isFifo tells a FIFO from everything else", () => {
  using place = new FifoPlace();
  assert.ok(isFifo(place.path));
  for (const [name, make] of Object.entries(otherFiles)) {
    const path = `${place.directory}/${name}`;
    using _ = make(path) ?? null;
    assert.equal(isFifo(path), false, name);
  }
  const others = [
    "/dev/null",
    "/proc/self/mem",
    "/",
    `${place.path}/`,
    `${place.path}/x`,
    "",
    "/nowhere",
  ];
  assert.deepEqual(others.map(isFifo), others.map(() => false));
  assert.throws(() => isFifo(`${place.path}\0`), TypeError);
});

test("isFifo agrees with Perl's -p and Python's S_ISFIFO", async () => {
  using place = new FifoPlace();
  const paths = [place.path, place.directory, "/dev/null", "/nowhere"];
  const expected = paths.map((path) => isFifo(path) ? 1 : 0).join("");
  assert.equal(await run(["perl", "-e", "print -p $_ ? 1 : 0 for @ARGV", ...paths]), expected);
  const python = `import os, stat, sys
print(*(int(os.path.exists(p) and stat.S_ISFIFO(os.lstat(p).st_mode)) for p in sys.argv[1:]), sep="", end="")`;
  assert.equal(await run(["/usr/bin/python3", "-c", python, ...paths]), expected);
}, { needs: ["perl", "python"] });

test("a path that is no string is refused by a message that says so", () => {
  const expected = { name: "TypeError", message: /^Path must be a string, got / };
  for (const path of [5, undefined, new URL("file:///tmp/fifo")] as unknown as string[]) {
    assert.throws(() => mkfifo(path), expected);
    assert.throws(() => Fd.open(path), expected);
  }
});
