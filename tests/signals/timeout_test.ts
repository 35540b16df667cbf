import assert from "node:assert/strict";
import { spawn } from "../../process/mod.ts";
import { withTimeout } from "../../signals/mod.ts";
import { childless, children } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

const never = () => new Promise<never>(() => {});

test("what ends in time gives its value or its error, and leaves no timer", async () => {
  assert.equal(await withTimeout(100_000, () => 1), 1);
  assert.equal(await withTimeout(100_000, () => Promise.resolve("two")), "two");
  const error = new Error("its own");
  await assert.rejects(withTimeout(100_000, () => Promise.reject(error)), error);
  await assert.rejects(
    withTimeout(100_000, () => {
      throw error;
    }),
    error,
  );
});

test("what takes too long is told by its signal, with the reason with which the result is rejected", async () => {
  let told: AbortSignal | undefined;
  const outcome = await withTimeout(10, (signal) => {
    assert.equal(signal.aborted, false);
    told = signal;
    return never();
  }).catch((error) => error);
  assert.ok(outcome instanceof DOMException);
  assert.equal(outcome.name, "TimeoutError");
  assert.equal(told?.aborted, true);
  assert.equal(told.reason, outcome);
});

test("the signal of what ends in time is never aborted", async () => {
  const signal = await withTimeout(20, (signal) => signal);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(signal.aborted, false);
});

test("an error that comes too late disturbs nobody", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  await assert.rejects(withTimeout(5, () => promise), { name: "TimeoutError" });
  reject(new Error("too late"));
  await new Promise((resolve) => setTimeout(resolve));
});

test("a time that is longer than a timer can be is waited for", async () => {
  for (const long of [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER, Infinity]) {
    const later = new Promise((resolve) => setTimeout(resolve, 20, "in time"));
    assert.equal(await withTimeout(long, () => later), "in time", String(long));
  }
});

test("what is no time, and no function, is refused", async () => {
  for (const timeout of [-1, NaN, "1", null]) {
    await assert.rejects(withTimeout(timeout as number, () => 1), /RangeError|TypeError/);
  }
  await assert.rejects(withTimeout(1, undefined as unknown as () => void), TypeError);
});

test("a child that took too long leaves no zombie", async () => {
  const outcome = withTimeout(10, async (signal) => {
    await using child = spawn("sleep", ["1000"]);
    await child.wait({ signal });
  });
  await assert.rejects(outcome, { name: "TimeoutError" });
  await childless();
  assert.deepEqual(children(), []);
});
