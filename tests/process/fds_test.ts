import assert from "node:assert/strict";
import { pipe } from "../../io/mod.ts";
import { fcntl, platform } from "../../libc/mod.ts";
import { type ChildDescriptors, Fd, spawn } from "../../process/mod.ts";
import { denoCommand, limited } from "../harness.ts";
import { identity, inspect, inspector, parse, removeInspector } from "../fixtures/inspected.ts";
import { test } from "../fixtures/warm_reactor.ts";

addEventListener("unload", removeInspector);

const REPORT = 9; // where the inspector writes, in the tests that move 1 about

/** What a child with `fds` has at each number. */
async function found(fds: ChildDescriptors): Promise<Record<string, string>> {
  await using child = spawn(inspector, [`report=${REPORT}`], { fds: { [REPORT]: "pipe", ...fds } });
  const inspection = parse((await Array.fromAsync(child.fd(REPORT).lines())).join("\n"));
  assert.equal((await child.wait()).code, 0);
  const entries = Object.entries(inspection.fds).filter(([number]) => Number(number) !== REPORT);
  for (const [, { closeOnExec }] of entries) assert.equal(closeOnExec, "kept");
  return Object.fromEntries(entries.map(([number, { file }]) => [number, file]));
}

/** What is at these descriptors of ours, by the child's numbers; 0, 1 and 2 are ours. */
function ours(fds: Record<number, number | Fd>): Record<string, string> {
  const entries = Object.entries<number | Fd>({ 0: 0, 1: 1, 2: 2, ...fds });
  return Object.fromEntries(
    entries.map(([number, own]) => [number, identity(own instanceof Fd ? own.number : own)]),
  );
}

/** `count` descriptors of ours that are numbered 1000 and up, each something else. */
function numbered(count: number): Fd[] & Disposable {
  const stack = new DisposableStack();
  const fds = Array.from({ length: count }, (_, i) => {
    using ends = pipe();
    const number = fcntl(ends.reader.number, platform.F_DUPFD_CLOEXEC, 1000 + i);
    assert.equal(number, 1000 + i);
    return stack.use(Fd.from(number));
  });
  return Object.assign(fds, { [Symbol.dispose]: () => stack.dispose() });
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest])
  );
}

test("four descriptors go to their own four numbers in each of the 24 orders", async () => {
  using four = numbered(4);
  for (const order of permutations(four)) {
    const fds = Object.fromEntries(order.map((fd, i) => [four[i].number, fd]));
    assert.deepEqual(await found(fds), ours(fds));
  }
}, { needs: ["gcc"] });

test(
  "every map of three of ours to their three numbers arrives, the same one twice too",
  async () => {
    using three = numbered(3);
    for (let code = 0; code < 27; code++) {
      const chosen = [code % 3, Math.floor(code / 3) % 3, Math.floor(code / 9)];
      const fds = Object.fromEntries(chosen.map((own, i) => [three[i].number, three[own]]));
      assert.deepEqual(await found(fds), ours(fds));
    }
  },
  { needs: ["gcc"] },
);

