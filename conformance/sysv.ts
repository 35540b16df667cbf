/**
 * The rows about System V.
 */
import assert from "node:assert/strict";
import { ftok, list, MessageQueue, remove, SemaphoreSet, SharedMemory } from "../sysv/mod.ts";
import { alone, between, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, find, peer, tourPeer } from "./sides.ts";
import type { Stage } from "./stage.ts";

/** A key that nobody has; what is made under it goes at the end. */
function freeKey(stage: Stage): number {
  const key = 1 + Math.floor(Math.random() * 0x7fff_ffff);
  stage.defer(() => list().filter((object) => object.key === key).forEach(remove));
  return key;
}

const hex = (key: number) => `0x${key.toString(16)}`;

/** Runs one of Perl's, which must do what it is to do; what it prints. */
async function perl(stage: Stage, action: string, ...words: (string | number)[]): Promise<string> {
  const { printed, said, end } = await stage.run(peer("Perl", "sysv", action, ...words));
  assert.equal(end, 0, said);
  return printed.replace(/\n$/, "");
}

const memoryProgram = page(56, "SysV IPC", /shmwrite/);

const memory: Row = {
  number: 56,
  title: "shared memory: write, read, zero padding",
  cases: [
    alone("the page's program: written, read, the same, removed", async (stage, side) => {
      const ours = example("sysv/shared_memory");
      const { printed } = await stage.run(side === "Perl" ? memoryProgram.on(stage) : ours);
      const [id] = find(printed, /^(?:shm key|segment) (\d+)/).map(Number);
      const [wrote] = find(printed, /wrote\W+(\w.*\S)\W$/m);
      const [read] = find(printed, /read\W+(\w[\w #]*)/);
      const same = /^(swell|the same)$/m.test(printed);
      const removed = !list("segment").some((segment) => segment.id === id);
      return { same, equal: wrote.startsWith(read), removed };
    }),
    between("written over something longer, padded with zeros", async (stage, writer, reader) => {
      using segment = SharedMemory.create("private", { size: 80 });
      segment.write("?".repeat(80));
      if (writer === "ours") SharedMemory.fromId(segment.id).write("Message #1", 0, 60);
      else await perl(stage, "write", segment.id, "Message #1", 60);
      if (reader === "Perl") return await perl(stage, "bytes", segment.id, 64);
      return SharedMemory.fromId(segment.id).read(0, 64).toHex();
    }),
  ],
};

const keys: Row = {
  number: 57,
  title: "private objects, keys, creation, modes",
  cases: [
    between("made by one, found by the other, not made twice", async (stage, maker, finder) => {
      const key = freeKey(stage);
      const id = maker === "ours"
        ? SharedMemory.create(key, { size: 100, mode: 0o640 }).id
        : Number(await perl(stage, "segment", key));
      const found = finder === "Perl"
        ? (await stage.run(tourPeer("keys.pl", hex(key)))).printed.trimEnd()
        : lookedUp(key);
      return found.replace(`${id} `, "the same, ");
    }),
  ],
};

function lookedUp(key: number): string {
  const segment = SharedMemory.open(key);
  const another = codeOf(() => SharedMemory.create(key, { size: 1 }));
  return `${segment.id} ${segment.stat().mode.toString(8)} ${another}`;
}

const variables: Row = {
  number: 58,
  title: "sharing a variable",
  note: "Perl copies the number out and in; ours adds to the memory itself, by Atomics.",
  cases: [
    between("one adds 40 to a number, the other 2", async (stage, first, second) => {
      using segment = SharedMemory.create("private", { size: 4 });
      const number = segment.view(Int32Array);
      for (const [side, count] of [[first, 40], [second, 2]] as const) {
        if (side === "Perl") await perl(stage, "add", segment.id, count);
        else Atomics.add(SharedMemory.fromId(segment.id).view(Int32Array), 0, count);
      }
      return number[0];
    }),
  ],
};

const ownKey = { edits: [{ find: /(?<=\$IPC_KEY = )1234/, why: "a key that nobody else has" }] };
const semaphorePrograms = {
  create: page(59, "SysV IPC", /semget\(\$IPC_KEY, 10/, ownKey),
  take: page(59, "SysV IPC", /# create a semaphore/, ownKey),
  give: page(59, "SysV IPC", /"give" the semaphore/, ownKey),
};

function semaphore(stage: Stage, side: Side, action: keyof typeof semaphorePrograms, key: number) {
  return side === "Perl"
    ? semaphorePrograms[action].on(stage, { replacements: [key] })
    : example(`sysv/semaphore_${action}`, key);
}

const semaphores: Row = {
  number: 59,
  title: "semaphores: take and give",
  note: "The page's fixed key, 1234, is another one in each run.",
  cases: [
    between("one takes twice, and waits until the other gives", async (stage, taker, giver) => {
      const key = freeKey(stage);
      await stage.run(semaphore(stage, taker, "create", key));
      const set = SemaphoreSet.open(key);
      const seen = [set.count, set.value()];
      await stage.run(semaphore(stage, taker, "take", key));
      seen.push(set.value());
      const taking = stage.start(semaphore(stage, taker, "take", key));
      while (set.waitersForZero() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const { end } = await stage.run(semaphore(stage, giver, "give", key));
      return [...seen, end, await taking.end(), set.value()];
    }),
  ],
};

const queueProgram = page(60, "SysV IPC", /msgrcv/);

const queues: Row = {
  number: 60,
  title: "message queues: types and sizes",
  cases: [
    alone("the page's program: sent, received, the same", async (stage, side) => {
      const ours = example("sysv/message_queue");
      const { printed } = await stage.run(side === "Perl" ? queueProgram.on(stage) : ours);
      return /^(okay|the same)$/m.test(printed);
    }),
    between("the lowest type up to one, one type, any", async (stage, sender, receiver) => {
      using queue = MessageQueue.create("private");
      const messages = [[9, "later"], [3, "first"], [5, ""], [7, "Grüße"]] as const;
      if (sender === "Perl") await perl(stage, "send", queue.id, ...messages.flat());
      else for (const [type, text] of messages) queue.sendSync(text, { type });
      if (receiver === "Perl") {
        return (await perl(stage, "receive", queue.id, -5, 7, 0, 0)).split("\n");
      }
      const wanted = [{ upTo: 5 }, { type: 7 }, {}, {}];
      return wanted.map((one) => queue.receiveSync(one)).map((m) => `${m.type} ${m.text()}`);
    }),
  ],
};

const objects: Row = {
  number: 61,
  title: "the object modules, stat and set, ftok",
  cases: [
    between("made by ftok and changed, found and seen", async (stage, maker, observer) => {
      const path = stage.write("file", "");
      const key = ftok(path, 7);
      stage.defer(() => list("queue").filter((queue) => queue.key === key).forEach(remove));
      const pid = maker === "Perl" ? Number(await perl(stage, "queue", path, 7)) : makeQueue(key);
      const seen = observer === "Perl"
        ? (await stage.run(tourPeer("objects.pl", path, 7))).printed.trimEnd()
        : describe(path);
      const [, mode, maxBytes, messages, sender] = seen.split(" ");
      return { key: seen.startsWith(`${key} `), mode, maxBytes, messages, sender: +sender === pid };
    }),
  ],
};

function makeQueue(key: number): number {
  const queue = MessageQueue.create(key);
  queue.sendSync("counted");
  queue.set({ mode: 0o640, maxBytes: 4096 });
  return Deno.pid;
}

function describe(path: string): string {
  const key = ftok(path, 7);
  const { mode, maxBytes, messages, lastSender } = MessageQueue.open(key).stat();
  return `${key} ${mode.toString(8)} ${maxBytes} ${messages} ${lastSender?.pid}`;
}

const failures: Row = {
  number: 62,
  title: "errors",
  note:
    "What Perl says by a return value and $! is an exception of ours with the same code; where Perl " +
    "croaks, ours is a TypeError or RangeError.",
  cases: [
    alone("no object, one too many, too long, none there", async (stage, side) => {
      const [nothing, taken] = [freeKey(stage), freeKey(stage)];
      const queue = MessageQueue.create(taken);
      queue.sendSync("more than three bytes");
      if (side === "Perl") {
        return (await stage.run(tourPeer("failures.pl", hex(nothing), hex(taken)))).printed
          .trimEnd();
      }
      const none = queue.tryReceive({ type: 99 }) === undefined ? "ENOMSG" : "a message";
      return [
        codeOf(() => MessageQueue.open(nothing)),
        codeOf(() => MessageQueue.create(taken)),
        codeOf(() => queue.receiveSync({ maxSize: 3 })),
        none,
      ].join(" ");
    }),
    alone("misuse", async (stage, side) => {
      using queue = MessageQueue.create("private");
      if (side === "ours") return codeOf(() => queue.sendSync("", { type: NaN }));
      const script = 'eval { msgsnd shift, "x", 0 }; print $@ ? "an exception" : "nothing"';
      return (await stage.run(["perl", "-e", script, `${queue.id}`])).printed;
    }),
  ],
};

function codeOf(action: () => unknown): string {
  try {
    action();
    return "nothing";
  } catch (error) {
    return (error as { code?: string }).code ?? "an exception";
  }
}

/** System V: shared memory, semaphores, message queues. */
export const sysv: readonly Row[] = [
  memory,
  keys,
  variables,
  semaphores,
  queues,
  objects,
  failures,
];
