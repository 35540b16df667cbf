import assert from "node:assert/strict";
import { pipe } from "../../io/mod.ts";
import { type ChildDescriptors, Fd, spawn } from "../../process/mod.ts";
import { test } from "../harness.ts";
import {
  identity,
  inspect,
  type Inspection,
  inspector,
  parse,
  removeInspector,
} from "../fixtures/inspected.ts";
import "../fixtures/warm_reactor.ts";

addEventListener("unload", removeInspector);

const REPORT = 9; // where the inspector writes, in the tests that move 1 about

/** The descriptors of a child with `fds`, as the numbers of ours that they are: { child's: ours }. */
async function moved(fds: ChildDescriptors, ours: readonly Fd[]): Promise<Record<string, number>> {
  await using child = spawn(inspector, [`report=${REPORT}`], { fds: { [REPORT]: "pipe", ...fds } });
  const { fds: found } = parse((await Array.fromAsync(child.fd(REPORT).lines())).join("\n"));
  assert.equal((await child.wait()).code, 0);
  delete (found as Inspection["fds"])[REPORT];
  const names = new Map([0, 1, 2].map((number) => [identity(number), number]));
  for (const fd of ours) names.set(identity(fd.number), fd.number);
  return Object.fromEntries(
    Object.entries(found).map(([number, { file, closeOnExec }]) => {
      assert.equal(closeOnExec, "kept");
      return [number, names.get(file)!];
    }),
  );
}

/** `count` descriptors of ours that are numbered `from` and up, each something else. */
function numbered(from: number, count: number): Fd[] & Disposable {
  const stack = new DisposableStack();
  const spare: Fd[] = [];
  const found: Fd[] = [];
  while (found.length < count) {
    const { reader, writer } = pipe();
    writer.close();
    (reader.number === from + found.length ? found : spare).push(stack.use(reader));
    if (reader.number > from + found.length) throw new Error(`${from} is taken`);
  }
  for (const fd of spare) fd.close();
  return Object.assign(found, { [Symbol.dispose]: () => stack.dispose() });
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest])
  );
}

test("four descriptors go to their own four numbers in each of the 24 orders", async () => {
  using four = numbered(200, 4);
  const numbers = four.map(({ number }) => number);
  for (const order of permutations(four)) {
    const fds = Object.fromEntries(numbers.map((number, i) => [number, order[i]]));
    const expected = Object.fromEntries(numbers.map((number, i) => [number, order[i].number]));
    assert.deepEqual(await moved(fds, four), { 0: 0, 1: 1, 2: 2, ...expected });
  }
}, { needs: ["gcc"] });

test(
  "every map of three of ours to three of their numbers arrives, the same one twice too",
  async () => {
    using three = numbered(210, 3);
    const numbers = three.map(({ number }) => number);
    for (let code = 0; code < 27; code++) {
      const chosen = [code % 3, Math.floor(code / 3) % 3, Math.floor(code / 9)].map((i) =>
        three[i]
      );
      const fds = Object.fromEntries(numbers.map((number, i) => [number, chosen[i]]));
      const expected = Object.fromEntries(numbers.map((number, i) => [number, chosen[i].number]));
      assert.deepEqual(await moved(fds, three), { 0: 0, 1: 1, 2: 2, ...expected });
    }
  },
  { needs: ["gcc"] },
);

test(
  "numbers of ours mean what the map puts there, else ours: all permutations of 0, 1 and 2",
  async () => {
    for (const order of permutations([0, 1, 2])) {
      const fds = Object.fromEntries(order.map((source, i) => [i, source]));
      assert.deepEqual(await moved(fds, []), fds);
    }
  },
  { needs: ["gcc"] },
);

test("{ 2: 1 } is 2>&1, and follows what the map puts at 1", async () => {
  using[own] = numbered(220, 1);
  assert.deepEqual(await moved({ 2: 1 }, []), { 0: 0, 1: 1, 2: 1 });
  assert.deepEqual(await moved({ 1: own, 2: 1 }, [own]), { 0: 0, 1: own.number, 2: own.number });
  assert.deepEqual(await moved({ 2: own, 1: 2 }, [own]), { 0: 0, 1: own.number, 2: own.number });
  assert.deepEqual(await moved({ 7: own, 5: 7, 1: 7 }, [own]), {
    0: 0,
    1: own.number,
    2: 2,
    5: own.number,
    7: own.number,
  });
  const { fds } = await inspect({ fds: { 1: "pipe", 2: 1, 5: 1 } });
  assert.deepEqual([fds[2].file, fds[5].file], [fds[1].file, fds[1].file]);
  const nulls = await inspect({ fds: { 0: "null", 2: 0 } });
  assert.equal(nulls.fds[2].file, nulls.fds[0].file);
}, { needs: ["gcc"] });

test(
  'a descriptor keeps its number with its number, an Fd or "inherit", and loses close-on-exec',
  async () => {
    using[own] = numbered(230, 1);
    const { number } = own;
    for (const what of [own, number, "inherit"] as const) {
      assert.deepEqual(await moved({ [number]: what }, [own]), {
        0: 0,
        1: 1,
        2: 2,
        [number]: number,
      });
    }
    assert.equal(own.closeOnExec, true, "ours stays as it was");
  },
  { needs: ["gcc"] },
);

test(
  "gaps between descriptors are closed in the child, even where we have something open",
  async () => {
    using ours = numbered(240, 20);
    for (const fd of ours) fd.closeOnExec = false; // as somebody else's library may leave them
    const found = await moved({ 3: ours[5], 250: ours[1], 255: "null" }, ours);
    assert.deepEqual(Object.keys(found), ["0", "1", "2", "3", "250", "255"]);
    assert.deepEqual([found[3], found[250]], [ours[5].number, ours[1].number]);
  },
  { needs: ["gcc"] },
);

