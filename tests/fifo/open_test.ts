import assert from "node:assert/strict";
import { mkfifo, openFifo, openFifoSync } from "../../fifo/mod.ts";
import { denoCommand, language, Program, run, test } from "../harness.ts";
import { FifoPlace, opening, openingThreads, otherFiles } from "../fixtures/fifo_place.ts";
import { forking, library } from "../fixtures/processes.ts";
import { test as waitingTest } from "../fixtures/warm_reactor.ts";

const PERL_WRITES = `open(my $f, ">", $ARGV[0]) or die $!; print $f "from Perl\\n"; close $f`;
const PERL_READS = `$| = 1; open(my $f, "<", $ARGV[0]) or die $!; print "open\\n"; print <$f>`;

waitingTest("we read what Perl writes, whoever of us comes first", async () => {
  using place = new FifoPlace();
  for (const first of ["Perl", "we"]) {
    const ours = first === "we" ? openFifo(place.path, "r") : undefined;
    await using perl = new Program(["perl", "-e", PERL_WRITES, place.path]);
    if (!ours) await opening(perl);
    using fifo = await (ours ?? openFifo(place.path, "r"));
    assert.deepEqual(await Array.fromAsync(fifo.lines()), ["from Perl"]);
    assert.equal((await perl.end()).code, 0);
  }
}, { needs: ["perl"] });

waitingTest("Perl reads what we write, whoever of us comes first", async () => {
  using place = new FifoPlace();
  for (const first of ["Perl", "we"]) {
    const ours = first === "we" ? openFifo(place.path, "w") : undefined;
    if (ours) await opening({});
    await using perl = new Program(["perl", "-e", PERL_READS, place.path]);
    if (!ours) await opening(perl);
    {
      using fifo = await (ours ?? openFifo(place.path, "w"));
      assert.equal(await perl.line(), "open");
      await fifo.write(`${first} came first\n`);
    }
    assert.equal(await perl.line(), `${first} came first`);
    assert.equal((await perl.end()).code, 0);
  }
}, { needs: ["perl"] });

waitingTest("a shell's echo and cat are enough at the other end", async () => {
  using place = new FifoPlace();
  const echo = run(["sh", "-c", 'echo "hello there" > "$0"', place.path]);
  {
    using fifo = await openFifo(place.path, "r");
    assert.deepEqual(await Array.fromAsync(fifo.lines()), ["hello there"]);
  }
  await echo;
  const cat = run(["cat", place.path]);
  {
    using fifo = await openFifo(place.path, "w");
    await fifo.write("hello back\n");
  }
  assert.equal(await cat, "hello back\n");
});

test("openFifoSync waits for Perl in both roles", async () => {
  using place = new FifoPlace();
  for (const perlFirst of [true, false]) {
    {
      const later = perlFirst ? "" : "select(undef, undef, undef, 0.05); ";
      await using perl = new Program(["perl", "-e", later + PERL_WRITES, place.path]);
      if (perlFirst) await opening(perl);
      using fifo = openFifoSync(place.path, "r");
      const buffer = new Uint8Array(100);
      const size = fifo.readSync(buffer)!;
      assert.equal(new TextDecoder().decode(buffer.subarray(0, size)), "from Perl\n");
      assert.equal(fifo.readSync(buffer), null);
      await perl.end();
    }
    await using perl = new Program(["perl", "-e", PERL_READS, place.path]);
    if (perlFirst) await opening(perl);
    {
      using fifo = openFifoSync(place.path, "w");
      fifo.writeSync("synchronously\n");
    }
    assert.deepEqual([await perl.line(), await perl.line()], ["open", "synchronously"]);
    await perl.end();
  }
}, { needs: ["perl"] });

test("who opens both ends waits for nobody", async () => {
  using place = new FifoPlace();
  using both = await openFifo(place.path, "rw");
  using also = openFifoSync(place.path, "rw");
  await both.write("once around");
  const buffer = new Uint8Array(100);
  assert.equal(await also.read(buffer), 11);
  assert.equal(also.tryRead(buffer), undefined, "there is no end of file");
});

test("what is opened is ours alone, non-blocking, and not for children", async () => {
  using place = new FifoPlace();
  using both = await openFifo(place.path, "rw");
  using reader = openFifoSync(place.path, "r");
  using writer = await openFifo(place.path, "w");
  for (const fifo of [both, reader, writer]) {
    assert.deepEqual([fifo.closeOnExec, fifo.ours], [true, true]);
  }
  assert.equal(reader.tryRead(new Uint8Array(1)), undefined);
});

const CODES: Record<string, string> = {
  file: "EINVAL",
  directory: "EISDIR",
  "link to nothing": "ELOOP",
  "link to a FIFO": "ELOOP",
  socket: "ENXIO",
};

test("every other kind of file is refused by its code, and is not touched", async () => {
  using place = new FifoPlace();
  for (const [name, make] of Object.entries(otherFiles)) {
    const path = `${place.directory}/${name}`;
    using _ = make(path) ?? null;
    for (const access of ["r", "w", "rw"] as const) {
      const expected = { name: "SyscallError", code: CODES[name], path };
      await assert.rejects(openFifo(path, access), expected, `${name} ${access}`);
      assert.throws(() => openFifoSync(path, access), expected, `${name} ${access}`);
    }
    await assert.rejects(openFifo(path, "r", { keepOpen: true }), { code: CODES[name] });
  }
  assert.equal(Deno.readTextFileSync(`${place.directory}/file`), "kept");
  await assert.rejects(openFifo("/dev/null", "w"), { code: "EINVAL" });
});

