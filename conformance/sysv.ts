/**
 * The rows about semaphores, message queues, and System V as a whole.
 */
import { ftok, list, MessageQueue, remove, SemaphoreSet } from "../sysv/mod.ts";
import { alone, between, type Row, type Side } from "./case.ts";
import { codeOf, freeKey, hex, perl } from "./objects.ts";
import { page } from "./perlipc.ts";
import { example, tourPeer } from "./sides.ts";
import type { Stage } from "./stage.ts";

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

/** Semaphores, message queues, and System V as a whole. */
export const sysv: readonly Row[] = [semaphores, queues, objects, failures];