test(
  "numbers in the map that name each other are ours: all permutations of 0, 1 and 2",
  async () => {
    // In a program whose three are different, which those of a test need not be.
    const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    const result = [];
    for (const order of ${JSON.stringify(permutations([0, 1, 2]))}) {
      const child = spawn(${JSON.stringify(inspector)}, ["report=${REPORT}"], {
        fds: { ${REPORT}: "pipe", ...order },
      });
      result.push((await Array.fromAsync(child.fd(${REPORT}).lines())).slice(0, 3));
      await child.wait();
    }
    console.log(JSON.stringify(result));`;
    const [command, ...args] = denoCommand("eval", code);
    const { stdout } = await new Deno.Command(command, { args, stdin: "null" }).output();
    const lines = JSON.parse(new TextDecoder().decode(stdout)) as string[][];
    const files = lines.map((three) => three.map((line) => line.split(" ")[2]));
    const numbers = new Map(files[0].map((file, number) => [file, number])); // the first is as we are
    const orders = files.map((three) => three.map((file) => numbers.get(file)));
    assert.deepEqual(orders, permutations([0, 1, 2]));
  },
  { needs: ["gcc"] },
);

test("{ 2: 1 } is 2>&1, and follows what the map puts at 1", async () => {
  using one = numbered(1);
  const [own] = one;
  assert.deepEqual(await found({ 2: 1 }), ours({ 2: 1 }));
  assert.deepEqual(await found({ 1: own, 2: 1 }), ours({ 1: own, 2: own }));
  assert.deepEqual(await found({ 2: own, 1: 2 }), ours({ 1: own, 2: own }));
  assert.deepEqual(await found({ 7: own, 5: 7, 1: 7 }), ours({ 1: own, 5: own, 7: own }));
  const { fds } = await inspect({ fds: { 1: "pipe", 2: 1, 5: 1 } });
  assert.deepEqual([fds[2].file, fds[5].file], [fds[1].file, fds[1].file]);
  const nulls = await inspect({ fds: { 0: "null", 2: 0 } });
  assert.equal(nulls.fds[2].file, nulls.fds[0].file);
}, { needs: ["gcc"] });

test(
  "a chain of numbers means what stands at its end, in whatever order the map is read",
  async () => {
    using one = numbered(1);
    const [own] = one;
    const chained = await inspect({ fds: { 1: "pipe", 2: 1, 3: 2, 4: 3 } });
    for (const number of [2, 3, 4]) assert.equal(chained.fds[number].file, chained.fds[1].file);
    const { fds } = await inspect({ fds: { 3: 4, 4: 5, 5: "pipe", 6: 3 } });
    for (const number of [3, 4, 6]) assert.equal(fds[number].file, fds[5].file);
    assert.deepEqual(await found({ 3: 4, 4: 5, 5: own }), ours({ 3: own, 4: own, 5: own }));
    const { number } = own;
    assert.deepEqual(await found({ 3: 4, 4: number }), ours({ 3: own, 4: own })); // to one of ours
    // What leads into a circle is what it finds there.
    assert.deepEqual(
      await found({ 3: 2, 2: number, [number]: 2 }),
      ours({ 2: own, 3: own, [number]: 2 }),
    );
    assert.throws(() => spawn("true", [], { fds: { 3: 4, 4: 5, 5: 4000 } }), { code: "EBADF" });
  },
  { needs: ["gcc"] },
);

test("what keeps its number loses close-on-exec in the child alone", async () => {
  using one = numbered(1);
  const [own] = one;
  const { number } = own;
  for (const what of [own, number, "inherit"] as const) {
    assert.deepEqual(await found({ [number]: what }), ours({ [number]: number }));
  }
  assert.equal(own.closeOnExec, true);
}, { needs: ["gcc"] });

test(
  "gaps between descriptors are closed in the child, even where we have something open",
  async () => {
    using many = numbered(20);
    for (const fd of many) fd.closeOnExec = false; // as somebody else's library may leave them
    const child = await found({ 3: many[5], 1010: many[1], 1015: "null" });
    const nowhere = await inspect({ fds: { 2: "null" } });
    assert.deepEqual(child, {
      ...ours({ 3: many[5], 1010: many[1] }),
      1015: nowhere.fds[2].file,
    });
  },
  { needs: ["gcc"] },
);

test("a high number arrives", async () => {
  using one = numbered(1);
  const { fds } = await inspect({ fds: { 15_000: one[0] } });
  assert.deepEqual(Object.keys(fds), ["0", "1", "2", "15000"]);
}, { needs: ["gcc"] });

test("a number above the limit of descriptors is refused, not left out", async () => {
  const code = `import { spawn } from "${new URL("../../process/mod.ts", import.meta.url)}";
    for (const what of ["null", 0, "pipe"]) {
      try {
        await using child = spawn("true", [], { fds: { 300: what } });
        console.log("started without it");
      } catch (error) {
        console.log(error.code);
      }
    }`;
  const crowded = limited(256, denoCommand("eval", code));
  const [command, ...args] = crowded;
  const { stdout } = await new Deno.Command(command, { args }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assert.equal(lines.length, 3);
  for (const line of lines) assert.match(line, /^(EBADF|EINVAL|EMFILE)$/);
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
  const { fds } = await inspect({ fds: { 0: ends.reader, 5: ends.writer } });
  assert.deepEqual([fds[0].blocking, fds[5].blocking], ["blocking", "blocking"]);
}, { needs: ["gcc"] });

test("our own ends of a child's pipes are in no other child", async () => {
  // The first one sees the end of its input although others were started after it.
  await using first = spawn("cat", [], { fds: { 0: "pipe", 1: "pipe" } });
  await using others = new AsyncDisposableStack();
  for (let i = 0; i < 3; i++) {
    others.use(spawn("cat", [], { fds: { 0: "pipe", 1: "null" }, processGroup: "new" }));
  }
  first.fd(0).close();
  assert.equal(await first.fd(1).read(new Uint8Array(1)), null);
});

test("bad descriptors are refused, and nothing stays open", () => {
  using ends = pipe();
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
    [{ 3: 4000 }, { name: "SyscallError", code: "EBADF" }],
    [{ 4000: "inherit" }, { name: "SyscallError", code: "EBADF" }],
    [{ 4000: "null", 3: 4000, 4001: 4002 }, { code: "EBADF" }],
  ];
  for (const [fds, expected] of bad) {
    const all = { 0: "pipe", 1: "pipe", ...fds as ChildDescriptors } as ChildDescriptors;
    assert.throws(() => spawn("true", [], { fds: all }), expected as Error, Deno.inspect(fds));
  }
});

test("a number that is not open is EBADF, also when a pipe for the same child would get it", async () => {
  const free = () => {
    using ends = pipe();
    return [ends.reader.number, ends.writer.number];
  };
  const outcomes = [];
  for (const i of [0, 1]) {
    for (const what of ["inherit", "number"] as const) {
      const number = free()[i];
      try {
        const fds = { 0: "pipe", [number]: what === "number" ? number : what } as const;
        await using _child = spawn("true", [], { fds });
        outcomes.push("started");
      } catch (error) {
        outcomes.push((error as { code?: string }).code);
      }
    }
  }
  assert.deepEqual(outcomes, ["EBADF", "EBADF", "EBADF", "EBADF"]);
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
