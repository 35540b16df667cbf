import assert from "node:assert/strict";
import { Fd, pipe, readAll } from "../../io/mod.ts";
import { check, open, platform, SyscallError } from "../../libc/mod.ts";
import { denoCommand, Program, run } from "../harness.ts";
import { test } from "../fixtures/warm_reactor.ts";

const closed = { name: "TypeError", message: "Fd is closed" };
const module = new URL("../../io/mod.ts", import.meta.url);

/** What the kernel says of a descriptor: the octal flags of its open file. */
function flags(descriptor: number, process: number | string = "self"): number {
  const info = Deno.readTextFileSync(`/proc/${process}/fdinfo/${descriptor}`);
  return parseInt(/flags:\s*(\d+)/.exec(info)![1], 8);
}

const NON_BLOCKING = 0o4000;
const CLOSE_ON_EXEC = 0o2000000;

/** A pipe whose ends are taken as others' ends are: shared, blocking. */
function sharedPipe() {
  const ends = pipe();
  ends.reader.setBlocking();
  ends.writer.setBlocking();
  const [reader, writer] = [ends.reader, ends.writer].map((end) => Fd.from(end.release()));
  return {
    reader,
    writer,
    [Symbol.dispose]() {
      reader.close();
      writer.close();
    },
  };
}

/** Fills a pipe, and returns how much it took. */
function fill(writer: Fd): number {
  let total = 0;
  for (let size; (size = writer.tryWrite(new Uint8Array(65536).fill(120))) !== undefined;) {
    total += size;
  }
  return total;
}

function drain(reader: Fd): number {
  let total = 0;
  for (let size; (size = reader.tryRead(new Uint8Array(65536)));) total += size;
  return total;
}

for (const [kind, make] of [["our", pipe], ["a shared", sharedPipe]] as const) {
  test(`bytes written to ${kind} pipe are read: awaited, blocking, and at once`, async () => {
    using ends = make();
    const bytes = crypto.getRandomValues(new Uint8Array(1000));
    const buffer = new Uint8Array(2000);
    await ends.writer.write(bytes);
    assert.equal(await ends.reader.read(buffer), 1000);
    assert.deepEqual(buffer.subarray(0, 1000), bytes);
    ends.writer.writeSync("ä€");
    assert.equal(ends.reader.readSync(buffer.subarray(5)), 5);
    assert.equal(new TextDecoder().decode(buffer.subarray(5, 10)), "ä€");
    assert.equal(ends.reader.tryRead(buffer), undefined);
    assert.equal(ends.writer.tryWrite(bytes.subarray(990)), 10);
    assert.equal(ends.reader.tryRead(buffer.subarray(0, 7)), 7);
    assert.equal(ends.reader.tryRead(buffer), 3);
    assert.equal(fill(ends.writer), 65536);
    assert.equal(ends.writer.tryWrite(bytes), undefined);
  });

  test(`the end of ${kind} pipe is null, again and again`, async () => {
    using ends = make();
    const buffer = new Uint8Array(10);
    const waiting = ends.reader.read(buffer);
    ends.writer.close();
    assert.equal(await waiting, null);
    assert.equal(await ends.reader.read(buffer), null);
    assert.equal(ends.reader.readSync(buffer), null);
    assert.equal(ends.reader.tryRead(buffer), null);
  });

  test(`writing to ${kind} pipe without a reader is EPIPE with the descriptor`, async () => {
    using ends = make();
    fill(ends.writer);
    const waiting = assert.rejects(ends.writer.write("x"), { code: "EPIPE" });
    ends.reader.close();
    await waiting;
    const { number } = ends.writer;
    const expected = {
      name: "SyscallError",
      syscall: "write",
      code: "EPIPE",
      errno: 32,
      fd: number,
    };
    await assert.rejects(ends.writer.write("x"), expected);
    assert.throws(() => ends.writer.writeSync("x"), expected);
    assert.throws(() => ends.writer.tryWrite(new Uint8Array(1)), expected);
  });

  test(`a write larger than ${kind} pipe is finished, however small the reader's sips`, async () => {
    using ends = make();
    const bytes = crypto.getRandomValues(new Uint8Array(65536)).toHex().repeat(3);
    const writing = ends.writer.write(bytes).then(() => ends.writer.close());
    const received: string[] = [];
    const buffer = new Uint8Array(1013);
    for (let size; (size = await ends.reader.read(buffer)) !== null;) {
      received.push(new TextDecoder().decode(buffer.subarray(0, size)));
    }
    await writing;
    assert.equal(received.join(""), bytes);
  });

  test(`closing an end of ${kind} pipe wakes all who wait for it, with a TypeError`, async () => {
    using ends = make();
    const buffer = new Uint8Array(10);
    const reads = [1, 2, 3].map(() => assert.rejects(ends.reader.read(buffer), closed));
    ends.reader[Symbol.dispose]();
    await Promise.all(reads);
    using others = make();
    fill(others.writer);
    const writes = [1, 2, 3].map(() => assert.rejects(others.writer.write("x"), closed));
    others.writer.close();
    await Promise.all(writes);
  });

  test(`of three who wait for ${kind} pipe each gets one message`, async () => {
    using ends = make();
    const read = async () => {
      const buffer = new Uint8Array(1);
      assert.equal(await ends.reader.read(buffer), 1);
      return String.fromCharCode(...buffer);
    };
    const reads = [read(), read(), read()];
    for (const letter of "abc") ends.writer.writeSync(letter);
    assert.deepEqual((await Promise.all(reads)).sort(), ["a", "b", "c"]);
  });
}