test("the error says what it is instead of a FIFO", () => {
  using place = new FifoPlace();
  const path = `${place.directory}/file`;
  Deno.writeTextFileSync(path, "");
  assert.throws(() => openFifoSync(path, "r"), {
    message: `open failed: Invalid argument (EINVAL): ${path}: it is a regular file, not a FIFO`,
  });
  assert.throws(() => openFifoSync("/dev/null", "r"), /it is a device, not a FIFO$/);
});

test("a path that leads to nothing is told by its code", async () => {
  using place = new FifoPlace();
  for (
    const [path, code] of [
      [`${place.directory}/missing`, "ENOENT"],
      [`${place.directory}/missing/fifo`, "ENOENT"],
      ["", "ENOENT"],
      [`${place.path}/`, "ENOTDIR"],
      [`/${"n".repeat(256)}`, "ENAMETOOLONG"],
      [`/${"n/".repeat(2500)}fifo`, "ENAMETOOLONG"],
    ]
  ) {
    for (const access of ["r", "w", "rw"] as const) {
      await assert.rejects(openFifo(path, access), { code, path }, `${code} ${access}`);
      assert.throws(() => openFifoSync(path, access), { code, path }, `${code} ${access}`);
    }
  }
});

test("a FIFO whose mode forbids it is EACCES for a user without powers", async () => {
  using place = new FifoPlace();
  Deno.chownSync(place.path, 65534, 65534);
  const code = `import { openFifo, openFifoSync } from "${library("fifo")}";
    for (const access of ["r", "w", "rw"]) {
      for (const open of [openFifo, openFifoSync]) {
        try { await open(Deno.args[0], access); console.log("open") } catch (error) { console.log(error.code) }
      }
    }`;
  const powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
  const output = await run([...powerless, ...denoCommand("eval", code, place.path)]);
  assert.equal(output, "EACCES\n".repeat(6));
}, { needs: ["root"] });

test("without the permission for the path nothing is opened and nobody let in", async () => {
  using place = new FifoPlace();
  const script = `${place.directory}/script.ts`;
  Deno.writeTextFileSync(
    script,
    `import { openFifo } from "${library("fifo")}";
    const all = [["r", {}], ["w", {}], ["rw", {}], ["r", { keepOpen: true }]];
    for (const [access, options] of all) {
      try { await openFifo(Deno.args[0], access, { ...options, timeout: 0 }); console.log("open") }
      catch (error) { console.log(error.name) }
    }`,
  );
  const outcomes = async (...flags: string[]) => {
    const command = denoCommand("run", "--no-prompt", "--allow-ffi", ...flags, script, place.path);
    return (await run(command)).trim().split("\n").join(" ");
  };
  const path = place.path;
  assert.equal(await outcomes(), "NotCapable NotCapable NotCapable NotCapable");
  assert.equal(
    await outcomes(`--allow-read=${path}`),
    "TimeoutError NotCapable NotCapable NotCapable",
  );
  assert.equal(
    await outcomes(`--allow-write=${path}`),
    "NotCapable TimeoutError NotCapable NotCapable",
  );
  assert.equal(
    await outcomes(`--allow-read=${path}`, `--allow-write=${path}`),
    "TimeoutError TimeoutError open TimeoutError",
  );
});

test("misuse is refused before anything is opened", async () => {
  using place = new FifoPlace();
  for (const access of ["", "x", "wr", "R", undefined, 0]) {
    await assert.rejects(openFifo(place.path, access as "r", { timeout: 0 }), TypeError);
    assert.throws(() => openFifoSync(place.path, access as "r"), TypeError);
  }
  await assert.rejects(openFifo(place.path, "w", { keepOpen: true }), TypeError);
  assert.throws(() => openFifoSync(place.path, "w", { keepOpen: true }), TypeError);
  for (const path of [`${place.path}\0`, 5, undefined, new URL(`file://${place.path}`)]) {
    await assert.rejects(openFifo(path as string, "w"), TypeError);
    assert.throws(() => openFifoSync(path as string, "w"), TypeError);
  }
  await assert.rejects(openFifo(place.path, "r", { timeout: -1 }), RangeError);
  await assert.rejects(openFifo(place.path, "r", { timeout: "1" as unknown as number }), TypeError);
  await assert.rejects(openFifo(place.path, "w", { signal: {} as AbortSignal }), TypeError);
  assert.equal(openingThreads(), 0);
});

test("in a Worker it works as in the main program", async () => {
  using place = new FifoPlace();
  const second = `${place.directory}/second`;
  mkfifo(second);
  assert.equal(
    await run(language.deno("fifo_worker.ts", place.path, second)),
    "to the Worker\nTimeoutError\nfrom the Worker\n",
  );
});

test("a forked child opens FIFOs synchronously, and meets its parent and others", async () => {
  using place = new FifoPlace();
  const code = `import { openFifo, openFifoSync, mkfifo } from "${library("fifo")}";
    const path = ${JSON.stringify(place.path)};
    await using cat = process.spawn("cat", [path]);
    const toCat = process.fork(() => { openFifoSync(path, "w").writeSync("child to cat\\n") });
    console.log((await toCat.status).code, (await cat.status).code);
    const toParent = process.fork(() => { openFifoSync(path, "w").writeSync("child to parent\\n") });
    { using fifo = await openFifo(path, "r"); for await (const line of fifo.lines()) console.log(line); }
    const fromParent = process.fork(() => {
      using fifo = openFifoSync(path, "r");
      return fifo.readSync(new Uint8Array(100));
    });
    { using fifo = await openFifo(path, "w"); await fifo.write("1234567"); }
    console.log((await toParent.status).code, (await fromParent.status).code);
    const asynchronous = process.fork(() => { openFifo(path, "w").catch(() => {}) });
    console.log((await asynchronous.status).code);`;
  assert.equal(await forking(code), "child to cat\n0 0\nchild to parent\n0 7\n1\n");
});
