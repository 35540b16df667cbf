import assert from "node:assert/strict";
import { lease, list, reclaim, SemaphoreSet } from "../../sysv/mod.ts";
import { denoCommand, Program, run, test } from "../harness.ts";
import { remove } from "../../sysv/mod.ts";

const KEY = 0x6c650001;

/** A program that holds a lease until it is killed or told to go on. */
async function holder(): Promise<Program> {
  const code = `
    import { lease } from "${new URL("../../sysv/mod.ts", import.meta.url)}";
    using _ = await lease(${KEY});
    console.log("holding");
    await Deno.stdin.read(new Uint8Array(10));`;
  const program = new Program(denoCommand("eval", code));
  assert.equal(await program.line(), "holding");
  return program;
}

test("what nobody holds is reclaimed, and no lease set stays behind", () => {
  let cleaned = 0;
  assert.equal(reclaim(KEY, () => cleaned++), true);
  assert.equal(cleaned, 1);
  assert.equal(list("set").some(({ key }) => key === KEY), false);
});

test("what a living process holds is left alone, and reclaimed once it was killed", async () => {
  const [first, second] = [await holder(), await holder()];
  assert.equal(reclaim(KEY, () => assert.fail("in use")), false);
  await first[Symbol.asyncDispose](); // SIGKILL
  assert.equal(reclaim(KEY, () => assert.fail("in use by the second")), false);
  await second[Symbol.asyncDispose]();
  assert.equal(reclaim(KEY, () => {}), true);
}, { emulated: false });

test("our own lease counts until it is disposed, once", async () => {
  const [one, two] = [await lease(KEY), await lease(KEY)];
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  assert.equal(reclaim(KEY, () => assert.fail("in use")), false);
  two[Symbol.dispose]();
  assert.equal(reclaim(KEY, () => {}), true);
});

test("a lease whose set was removed by somebody else is let go without complaint", async () => {
  {
    using _ = await lease(KEY);
    SemaphoreSet.open(KEY).remove();
  }
  assert.equal(reclaim(KEY, () => SemaphoreSet.open(KEY).remove()), true);
});

test(
  "a lease that somebody else has reset is an error when it is disposed, and blocks nothing",
  async () => {
    const code = `
    import { lease, SemaphoreSet } from "${new URL("../../sysv/mod.ts", import.meta.url)}";
    const held = await lease(${KEY});
    using set = SemaphoreSet.open(${KEY});
    set.setValue(0, 0);
    try { held[Symbol.dispose](); } catch (error) { console.log(error.code); }
    set.remove();`;
    assert.equal(await run(["timeout", "30", ...denoCommand("eval", code)]), "EAGAIN\n");
  },
  { emulated: false },
);

test("who wants a lease while somebody reclaims gets it afterwards", async () => {
  let waiting: Promise<Disposable> | undefined;
  assert.equal(
    reclaim(KEY, () => {
      waiting = lease(KEY);
      assert.equal(reclaim(KEY, () => assert.fail("twice at once")), false);
    }),
    true,
  );
  (await waiting!)[Symbol.dispose]();
  assert.equal(reclaim(KEY, () => {}), true);
});

test("the time for a lease counts from the call, however often others reclaim meanwhile", async () => {
  const reclaiming = () => {
    const set = SemaphoreSet.create(KEY, { count: 2 });
    set.setValue(1, 1);
    return set;
  };
  let set = reclaiming();
  let end: Error | undefined;
  const waiting = lease(KEY, { timeout: 200 }).catch((error) => end = error);
  for (let i = 0; i < 100 && end === undefined; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    set.remove();
    set = reclaiming(); // before anybody else could join
  }
  set.setValue(1, 0);
  await waiting;
  set.remove();
  assert.deepEqual([end?.name, end?.message], ["TimeoutError", "Timed out after 200 ms"]);
});

test("many processes that lease and reclaim at once disturb each other with no error", async () => {
  const code = `
    import { lease, reclaim } from "${new URL("../../sysv/mod.ts", import.meta.url)}";
    let reclaimed = 0, held = 0;
    for (let i = 0; i < 2000; i++) {
      if (i % 3) reclaim(${KEY}, () => reclaimed++);
      else { using _ = await lease(${KEY}); held++; }
    }
    console.log(held, reclaimed);`;
  const programs = Array.from({ length: 3 }, () => run(denoCommand("eval", code)));
  const said = (await Promise.all(programs)).map((line) => line.trim().split(" ").map(Number));
  assert.deepEqual(said.map(([held]) => held), [667, 667, 667]);
  assert.ok(said.some(([, reclaimed]) => reclaimed > 0));
  reclaim(KEY, () => {});
}, { emulated: false });

test("a set that is somebody's for another purpose is not touched", async () => {
  using other = SemaphoreSet.create(KEY, { count: 3 });
  try {
    await assert.rejects(lease(KEY), { code: "EINVAL", key: KEY });
    assert.throws(() => reclaim(KEY, () => assert.fail("not ours")), { code: "EINVAL" });
    assert.deepEqual(other.values(), [0, 0, 0]);
  } finally {
    other.remove();
  }
});

test("a clean-up that fails is an error, and others can go on", () => {
  assert.throws(() =>
    reclaim(KEY, () => {
      throw new Error("no");
    }), { message: "no" });
  assert.equal(reclaim(KEY, () => {}), true);
});

test("misuse of a lease, or of an operation, is a TypeError, and leaves no set", async () => {
  const none = null as never;
  using set = SemaphoreSet.create("private", { count: 1 });
  const cases: [RegExp, () => unknown][] = [
    [/^Key must be a number, got "private"/, () => lease("private" as never)],
    [/^Timeout must be a number/, () => lease(0xbad1ea5e | 0, { timeout: "x" as never })],
    [/^What cleans up must be a function, got null/, () => reclaim(0xbad1ea5e | 0, none)],
    [/^Object must be an object, got null/, () => remove(none)],
    [/^Operations must be an array, got/, () => set.operate(none)],
    [/^An operation must be an object, got null/, () => set.operate([none])],
  ];
  for (const [message, attempt] of cases) {
    await assert.rejects(async () => void await attempt(), { name: "TypeError", message });
  }
});