test("everything on a closed descriptor is a TypeError, but closing it, which is harmless", async () => {
  using ends = pipe();
  const { reader: fd } = ends;
  fd.close();
  fd.close();
  fd[Symbol.dispose]();
  assert.equal(fd.closed, true);
  assert.throws(() => fd.number, closed);
  const buffer = new Uint8Array(1);
  await assert.rejects(fd.read(buffer), closed);
  await assert.rejects(fd.write(buffer), closed);
  assert.throws(() => fd.readSync(buffer), closed);
  assert.throws(() => fd.writeSync(buffer), closed);
  assert.throws(() => fd.tryRead(buffer), closed);
  assert.throws(() => fd.tryWrite(buffer), closed);
  assert.throws(() => fd.dup(), closed);
  assert.throws(() => fd.release(), closed);
  assert.throws(() => fd.closeOnExec, closed);
  assert.throws(() => fd.closeOnExec = true, closed);
  assert.throws(() => fd.setBlocking(), closed);
  await assert.rejects(fd.lines().next(), closed);
});

test("a descriptor closed twice never closes another that has got its number", () => {
  using ends = pipe();
  const { number } = ends.reader;
  ends.reader.close();
  using next = pipe();
  assert.equal(next.reader.number, number);
  ends.reader.close();
  next.writer.writeSync("still there");
  assert.equal(next.reader.readSync(new Uint8Array(20)), 11);
});

test("a wait that was ended by close does not see what comes to the same number later", async () => {
  for (let i = 0; i < 100; i++) {
    using ends = pipe();
    const waiting = assert.rejects(ends.reader.read(new Uint8Array(1)), closed);
    if (i % 2) await Promise.resolve();
    ends.writer.writeSync("x"); // even what is there already
    const { number } = ends.reader;
    ends.reader.close();
    using next = pipe();
    assert.equal(next.reader.number, number);
    next.writer.writeSync("y");
    await waiting;
    const buffer = new Uint8Array(1);
    assert.equal(next.reader.tryRead(buffer), 1);
    assert.deepEqual(buffer, Uint8Array.of(121));
  }
});

test("a copy is another descriptor for the same open file, close-on-exec", () => {
  using ends = pipe();
  using copy = ends.writer.dup();
  assert.notEqual(copy.number, ends.writer.number);
  assert.equal(copy.closeOnExec, true);
  ends.writer.close();
  copy.writeSync("one");
  const buffer = new Uint8Array(10);
  assert.equal(ends.reader.tryRead(buffer), 3);
  assert.equal(ends.reader.tryRead(buffer), undefined);
  copy.close();
  assert.equal(ends.reader.tryRead(buffer), null);
});

test("close-on-exec is the kernel's flag, and can be changed", () => {
  using ends = pipe();
  const { reader } = ends;
  for (const value of [true, false, true]) {
    if (value !== reader.closeOnExec) reader.closeOnExec = value;
    assert.equal(reader.closeOnExec, value);
    assert.equal((flags(reader.number) & CLOSE_ON_EXEC) !== 0, value);
  }
});

test("a released descriptor is the caller's, still open; its waits have ended", async () => {
  using ends = pipe();
  const waiting = assert.rejects(ends.reader.read(new Uint8Array(1)), closed);
  const number = ends.reader.release();
  await waiting;
  assert.equal(ends.reader.closed, true);
  using again = Fd.from(number);
  ends.writer.writeSync("x");
  assert.equal(again.readSync(new Uint8Array(10)), 1);
});

