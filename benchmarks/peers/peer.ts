/**
 * The work of peer.c with this library, and what only we have: the awaited forms.
 *
 *   deno run -A peer.ts <case> <count> <bytes> <key> [<second key>]
 */
import process from "node:process";
import { MessageQueue, SemaphoreSet, SharedMemory } from "../../sysv/mod.ts";
import { startOf } from "./start.ts";

const [name, ...numbers] = Deno.args;
const [count, size, key, secondKey] = numbers.map(Number);
const bytes = new Uint8Array(size).fill(0x78);

/** Makes a case's operation so many times. */
type Loop = (count: number) => void | Promise<void>;

// Each case opens what it needs and returns its loop.
const cases: Record<string, () => Loop> = {
  queue: () => exchange(1, 1),
  ping: () => exchange(1, 2),
  pong,
  "queue-into": queueInto,
  "queue-awaited": queueAwaited,
  "ping-awaited": pingAwaited,
  "pong-awaited": pongAwaited,
  wake,
  semaphore: () => operations([key, 1], [key, -1]),
  give: () => operations([key, 1], [secondKey, -1]),
  take: () => operations([key, -1], [secondKey, 1]),
  "semaphore-awaited": semaphoreAwaited,
  memory,
  copy,
};

function exchange(sentType: number, receivedType: number): Loop {
  const queue = MessageQueue.open(key);
  return (count) => {
    for (let i = 0; i < count; i++) {
      queue.sendSync(bytes, { type: sentType });
      queue.receiveSync({ type: receivedType });
    }
  };
}

function pong(): Loop {
  const queue = MessageQueue.open(key);
  return (count) => {
    for (let i = 0; i < count; i++) {
      queue.receiveSync({ type: 1 });
      queue.sendSync(bytes, { type: 2 });
    }
  };
}

function queueInto(): Loop {
  const queue = MessageQueue.open(key);
  const into = new Uint8Array(8192);
  return (count) => {
    for (let i = 0; i < count; i++) {
      queue.sendSync(bytes, { type: 1 });
      queue.receiveSync({ type: 1, into });
    }
  };
}

function queueAwaited(): Loop {
  const queue = MessageQueue.open(key);
  return async (count) => {
    for (let i = 0; i < count; i++) {
      await queue.send(bytes, { type: 1 });
      await queue.receive({ type: 1 });
    }
  };
}

function pingAwaited(): Loop {
  const queue = MessageQueue.open(key);
  return async (count) => {
    for (let i = 0; i < count; i++) {
      await queue.send(bytes, { type: 1 });
      await queue.receive({ type: 2 });
    }
  };
}

function pongAwaited(): Loop {
  const queue = MessageQueue.open(key);
  return async (count) => {
    for (let i = 0; i < count; i++) {
      await queue.receive({ type: 1 });
      await queue.send(bytes, { type: 2 });
    }
  };
}

function wake(): Loop {
  const queue = MessageQueue.open(key);
  return async (count) => {
    for (let i = 0; i < count; i++) {
      const message = queue.receive({ type: 1 });
      queue.sendSync(bytes, { type: 1 });
      await message;
    }
  };
}

type Change = [key: number, delta: number];

function operations([key, delta]: Change, [otherKey, otherDelta]: Change): Loop {
  const one = SemaphoreSet.open(key);
  const other = SemaphoreSet.open(otherKey);
  return (count) => {
    for (let i = 0; i < count; i++) {
      one.operateSync([{ delta }]);
      other.operateSync([{ delta: otherDelta }]);
    }
  };
}

function semaphoreAwaited(): Loop {
  const set = SemaphoreSet.open(key);
  return async (count) => {
    for (let i = 0; i < count; i++) {
      await set.operate([{ delta: 1 }]);
      await set.operate([{ delta: -1 }]);
    }
  };
}

function memory(): Loop {
  const memory = SharedMemory.open(key);
  return (count) => {
    for (let i = 0; i < count; i++) {
      memory.write(bytes, 0);
      memory.read(0, size);
    }
  };
}

function copy(): Loop {
  const view = SharedMemory.open(key).view();
  return (count) => {
    for (let i = 0; i < count; i++) view.set(bytes);
  };
}

/** Nanoseconds of CPU that a receive which waits for two seconds costs. */
async function idle(): Promise<number> {
  const queue = MessageQueue.open(key);
  const message = queue.receive();
  await new Promise((settled) => setTimeout(settled, 200));
  const before = process.cpuUsage();
  await new Promise((over) => setTimeout(over, 2000));
  const { user, system } = process.cpuUsage(before);
  queue.sendSync(bytes);
  await message;
  return (user + system) * 1000;
}

async function timed(run: Loop): Promise<number> {
  await run(count); // Warms up, as in every peer; here also the compiler.
  const start = performance.now();
  await run(count);
  return (performance.now() - start) * 1e6 / count;
}

if (name === "idle") console.log(await idle());
else if (name === "first-use") console.log(startOf("first_use.ts", count));
else console.log(await timed(cases[name]()));
