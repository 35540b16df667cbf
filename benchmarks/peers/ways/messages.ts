/**
 * What carries messages, each whole: datagrams, packets, queues; and what only hands over a turn: semaphores, signals.
 */
import { Fd } from "../../../process/mod.ts";
import { kill, on, queue as queueSignal, signalInfo, sigwaitSync } from "../../../signals/mod.ts";
import { connectUdp, Socket, socketPair, udp as openUdp } from "../../../sockets/mod.ts";
import { MessageQueue, SemaphoreSet, SharedMemory } from "../../../sysv/mod.ts";
import { task } from "../task.ts";
import { type End, message, room, sync, type Way } from "./way.ts";

const [queueKey, oneKey, otherKey, memoryKey] = task.args.map(Number);

function packets(socket: Socket): End {
  const options = { buffer: room };
  return sync
    ? { send: () => socket.sendSync(message), receive: () => socket.receiveSync(options) }
    : { send: () => socket.send(message), receive: () => socket.receive(options) };
}

const seqpacket: Way = {
  here(start) {
    const { ours, theirs } = socketPair("seqpacket");
    start({ 3: theirs.fd });
    theirs.close();
    return packets(ours);
  },
  there: () => packets(Socket.from(Fd.from(3))),
};

const udp: Way = {
  async here(start) {
    const socket = await openUdp("127.0.0.1:0");
    start({}, (socket.localAddr as Deno.NetAddr).port);
    const { from } = (await socket.receive())!; // which tells where the other end is
    socket.connectSync(from as Deno.NetAddr);
    return packets(socket);
  },
  async there() {
    const socket = await connectUdp(`127.0.0.1:${task.args.at(-1)}`);
    socket.sendSync(message);
    return packets(socket);
  },
};

/** A way in which the two ends are the same, but for who is first. */
function alike(end: (mine: 1 | 2, yours: 1 | 2) => End): Way {
  return {
    here(start) {
      start();
      return end(1, 2);
    },
    there: () => end(2, 1),
  };
}

const queue = alike((mine, yours) => {
  const queue = MessageQueue.open(queueKey);
  return sync
    ? {
      send: () => queue.sendSync(message, { type: mine }),
      receive: () => queue.receiveSync({ type: yours, into: room }),
    }
    : {
      send: () => queue.send(message, { type: mine }),
      receive: () => queue.receive({ type: yours, into: room }),
    };
});

function turns(mine: 1 | 2): End {
  const sets = [oneKey, otherKey].map((key) => SemaphoreSet.open(key));
  const [given, taken] = mine === 1 ? sets : sets.toReversed();
  return {
    send: () => given.release(),
    receive: () => sync ? taken.acquireSync() : taken.acquire(),
  };
}

const semaphore = alike(turns);

const memory = alike((mine) => {
  const { send, receive } = turns(mine);
  const view = SharedMemory.open(memoryKey).view(Uint8Array, 0, room.length);
  const taken = () => room.set(view);
  return {
    send() {
      view.set(message);
      send();
    },
    receive: sync
      ? () => {
        receive();
        taken();
      }
      : async () => {
        await receive();
        taken();
      },
  };
});

/** What is sent to a process. The other end sends first, by which we know that it is ready. */
function signalled(end: (other: number) => End): Way {
  return {
    async here(start) {
      const own = end(start().pid); // long before that one is ready
      await own.receive();
      return own;
    },
    there() {
      const own = end(Deno.ppid);
      own.send();
      return own;
    },
  };
}

const signal = signalled((other) => ({
  send: () => kill(other, "USR2"),
  receive: sync ? () => sigwaitSync("USR2") : handled(),
}));

/** Waits for the next call of a handler. */
function handled(): () => Promise<void> {
  let next = Promise.withResolvers<void>();
  on("USR2", () => next.resolve());
  setInterval(() => {}, 0x7fff_ffff); // a handler alone keeps no program alive
  return async () => {
    await next.promise;
    next = Promise.withResolvers();
  };
}

const value = signalled((other) => ({
  send: () => queueSignal(other, "RTMIN+1", 64),
  receive: sync ? () => sigwaitSync("RTMIN+1") : signalInfos(),
}));

function signalInfos(): () => Promise<unknown> {
  const infos = signalInfo("RTMIN+1");
  return () => infos.next();
}

/** By the names of the cases. */
export const messages: Record<string, Way> = {
  seqpacket,
  udp,
  queue,
  semaphore,
  memory,
  signal,
  value,
};
