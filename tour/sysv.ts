/**
 * The System V rows of the page.
 */
import assert from "node:assert/strict";
import {
  ftok,
  MessageQueue,
  type SemaphoreOperation,
  SemaphoreSet,
  SharedMemory,
  SyscallError,
} from "../sysv/mod.ts";
import type { Area, Row } from "./row.ts";

const memory: Row = {
  number: 56,
  title: "shared memory: write, read, zero padding",
  direction: "→",
  async walk({ perl, other }) {
    using segment = SharedMemory.create("private", { size: 2000 });
    const text = "Tea is ready";
    segment.write("?".repeat(60));
    segment.write(text, 0, 60);
    await using reader = perl?.("segment.pl", segment.id, "read", 0, 60);
    assert.equal(await reader?.line() ?? segment.readText(0, 60), text);
    return `wrote "${text}" padded to 60 bytes; ${other} read the same`;
  },
};

const keys: Row = {
  number: 57,
  title: "private objects, keys, creation, modes",
  direction: "→",
  async walk({ perl, other }) {
    using cleanUp = new DisposableStack();
    const key = anyKey();
    const segment = SharedMemory.create(key, { size: 100, mode: 0o640 });
    cleanUp.defer(() => segment.remove());
    assert.throws(() => SharedMemory.create(key, { size: 1 }), { code: "EEXIST" });
    assert.equal(SharedMemory.openOrCreate(key, { size: 1 }).id, segment.id);
    await using finder = perl?.("keys.pl", hex(key));
    if (finder) assert.equal(await finder.line(), `${segment.id} 640 EEXIST`);
    return `made segment ${hex(key)}; ${other} found it, and could not make one`;
  },
};

const variables: Row = {
  number: 58,
  title: "sharing a variable",
  direction: "↔",
  async walk({ perl, other }) {
    using segment = SharedMemory.create("private", { size: 4 });
    const counter = segment.view(Int32Array);
    Atomics.add(counter, 0, 41);
    await using partner = perl?.("segment.pl", segment.id, "increment", 0);
    if (partner) assert.equal(await partner.line(), "42");
    else Atomics.add(counter, 0, 1);
    assert.equal(counter[0], 42);
    return `counter[0] was 41, ${other} added one, counter[0] is 42`;
  },
};

const take: SemaphoreOperation[] = [{ delta: 0 }, { delta: 1 }];
const give: SemaphoreOperation[] = [{ delta: -1 }];

const semaphores: Row = {
  number: 59,
  title: "semaphores: take and give",
  direction: "←",
  async walk({ perl, other, signal }) {
    using cleanUp = new DisposableStack();
    const key = anyKey();
    const set = SemaphoreSet.create(key, { count: 10 });
    cleanUp.defer(() => set.remove());
    await using holder = perl?.("semaphore.pl", hex(key), "take", "wait", "give");
    if (holder) assert.equal(await holder.line(), "done: take");
    else await set.operate(take);
    assert.equal(set.tryOperate(take), false);
    await Promise.all([
      set.operate(take, { signal }),
      holder ? holder.goOn() : set.operate(give),
    ]);
    assert.equal(set.value(), 1);
    return `${other} had taken it; we waited, and took it when ${other} gave it`;
  },
};

const queues: Row = {
  number: 60,
  title: "message queues: types and sizes",
  direction: "↔",
  async walk({ perl, other, signal }) {
    using queue = MessageQueue.create("private");
    await queue.send("later", { type: 7 });
    await queue.send("drawer", { type: 3 });
    await using partner = perl?.("queue.pl", queue.id, "answer", 3);
    if (!partner) answerOurselves(queue);
    const [answer] = await Promise.all([queue.receive({ type: 4, signal }), partner?.line()]);
    assert.deepEqual([answer.type, answer.text()], [4, "reward"]);
    assert.equal((await queue.receive()).text(), "later");
    return `sent "drawer" as type 3, behind a type 7; ${other} answered "reward"`;
  },
};

function answerOurselves(queue: MessageQueue): void {
  const question = queue.receiveSync({ type: 3 });
  queue.sendSync([...question.text()].reverse().join(""), { type: 4 });
}

const objects: Row = {
  number: 61,
  title: "object modules, stat and set, ftok",
  direction: "→",
  async walk({ perl, other }) {
    using cleanUp = new DisposableStack();
    const path = Deno.makeTempFileSync({ prefix: "deno_ipc_tour_" });
    cleanUp.defer(() => Deno.removeSync(path));
    const key = ftok(path, 7);
    const queue = MessageQueue.create(key);
    cleanUp.defer(() => queue.remove());
    queue.sendSync("counted");
    queue.set({ mode: 0o640, maxBytes: 4096 });
    const { mode, maxBytes, messages, lastSender } = queue.stat();
    const expected = `${key} ${mode.toString(8)} ${maxBytes} ${messages} ${lastSender?.pid}`;
    assert.equal(expected, `${key} 640 4096 1 ${Deno.pid}`);
    await using observer = perl?.("objects.pl", path, 7);
    if (observer) assert.equal(await observer.line(), expected);
    return `made a queue by ftok and changed it; ${other} sees the same fields`;
  },
};

const failures: Row = {
  number: 62,
  title: "errors",
  direction: "↔",
  async walk({ perl, other }) {
    using cleanUp = new DisposableStack();
    const [nothing, taken] = [anyKey(), anyKey()];
    const queue = MessageQueue.create(taken);
    cleanUp.defer(() => queue.remove());
    queue.sendSync("more than three bytes");
    const codes = [
      codeOf(() => MessageQueue.open(nothing)),
      codeOf(() => MessageQueue.create(taken)),
      codeOf(() => queue.receiveSync({ maxSize: 3 })),
    ].join(" ");
    assert.equal(codes, "ENOENT EEXIST E2BIG");
    assert.equal(queue.tryReceive({ type: 99 }), undefined);
    assert.throws(() => queue.sendSync("", { type: 0 }), RangeError);
    await using partner = perl?.("failures.pl", hex(nothing), hex(taken));
    if (partner) assert.equal(await partner.line(), `${codes} ENOMSG`);
    return `${codes}: ${other} agrees; misuse is a RangeError`;
  },
};

/** System V: shared memory, semaphores, message queues. */
export const sysv: Area = {
  title: "System V",
  rows: [memory, keys, variables, semaphores, queues, objects, failures],
};

function anyKey(): number {
  return 1 + Math.floor(Math.random() * 0x7fff_ffff);
}

function hex(key: number): string {
  return `0x${key.toString(16)}`;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SyscallError) return error.code;
    throw error;
  }
  return "no error";
}
