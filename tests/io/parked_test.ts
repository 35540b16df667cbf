import assert from "node:assert/strict";
import { interrupt } from "../../libc/mod.ts";
import { PARKED_AT_MOST, SLICE } from "../../io/mod.ts";
import { MessageQueue } from "../../sysv/mod.ts";
import { counted } from "../counted_signal.ts";
import { denoCommand, emulated, fixture, language, Program, run, test, times } from "../harness.ts";

/** How many threads are parked in a `msgrcv` on the queue, told by interrupting them. */
function parkedOn(queue: MessageQueue): number {
  return interrupt([[queue.id, undefined, 8192]]);
}

test("1,000 waits begun and aborted leave no thread and no listener, and lose no message", async () => {
  using queue = MessageQueue.create("private");
  const controller = new AbortController();
  const { signal, listeners } = counted(controller);
  const waits = Array.from({ length: 1000 }, () => queue.receive({ signal }));
  const settled = Promise.allSettled(waits);
  for (let i = 0; i < 100; i++) queue.sendSync(`${i}`);
  await Promise.race(waits); // not a certain one: on a busy machine others may take all messages before it begins
  while (parkedOn(queue) === 0) await new Promise((resolve) => setTimeout(resolve, 0)); // they can be told
  controller.abort();
  const received = (await settled).filter(({ status }) => status === "fulfilled").length;
  assert.ok(received > 0 && received < 1000, `${received} received`);
  assert.equal(received + queue.stat().messages, 100);
  assert.equal(listeners(), 0);
  assert.equal(parkedOn(queue), 0);
});

test("1,000 waits aborted one after another leave nothing either", async () => {
  using queue = MessageQueue.create("private");
  for (let i = 0; i < 1000; i++) {
    const controller = new AbortController();
    const wait = queue.receive({ signal: controller.signal });
    if (i % 2) await new Promise<void>((resolve) => queueMicrotask(resolve));
    if (i % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    controller.abort();
    await assert.rejects(wait, { name: "AbortError" });
  }
  assert.equal(parkedOn(queue), 0);
}, { emulated: false });

test(
  "a message that comes in the same instant as the abort is delivered or stays, never lost",
  async () => {
    using queue = MessageQueue.create("private");
    const rounds = emulated ? 200 : times({ short: 1000, soak: 10_000 });
    await using sender = new Program(language.perl("answer.pl", queue.id, rounds));
    const unit = emulated ? 500 : 10; // microseconds, so that the answers come about when an abort ends
    let delivered = 0;
    for (let round = 1; round <= rounds; round++) {
      const controller = new AbortController();
      const wait = queue.receive({ type: 1, signal: controller.signal });
      if (round % 3) await new Promise((resolve) => setTimeout(resolve, 0)); // else not parked yet
      const delay = round % 40 === 39 ? 20_000 : round % 40 * unit; // some also after the abort where all is slow
      queue.sendSync(`${delay}`, { type: 2 });
      spin(round % 23 * 10); // microseconds, so that the abort comes before, with or after the answer
      controller.abort();
      const message = await wait.catch(() => undefined);
      if (message) delivered++;
      assert.equal((message ?? await queue.receive({ type: 1 })).text(), `${round}`);
    }
    assert.equal(queue.stat().messages, 0);
    console.log(`of ${rounds} messages ${delivered} were delivered, ${rounds - delivered} stayed`);
    assert.ok(delivered > 0 && delivered < rounds, "both outcomes must have happened");
    assert.equal((await sender.end()).code, 0);
  },
  { needs: ["perl"], watchdog: 240 },
);

function spin(microseconds: number): void {
  const end = performance.now() + microseconds / 1000;
  while (performance.now() < end);
}

test("100 waits share 16 threads: files are read meanwhile, and the last in line is not starved", async () => {
  using stack = new DisposableStack();
  const queues = Array.from({ length: 100 }, () => stack.use(MessageQueue.create("private")));
  let settled = 0;
  const waits = queues.map(async (queue) => {
    const message = await queue.receive();
    settled++;
    return { text: message.text(), at: performance.now() };
  });
  await new Promise((resolve) => setTimeout(resolve, 5 * SLICE)); // let them take turns for a while
  const started = performance.now();
  await Deno.readTextFile(new URL(import.meta.url));
  console.log(`a file was read in ${(performance.now() - started).toFixed(1)} ms`);
  assert.equal(settled, 0);

  const sent = performance.now();
  queues[99].sendSync("first");
  const { text, at } = await waits[99];
  assert.deepEqual([text, settled], ["first", 1]);
  const slices = Math.ceil((100 - PARKED_AT_MOST) / PARKED_AT_MOST);
  console.log(
    `the 100th got its message after ${
      (at - sent).toFixed(1)
    } ms, ${slices} slices of ${SLICE} ms at most`,
  );

  queues.slice(0, 99).forEach((queue, i) => queue.sendSync(`${i}`));
  const texts = (await Promise.all(waits)).map(({ text }) => text);
  assert.deepEqual(texts, [...queues.slice(0, 99).keys()].map(String).concat("first"));
});

test("40 waits on one queue get 40 messages, each one", async () => {
  using queue = MessageQueue.create("private");
  const waits = Array.from({ length: 40 }, () => queue.receive());
  await new Promise((resolve) => setTimeout(resolve, SLICE));
  for (let i = 0; i < 40; i++) await queue.send(`${i}`);
  const texts = (await Promise.all(waits)).map((message) => Number(message.text()));
  assert.deepEqual(texts.sort((a, b) => a - b), [...Array(40).keys()]);
});

test("an idle wait costs no processor time", async () => {
  // The least of five seconds: what the runtime does besides, such as to collect garbage, comes now and then only.
  const used = Number(await run(denoCommand("run", "-A", fixture("idle.ts"), "5")));
  console.log(`a second in an awaited receive cost ${used} ms of processor time`);
  assert.ok(used < 20, `${used} ms`);
}, { emulated: false });

test(
  "waits end in programs that handle SIGURG themselves, before or after us, and in workers",
  async () => {
    const output = await run(denoCommand("run", "-A", fixture("urgent.ts")));
    assert.deepEqual(output.split("\n").filter(Boolean), [
      "plain: TimeoutError",
      "with a listener added after: TimeoutError",
      "listener heard SIGURG",
      "with the listener removed: TimeoutError",
      "in a worker: TimeoutError",
    ]);
  },
  { emulated: false },
);

test("a listener for SIGURG that was there before keeps hearing it", async () => {
  const output = await run(denoCommand("run", "-A", fixture("urgent.ts"), "listener first"));
  assert.match(output, /^listener heard SIGURG\nplain: TimeoutError\n/);
}, { emulated: false });
