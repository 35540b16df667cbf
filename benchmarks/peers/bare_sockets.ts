/**
 * The work of sockets.c with Deno's own sockets.
 *
 *   deno run -A --unstable-net bare_sockets.ts <case> <count> <bytes> <program at the other end> <directory>
 */
import { type Operation, repeated, task } from "./task.ts";

const { name, count, bytes, command, args: [directory] } = task;
const [transport, work, form] = name.split("-");
const room = new Uint8Array(64 * 1024);
const message = new Uint8Array(bytes).fill(0x78);
const request = message.subarray(0, 1);

/** What the works need, whatever they go over. */
interface Way {
  /** Writes all. */
  write(data: Uint8Array): Promise<unknown>;
  /** Reads what there is, at least a byte: how many. */
  read(): Promise<number>;
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
  };
  return works[work];

  async function readAll(size: number): Promise<number> {
    let rest = size;
    while (rest > 0) rest -= await way.read();
    return size - rest;
  }
}

/** Starts the other end: where it is. */
async function other(role: string): Promise<string> {
  const args = [`other-${transport}-${role}`, 0, bytes, command, directory].map(String);
  const child = new Deno.Command(command, { args, stdout: "piped" }).spawn();
  const { value } = await child.stdout.getReader().read();
  return new TextDecoder().decode(value).trimEnd(); // it is written at once
}

async function connected(where: string): Promise<Way> {
  if (transport === "udp" || transport === "dgram") {
    const socket = transport === "udp"
      ? Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 })
      : Deno.listenDatagram({ transport: "unixpacket", path: `${directory}/client.${Deno.pid}` });
    const to: Deno.Addr = transport === "udp"
      ? { transport: "udp", hostname: "127.0.0.1", port: Number(where) }
      : { transport: "unixpacket", path: where };
    return {
      write: (data) => socket.send(data, to),
      read: async () => (await socket.receive(room))[0].length,
    };
  }
  const conn = transport === "tcp"
    ? await Deno.connect({ hostname: "127.0.0.1", port: Number(where) })
    : await Deno.connect({ transport: "unix", path: where });
  return { write: (data) => writeAll(conn, data), read: async () => (await conn.read(room))! };
}

async function writeAll(conn: Deno.Conn, data: Uint8Array): Promise<void> {
  let rest = data;
  do rest = rest.subarray(await conn.write(rest)); while (rest.length > 0);
}

/** Is the server of the program in C, which tells how long an operation takes. */
async function served(): Promise<void> {
  const args = [`${transport}-${work}`, count, bytes, command, directory, server()].map(String);
  const { success } = await new Deno.Command(command, { args }).spawn().status;
  if (!success) throw new Error("the visitor failed");
}

function server(): string | number {
  if (transport === "udp") {
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    void (async () => {
      for await (const [data, from] of socket) await socket.send(data, from);
    })();
    return (socket.addr as Deno.NetAddr).port;
  }
  const listener: Deno.Listener = transport === "tcp"
    ? Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 4096 })
    : Deno.listen({ transport: "unix", path: `${directory}/server.${Deno.pid}` }) as Deno.Listener;
  void (async () => {
    for await (const conn of listener) void echo(conn);
  })();
  const { addr } = listener;
  return "port" in addr ? addr.port : (addr as Deno.UnixAddr).path;
}

async function echo(conn: Deno.Conn): Promise<void> {
  using _ = conn;
  const memory = new Uint8Array(work === "visit" ? 1024 : 64 * 1024);
  for (let size; (size = await conn.read(memory)) !== null;) {
    await writeAll(conn, memory.subarray(0, size));
  }
}

const roles: Record<string, string> = { rt: "echo", send: "sink", receive: "source" };

if (form === "served") await served();
else await repeated({ [name]: operation(await connected(await other(roles[work]))) });
Deno.exit(); // and the other end goes with us