test("our own ends do not block, shared descriptors are left as they are", async () => {
  using ends = pipe();
  assert.ok(flags(ends.reader.number) & NON_BLOCKING);
  assert.ok(flags(ends.writer.number) & NON_BLOCKING);
  using shared = sharedPipe();
  const { reader, writer } = shared;
  const reading = reader.read(new Uint8Array(1));
  await assert.rejects(reader.read(new Uint8Array(1), { timeout: 5 }), { name: "TimeoutError" });
  fill(writer);
  await reading;
  await assert.rejects(writer.write(new Uint8Array(70_000), { timeout: 5 }), {
    name: "TimeoutError",
  });
  using copy = reader.dup();
  void copy.readable;
  for (const fd of [reader, writer, copy]) assert.equal(flags(fd.number) & NON_BLOCKING, 0);
});

test("standard input stays blocking for the Perl program that shares it", async () => {
  // Perl starts Deno with its own standard input, and looks at it while Deno waits for a line.
  const code = `import { Fd } from "${module}";
    const input = Fd.from(0);
    console.log("waiting");
    const reading = input.read(new Uint8Array(10));
    await input.read(new Uint8Array(10), { timeout: 20 }).catch((error) => console.log(error.name));
    console.log(await reading);`;
  const perl = `use Fcntl; $| = 1; open my $deno, "-|", @ARGV or die $!;
    while (<$deno>) { print; print fcntl(STDIN, F_GETFL, 0) & O_NONBLOCK ? "changed\\n" : "as it was\\n" }`;
  await using program = new Program(["perl", "-e", perl, ...denoCommand("eval", code)]);
  for (const line of ["waiting", "as it was", "TimeoutError", "as it was"]) {
    assert.equal(await program.line(), line);
  }
  await program.write("line");
  for (const line of ["5", "as it was"]) assert.equal(await program.line(), line);
}, { needs: ["perl"], emulated: false });

test(
  "a copy of a descriptor does not block the program when the other was made blocking",
  async () => {
    // In a program of its own, since a failure would hang everything.
    const code = `import { pipe } from "${module}";
    using ends = pipe();
    using copy = ends.reader.dup();
    ends.reader.setBlocking();
    console.log(copy.tryRead(new Uint8Array(1)));`;
    await using program = new Program(denoCommand("eval", code));
    const timer = setTimeout(() => program.kill("SIGKILL"), 30_000);
    try {
      assert.equal(await program.line(), "undefined");
    } finally {
      clearTimeout(timer);
    }
  },
  { emulated: false },
);

test("regular files and /dev/null are always ready", async () => {
  const path = await Deno.makeTempFile({ prefix: "deno_ipc_test_" });
  try {
    using file = openFd(path);
    const bytes = crypto.getRandomValues(new Uint8Array(50_000));
    await file.write(bytes, { timeout: 1000 });
    assert.deepEqual(await Deno.readFile(path), bytes);
    using again = openFd(path);
    const buffer = new Uint8Array(60_000);
    assert.equal(await again.read(buffer, { timeout: 1000 }), 50_000);
    assert.deepEqual(buffer.subarray(0, 50_000), bytes);
    assert.equal(await again.read(buffer), null);
    using nowhere = openFd("/dev/null");
    await nowhere.write(bytes);
    nowhere.writeSync(bytes);
    assert.equal(await nowhere.read(buffer), null);
    assert.equal(nowhere.readSync(buffer), null);
  } finally {
    await Deno.remove(path);
  }
});

function openFd(path: string): Fd {
  return Fd.from(check("open", open(path, platform.O_RDWR | platform.O_CLOEXEC)));
}

test("an empty buffer reads nothing, an empty write writes nothing, both at once", async () => {
  using ends = pipe();
  await ends.writer.write("");
  ends.writer.writeSync(new Uint8Array());
  assert.equal(ends.reader.tryRead(new Uint8Array(1)), undefined);
  ends.writer.writeSync("x");
  assert.equal(ends.reader.tryRead(new Uint8Array()), 0);
  assert.equal(ends.reader.tryRead(new Uint8Array(2)), 1);
});

test("the end that cannot read says EBADF, and so does a number that is not open", async () => {
  using ends = pipe();
  const { number } = ends.writer;
  await assert.rejects(ends.writer.read(new Uint8Array(1)), { code: "EBADF", syscall: "read" });
  assert.throws(() => ends.reader.writeSync("x"), { code: "EBADF", syscall: "write" });
  ends.writer.close();
  assert.throws(() => Fd.from(number), { name: "SyscallError", code: "EBADF", fd: number });
  assert.throws(() => Fd.from(number, { ours: true }), { code: "EBADF" });
});

