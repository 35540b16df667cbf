import assert from "node:assert/strict";
import { openFifo } from "../../fifo/mod.ts";
import { PARKED_AT_MOST } from "../../io/mod.ts";
import { MessageQueue } from "../../sysv/mod.ts";
import { run } from "../harness.ts";
import { FifoPlace, openingThreads } from "../fixtures/fifo_place.ts";
import { lockingThreads, LockPlace } from "../fixtures/lock_place.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** 42 waits of three kinds, and what ends each. */
class Waits implements Disposable {
  readonly #stack = new DisposableStack();
  readonly queues = this.#many(() => MessageQueue.create("private"));
  readonly fifos = this.#many(() => new FifoPlace());
  readonly files = this.#many(() => new LockPlace());
  readonly holders = this.files.map((file) => this.#stack.use(file.open()));
  readonly held = this.holders.map((holder) => holder.tryLock()!);

  #many<T extends Disposable>(make: () => T): T[] {
    return Array.from({ length: 14 }, () => this.#stack.use(make()));
  }

  /** Begins them all, one of each kind after the other. */
  begin(signal?: AbortSignal): Promise<string>[] {
    return this.queues.flatMap((queue, i) => [
      queue.receive({ signal }).then((message) => message.text()),
      openFifo(this.fifos[i].path, "w", { signal }).then(async (fifo) => {
        await fifo.write(`written ${i}`);
        fifo.close();
        return "open";
      }),
      (async () => {
        using file = this.files[i].open();
        using _ = await file.lock({ signal });
        return "locked";
      })(),
    ]);
  }

  [Symbol.dispose](): void {
    this.#stack.dispose();
  }
}

test("waits for messages, FIFOs and locks share the threads, and each ends rightly", async () => {
  using all = new Waits();
  const waits = all.begin();
  await taking_turns();
  await Deno.readTextFile(new URL(import.meta.url)); // needs a thread as well
  // In another order than they began in.
  for (let i = 13; i >= 0; i--) {
    assert.equal(await run(["cat", all.fifos[i].path]), `written ${i}`);
    all.held[(i * 5) % 14].unlock();
    await all.queues[(i * 3) % 14].send(`message ${(i * 3) % 14}`);
  }
  assert.deepEqual(
    await Promise.all(waits),
    all.queues.flatMap((_, i) => [`message ${i}`, "open", "locked"]),
  );
  assert.deepEqual([openingThreads(), lockingThreads()], [0, 0]);
});

test("all kinds end as one when they are aborted, and have taken nothing", async () => {
  using all = new Waits();
  const controller = new AbortController();
  const waits = all.begin(controller.signal);
  await taking_turns();
  controller.abort("over");
  for (const wait of await Promise.allSettled(waits)) {
    assert.deepEqual(wait, { status: "rejected", reason: "over" });
  }
  assert.deepEqual([openingThreads(), lockingThreads()], [0, 0]);
  for (const [i, holder] of all.holders.entries()) {
    all.held[i].unlock();
    assert.ok(holder.tryLock());
    assert.equal(all.queues[i].tryReceive(), undefined);
  }
});

/** Resolves once both kinds that can be seen have been parked at the same time as others. */
async function taking_turns(): Promise<void> {
  for (;;) {
    const [opening, locking] = [openingThreads(), lockingThreads()];
    assert.ok(opening + locking <= PARKED_AT_MOST);
    if (opening > 0 && locking > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