test("a high number arrives", async () => {
  using[own] = numbered(260, 1);
  const { fds } = await inspect({ fds: { 15_000: own } });
  assert.deepEqual(Object.keys(fds), ["0", "1", "2", "15000"]);
}, { needs: ["gcc"] });

test("a number above the limit of descriptors is refused, not left out", async () => {
  const limit = Number(
    /Max open files\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/limits"))![1],
  );
  const number = Math.min(limit, 65_535);
  if (limit > 65_535) return assert.throws(() => spawn("true", [], { fds: { 65_536: "null" } }));
  for (const what of ["null", 0] as const) {
    let code: unknown = "none";
    try {
      await spawn("true", [], { fds: { [number]: what } }).wait();
    } catch (error) {
      code = (error as { code?: string }).code;
    }
    assert.ok(code === "EBADF" || code === "EINVAL" || code === "EMFILE", `${what}: ${code}`);
  }
});

test('"pipe" works both ways at once, on any number, and blocks in the child', async () => {
  const { fds } = await inspect({ fds: { 0: "pipe", 2: "pipe", 6: "pipe" } });
  for (const number of [0, 1, 2, 6]) assert.equal(fds[number].blocking, "blocking");
  await using child = spawn("perl", ["-e", "open F, '>&=6'; print F <STDIN>"], {
    fds: { 0: "pipe", 6: "pipe" },
  });
  await child.fd(0).write("through\n");
  child.fd(0).close();
  assert.deepEqual(await Array.fromAsync(child.fd(6).lines()), ["through"]);
  assert.throws(() => child.fd(1), { name: "TypeError" });
  assert.throws(() => child.stderr, { name: "TypeError" });
}, { needs: ["gcc", "perl"] });

test("an end of pipe() that a child is given blocks there, as programs expect", async () => {
  using ends = pipe();
  await using child = spawn("cat", [], { fds: { 0: ends.reader, 1: "pipe", 2: "null" } });
  ends.reader.close();
  // cat is at its first read by the time that it sleeps; a descriptor that does not block ends it.
  await assert.rejects(child.wait({ timeout: 50 }), { name: "TimeoutError" });
  await ends.writer.write("late\n");
  ends.writer.close();
  assert.deepEqual(await Array.fromAsync(child.fd(1).lines()), ["late"]);
});

test("our own ends of a child's pipes are in no other child", async () => {
  // The first one sees the end of its input although others were started after it.
  await using first = spawn("cat", [], { fds: { 0: "pipe", 1: "pipe" } });
  await using _others = new AsyncDisposableStack();
  for (let i = 0; i < 3; i++) {
    _others.use(spawn("cat", [], { fds: { 0: "pipe", 1: "null" }, processGroup: "new" }));
  }
  first.fd(0).close();
  assert.equal(await first.fd(1).read(new Uint8Array(1)), null);
});

test("bad descriptors are refused, and nothing stays open", async () => {
  using ends = pipe();
  const { number } = ends.reader;
  ends.reader.close();
  const bad: [unknown, unknown][] = [
    [{ 3: "file" }, TypeError],
    [{ 3: undefined }, TypeError],
    [{ 3: null }, TypeError],
    [{ 3: 1n }, TypeError],
    [{ 3: {} }, TypeError],
    [{ 3: ends.reader }, { name: "TypeError", message: "Fd is closed" }],
    [{ 3: -1 }, RangeError],
    [{ 3: 1.5 }, RangeError],
    [{ "-1": "null" }, RangeError],
    [{ x: "null" }, RangeError],
    [{ 1.5: "null" }, RangeError],
    [{ 65536: "null" }, RangeError],
    [{ 3: number }, { name: "SyscallError", code: "EBADF" }],
    [{ [number]: "inherit" }, { name: "SyscallError", code: "EBADF" }],
    [{ [number]: "null", 3: 4000 }, { code: "EBADF" }],
  ];
  for (const [fds, expected] of bad) {
    const all = { 0: "pipe", 1: "pipe", ...fds as ChildDescriptors } as ChildDescriptors;
    assert.throws(() => spawn("true", [], { fds: all }), expected as Error, Deno.inspect(fds));
  }
  await Promise.resolve();
});

test("whatever is wrong with the other options, the pipes do not stay open", () => {
  const fds = { 0: "pipe", 1: "pipe" } as const;
  assert.throws(() => spawn("true", [], { fds, env: { "A=B": "" } }), TypeError);
  assert.throws(() => spawn("true", [], { fds, env: { A: "\0" } }), TypeError);
  assert.throws(() => spawn("true", [], { fds, uid: -1 }), RangeError);
  assert.throws(() => spawn("true", [], { fds, cwd: "\0" }), TypeError);
  assert.throws(() => spawn("true", [], { fds, cwd: "/nonexistent" }), { code: "ENOENT" });
  assert.throws(() => spawn("true", ["x".repeat(200_000)], { fds }), { code: "E2BIG" });
  assert.throws(() => spawn("true", ["\0"], { fds }), TypeError);
  assert.throws(() => spawn("true", [], { fds, signalMask: ["SIGNONE"] }), TypeError);
  assert.throws(() => spawn("true", [], { fds, umask: -1 }), RangeError);
  assert.throws(() => spawn("true", [], { fds, processGroup: 1 }), { code: "EPERM" });
  assert.throws(() => spawn("nonexistent", [], { fds }), { code: "ENOENT" });
});
