/**
 * What sockets.pl does, where there is no Perl: over Deno's own API, so that it is another program all the same. And
 * what the tour does in a Deno of its own.
 */
import { ensureForkable, Fd, fork } from "../../process/mod.ts";
import { connectTcp, listenTcp, receiveFds, serveProcesses, Socket } from "../../sockets/mod.ts";

const [action, ...words] = Deno.args;

const encoder = new TextEncoder();
const local = { hostname: "127.0.0.1", port: 0 };

function listening(where = "-"): Deno.Listener<Deno.Conn> {
  if (where.includes("/")) return Deno.listen({ transport: "unix", path: where });
  const listener = Deno.listen(local);
  console.log(listener.addr.port);
  return listener;
}

function connected(where: string): Promise<Deno.Conn> {
  if (where.includes("/")) return Deno.connect({ transport: "unix", path: where });
  const [hostname, port] = where.split(":");
  return Deno.connect({ hostname, port: Number(port) });
}

async function* lines(conn: Deno.Conn): AsyncGenerator<string> {
  let text = "";
  for await (const piece of conn.readable.pipeThrough(new TextDecoderStream())) {
    const whole = (text + piece).split(/(?<=\n)/);
    text = whole.at(-1)!.endsWith("\n") ? "" : whole.pop()!;
    yield* whole;
  }
}

async function put(conn: Deno.Conn, data: string | Uint8Array): Promise<void> {
  let rest = typeof data === "string" ? encoder.encode(data) : data;
  while (rest.length > 0) rest = rest.subarray(await conn.write(rest));
}

async function talk(conn: Deno.Conn, said: string[], end: string): Promise<void> {
  await put(conn, said.map((line) => line + end).join(""));
  for await (const line of lines(conn)) {
    console.log(line.replace(/\r\n$/, " CRLF").replace(/\n$/, " LF"));
  }
}

/** The seconds since 1900, four bytes. */
function seconds(): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setUint32(0, Math.floor(Date.now() / 1000) + 2_208_988_800 + Number(words[0]));
  return new Uint8Array(bytes.buffer);
}

const actions: Record<string, () => void | Promise<void>> = {
  async ask() {
    const [where, ...said] = words;
    await talk(await connected(where), said, "\n");
  },

  async serve() {
    const [where, ...said] = words;
    const listener = listening(where);
    if (where !== "-") console.log("ready");
    await talk(await listener.accept(), said, "\r\n");
  },

  async time() {
    const conn = await listening().accept();
    await put(conn, seconds());
    conn.close();
  },

  async web() {
    const conn = await listening().accept();
    const heard = lines(conn);
    const asked = (await heard.next()).value;
    while (/\S/.test((await heard.next()).value ?? ""));
    await put(conn, `HTTP/1.0 200 OK\r\n\r\n${asked}`);
    Deno.exit();
  },

  async prompt() {
    const conn = await listening().accept();
    await put(conn, "> ");
    for await (const line of lines(conn)) {
      if (line.startsWith("bye")) Deno.exit();
      await put(conn, `you said ${line}> `);
    }
  },

  // Deno's own datagrams are unstable.
  async udp() {
    using socket = bound();
    await socket.receive();
    for (let to; (to = (await socket.receive())?.from);) {
      await socket.send(seconds(), { to: to as Deno.NetAddr });
    }
  },

  async hear() {
    using socket = bound();
    const { data, from } = (await socket.receive())!;
    const { hostname, port } = from as Deno.NetAddr;
    console.log(`${new TextDecoder().decode(data)} from ${hostname}:${port}`);
    await socket.send("heard", { to: { hostname, port } });
  },

  host() {
    console.log(Deno.hostname());
  },

  async take() {
    using socket = Socket.from(Fd.from(3));
    const { fds: [file] } = await receiveFds(socket);
    for await (const line of file.lines()) console.log(line);
    file.close();
  },

  // A server that forks for every client; the second child is killed.
  async forking() {
    ensureForkable();
    const end = new AbortController();
    const listener = await listenTcp("127.0.0.1:0");
    console.log((listener.addr as Deno.NetAddr).port);
    let visits = 0;
    await serveProcesses(listener, (socket) => {
      const visit = ++visits;
      const child = fork(() => {
        socket.writeSync(`visitor ${visit}\r\n`);
        if (visit === 2) socket.readSync(new Uint8Array(1)); // in vain
      });
      if (visit === 2) child.kill("SIGKILL");
      return child;
    }, {
      signal: end.signal,
      onExit({ code, signal }, { pid }) {
        console.log(pid, signal ?? code);
        if (visits === 3) end.abort();
      },
    });
  },

  // Whether it may connect.
  async connect() {
    try {
      await connectTcp("127.0.0.1:1");
    } catch (error) {
      console.log(error instanceof Error ? error.name : error);
    }
  },
};

function bound(): Socket {
  const socket = Socket.open("inet", "datagram");
  socket.bind(local);
  console.log((socket.localAddr as Deno.NetAddr).port);
  return socket;
}

await actions[action]();