test("wrong arguments are TypeErrors and RangeErrors before anything happens", async () => {
  for (const number of [-1, 1.5, NaN, 2 ** 31, Infinity]) {
    assert.throws(() => Fd.from(number), RangeError);
  }
  assert.throws(() => Fd.from("0" as never), TypeError);
  assert.throws(() => Fd.from(undefined as never), TypeError);
  for (const make of [pipe, sharedPipe]) {
    using ends = make();
    for (const buffer of ["text", [1], null, undefined, new ArrayBuffer(8), 5] as never[]) {
      assert.throws(
        () => ends.reader.tryRead(buffer),
        /^TypeError: Buffer must be a Uint8Array, got /,
      );
      await assert.rejects(
        ends.reader.read(buffer, { timeout: 100 }),
        /^TypeError: Buffer must be a Uint8Array, got /,
      );
      assert.throws(
        () => ends.writer.tryWrite(buffer),
        /^TypeError: Buffer must be a Uint8Array, got /,
      );
    }
    for (const data of [[1], null, undefined, new ArrayBuffer(8), 5] as never[]) {
      assert.throws(() => ends.writer.writeSync(data), /^TypeError: Data must be a string or /);
      await assert.rejects(ends.writer.write(data), /^TypeError: Data must be a string or /);
    }
    for (const timeout of [-1, NaN, -Infinity]) {
      await assert.rejects(ends.reader.read(new Uint8Array(1), { timeout }), RangeError);
      await assert.rejects(ends.writer.write("x", { timeout }), RangeError);
    }
    assert.equal(ends.reader.tryRead(new Uint8Array(1)), undefined, "nothing was written");
  }
});

test("a failed call leaves the descriptor usable", async () => {
  using ends = pipe();
  await assert.rejects(ends.reader.read(new Uint8Array(1), { timeout: 0 }), {
    name: "TimeoutError",
  });
  await assert.rejects(ends.reader.read(new Uint8Array(1), { signal: AbortSignal.abort("no") }));
  const total = fill(ends.writer);
  await assert.rejects(ends.writer.write("x", { timeout: 0 }), { name: "TimeoutError" });
  assert.equal(drain(ends.reader), total, "nothing was written");
  await ends.writer.write("well");
  assert.equal(await ends.reader.read(new Uint8Array(9)), 4);
});

test("the timeout of a write counts for all of it, not for each part", async () => {
  using ends = pipe();
  const buffer = new Uint8Array(4096);
  let reading = true;
  let taken = 0;
  const sips = (async () => { // one page at a time, each of which lets the writer go on
    while (reading) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      ends.reader.tryRead(buffer);
      taken++;
    }
  })();
  try {
    await assert.rejects(ends.writer.write(new Uint8Array(65536 + 1000 * 4096), { timeout: 100 }), {
      name: "TimeoutError",
    });
  } finally {
    reading = false;
    await sips;
  }
  assert.ok(taken < 500, `${taken} pages`); // of a thousand; not in time, which others take as well
});

test("the timeout of reading all counts for all of it, however slowly it comes", async () => {
  using ends = pipe();
  let end: Error | undefined;
  const reading = readAll(ends.reader, { timeout: 200 }).catch((error) => end = error);
  for (let i = 0; i < 100 && end === undefined; i++) {
    await ends.writer.write("x");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  ends.writer.close();
  await reading;
  assert.deepEqual([end?.name, end?.message], ["TimeoutError", "Timed out after 200 ms"]);
});

test("no broken pipe kills a program that has never listened for SIGPIPE", async () => {
  const code = `import { pipe } from "${module}";
    const ends = pipe();
    ends.reader.close();
    for (const write of [(w) => w.writeSync("x"), (w) => w.write("x"), (w) => w.tryWrite(new Uint8Array(1))]) {
      try { await write(ends.writer) } catch (error) { console.log(error.code) }
    }
    console.log("alive");`;
  assert.equal(await run(denoCommand("eval", code)), "EPIPE\nEPIPE\nEPIPE\nalive\n");
}, { emulated: false });

test("what goes wrong is a SyscallError, which names call and descriptor", () => {
  using ends = pipe();
  ends.reader.close();
  try {
    ends.writer.writeSync("x");
    assert.fail("written to nobody");
  } catch (error) {
    assert.ok(error instanceof SyscallError);
    assert.equal(error.message, `write failed: Broken pipe (EPIPE): descriptor ${error.fd}`);
  }
});
