/**
 * What carries a stream of bytes: pipes, FIFOs, stream sockets.
 */
import { mkfifo, openFifo, openFifoSync } from "../../../fifo/mod.ts";
import { Fd } from "../../../process/mod.ts";
import {
  connectTcp,
  connectUnix,
  listenTcp,
  listenUnix,
  Socket,
  type SocketFamily,
  socketPair,
} from "../../../sockets/mod.ts";
import { task } from "../task.ts";
import { type End, message, room, sync, type Way } from "./way.ts";

const { command: directory } = task;
const where = task.args.at(-1)!; // what `start` was told besides

/** What is read and written. A connection over Deno's own API cannot do so synchronously. */
interface Stream extends Pick<Fd, "read"> {
  write(data: Uint8Array): Promise<unknown>;
  readSync?(buffer: Uint8Array): number | null;
  writeSync?(data: Uint8Array): unknown;
}

function stream(reader: Stream, writer: Stream = reader): End {
  return sync
    ? { send: () => writer.writeSync!(message), receive: () => whole(reader.readSync!(room)) }
    : { send: () => writer.write(message), receive: async () => whole(await reader.read(room)) };
}

// So few bytes that are written at once also arrive at once.
function whole(size: number | null): void {
  if (size !== room.length) throw new Error(`${room.length} bytes were sent, ${size} received`);
}

const pipe: Way = {
  here(start) {
    const child = start({ 0: "pipe", 1: "pipe" });
    return stream(child.fd(1), child.fd(0));
  },
  there: () => stream(Fd.from(0), Fd.from(1)),
};

const fifo: Way = {
  async here(start) {
    for (const name of ["down", "up"]) mkfifo(`${directory}/${name}.${Deno.pid}`);
    start({}, Deno.pid);
    return await fifos("up", "down", Deno.pid);
  },
  there: () => fifos("down", "up", where),
};

async function fifos(readFrom: string, writeTo: string, pid: string | number): Promise<End> {
  const reader = openFifoSync(`${directory}/${readFrom}.${pid}`, "r", { keepOpen: true });
  return stream(reader, await openFifo(`${directory}/${writeTo}.${pid}`, "w"));
}

const pair: Way = {
  here(start) {
    const { ours, theirs } = socketPair();
    start({ 3: theirs.fd });
    theirs.close();
    return stream(ours);
  },
  there: () => stream(Socket.from(Fd.from(3))),
};

const unix: Way = {
  async here(start) {
    const path = `${directory}/socket.${Deno.pid}`;
    const listener = sync ? listening("unix", { path }) : await listenUnix(path);
    start({}, path);
    return stream(await listener.accept());
  },
  there: async () => stream(sync ? connected("unix", { path: where }) : await connectUnix(where)),
};

const tcp: Way = {
  async here(start) {
    const any = { hostname: "127.0.0.1", port: 0 };
    const listener = sync ? listening("inet", any) : await listenTcp(any);
    const address = listener instanceof Socket ? listener.localAddr : listener.addr;
    start({}, (address as Deno.NetAddr).port);
    return stream(await listener.accept());
  },
  async there() {
    const address = { hostname: "127.0.0.1", port: Number(where) };
    return stream(sync ? connected("inet", address) : await connectTcp(address));
  },
};

type Place = Parameters<Socket["bind"]>[0];

function listening(family: SocketFamily, place: Place): Socket {
  const socket = Socket.open(family, "stream");
  socket.bind(place);
  socket.listen();
  return socket;
}

function connected(family: SocketFamily, place: Place): Socket {
  const socket = Socket.open(family, "stream");
  socket.connectSync(place);
  return socket;
}

/** By the names of the cases. */
export const streams: Record<string, Way> = { pipe, fifo, pair, unix, tcp };
