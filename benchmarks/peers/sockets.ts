/**
 * The work of sockets.c with this library: "tcp-rt" and its like are awaited, "tcp-rt-sync" are not, and "tcp-rt-served"
 * is the other end of what the program in C does and times.
 *
 *   deno run -A sockets.ts <case> <count> <bytes> <program at the other end> <directory>
 */
import { spawn } from "../../process/mod.ts";
import {
  connectTcp,
  connectUdp,
  connectUnix,
  Fd,
  type Listener,
  listenTcp,
  listenUnix,
  receiveFdsSync,
  sendFdsSync,
  serve,
  Socket,
  udp,
} from "../../sockets/mod.ts";
import { type Operation, repeated, task } from "./task.ts";

const { name, count, bytes, command, args: [directory] } = task;
const [transport, work, form] = name.split("-");
const internet = transport === "tcp" || transport === "udp";
const room = new Uint8Array(64 * 1024);
const message = new Uint8Array(bytes).fill(0x78);
const request = message.subarray(0, 1);

/** What the three works need, whatever they go over. */
interface Way {
  write(data: Uint8Array): unknown;
  /** Reads what there is, at least a byte: how many. */
  read(): number | Promise<number>;
}

const pieces: Record<string, number> = { udp: 1024, dgram: 64 };
const part = message.subarray(0, pieces[transport] ?? room.length);

function operation(way: Way): Operation {
  const works: Record<string, Operation> = {
    async rt() {
      await way.write(message);
      return await readAll(bytes);
    },
    async send() {
      for (let sent = 0; sent < bytes; sent += part.length) await way.write(part);
      await readAll(1);
      return bytes;
    },
    async receive() {
      await way.write(request);
      return await readAll(bytes);
    },
    "rt-sync"() {
      way.write(message);
      return readAllSync(bytes);
    },
    "send-sync"() {
      for (let sent = 0; sent < bytes; sent += part.length) way.write(part);
      readAllSync(1);
      return bytes;
    },
    "receive-sync"() {
      way.write(request);
      return readAllSync(bytes);
    },
  };
  return works[form ? `${work}-${form}` : work];

  async function readAll(size: number): Promise<number> {
    let rest = size;
    while (rest > 0) rest -= await way.read();
    return size - rest;
  }

  function readAllSync(size: number): number {
    let rest = size;
    while (rest > 0) rest -= way.read() as number;
    return size - rest;
  }
}

/** Starts the other end: where it is. */
async function other(role: string): Promise<string> {
  const args = [`other-${transport}-${role}`, 0, bytes, command, directory].map(String);
  const child = spawn(command, args, { fds: { 1: "pipe" } });
  const { value } = await child.stdout.getReader().read();
  return new TextDecoder().decode(value).trimEnd(); // it is written at once
}

async function awaited(where: string): Promise<Way> {
  if (transport === "udp") {
    const socket = await connectUdp(`127.0.0.1:${where}`);
    return {
      write: (data) => socket.send(data),
      read: async () => (await socket.receive({ buffer: room }))!.data.length,
    };
  }
  const connection = transport === "tcp"
    ? await connectTcp(`127.0.0.1:${where}`)
    : await connectUnix(where);
  return {
    write: (data) => connection.write(data),
    read: async () => (await connection.read(room))!,
  };
}

function blocking(socket: Socket): Way {
  return transport === "udp" || transport === "dgram"
    ? {
      write: (data) => socket.sendSync(data),
      read: () => socket.receiveSync({ buffer: room })!.data.length,
    }
    : { write: (data) => socket.writeSync(data), read: () => socket.readSync(room)! };
}

function opened(): Socket {
  return Socket.open(
    internet ? "inet" : "unix",
    transport === "tcp" || transport === "unix" ? "stream" : "datagram",
  );
}

function connected(where: string): Socket {
  const socket = opened();
  if (transport === "tcp") socket.setOption("noDelay", true);
  if (transport === "dgram") socket.bind({ path: `${directory}/client.${Deno.pid}` });
  socket.connectSync(
    internet ? { hostname: "127.0.0.1", port: Number(where) } : { path: where },
  );
  return socket;
}

/** Both ends are ours, so that nobody is waited for. */
function alone(): Operation {
  using server = opened();
  server.bind(
    internet ? { hostname: "127.0.0.1", port: 0 } : { path: `${directory}/server.${Deno.pid}` },
  );
  if (transport !== "udp") server.listen();
  const { port, path } = server.localAddr as Deno.NetAddr & Deno.UnixAddr;
  const ours = connected(`${port ?? path}`);
  const theirs = transport === "udp" ? Socket.from(server.fd.dup()) : server.acceptSync();
  if (transport === "udp") theirs.connectSync(ours.localAddr as Deno.NetAddr);
  if (transport === "tcp") theirs.setOption("noDelay", true);
  const [one, two] = [ours, theirs].map(blocking);
  return () => {
    one.write(message);
    two.read();
    two.write(message);
    return one.read() as number;
  };
}

const roles: Record<string, string> = { rt: "echo", send: "sink", receive: "source" };

async function descriptors(): Promise<Operation> {
  if (work === "give") {
    const socket = connected(await other("take"));
    const files = [Fd.open("/dev/null")];
    return () => {
      sendFdsSync(socket, files);
      return bytes;
    };
  }
  const socket = connected(await other("give"));
  return () => {
    const { fds: [received] } = receiveFdsSync(socket);
    received.close();
    return bytes;
  };
}

/** Is the server of the program in C, which tells how long an operation takes. */
async function served(): Promise<void> {
  const end = new AbortController();
  const { where, done } = await server(end.signal);
  const visitor = spawn(
    command,
    [`${transport}-${work}`, count, bytes, command, directory, where].map(String),
  );
  const { success } = await visitor.wait();
  if (!success) throw new Error("the visitor failed");
  end.abort();
  await done;
}

async function server(signal: AbortSignal) {
  if (transport === "udp") {
    const socket = await udp("127.0.0.1:0");
    const { port } = socket.localAddr as Deno.NetAddr;
    void (async () => {
      for (;;) {
        const { data, from } = (await socket.receive({ buffer: room }))!;
        await socket.send(data, { to: from as Deno.NetAddr });
      }
    })();
    return { where: port, done: undefined };
  }
  const listener = transport === "tcp"
    ? await listenTcp("127.0.0.1:0")
    : await listenUnix(`${directory}/server`);
  const where = placeOf(listener);
  const done = serve(listener, async (connection) => {
    const memory = new Uint8Array(work === "visit" ? 1024 : 64 * 1024);
    for (let size; (size = await connection.read(memory)) !== null;) {
      await connection.write(memory.subarray(0, size));
    }
  }, { signal });
  return { where, done };
}

function placeOf({ addr }: Listener): string | number {
  return "port" in addr ? addr.port : (addr as Deno.UnixAddr).path;
}

if (form === "served") {
  await served();
} else if (work === "alone") {
  await repeated({ [name]: alone() });
} else if (work === "give" || work === "take") {
  await repeated({ [name]: await descriptors() });
} else {
  const where = await other(roles[work]);
  await repeated({ [name]: operation(form ? blocking(connected(where)) : await awaited(where)) });
}
Deno.exit(); // and the other end goes with us
