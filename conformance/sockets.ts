/**
 * The rows about what sockets are made of.
 */
import {
  Connection,
  connectTcp,
  getaddrinfo,
  getnameinfo,
  getprotobyname,
  getprotobynumber,
  getservbyname,
  getservbyport,
  listenTcp,
  Socket,
} from "../sockets/mod.ts";
import { alone, between, type Row, type Side } from "./case.ts";
import { peer, printed } from "./sides.ts";
import type { Stage } from "./stage.ts";

/** The calls one by one, to the end of what is said and an answer after it. */
function berkeleyServer(stage: Stage): number {
  const server = stage.use(Socket.open("inet", "stream"));
  server.setOption("reuseAddress", true);
  server.bind({ hostname: "127.0.0.1", port: 0 });
  server.listen();
  const serving = async () => {
    using client = new Connection(await server.accept(stage));
    let size = 0;
    while (await client.readByte(stage) !== null) size++;
    await client.writeLine(`all of ${size} bytes`, stage);
  };
  serving().catch(() => {}); // then nobody is told
  return (server.localAddr as Deno.NetAddr).port;
}

async function berkeleyClient(stage: Stage, port: number): Promise<string> {
  using socket = Socket.open("inet", "stream");
  await socket.connect({ hostname: "127.0.0.1", port }, stage);
  socket.writeSync("question");
  socket.shutdown("write");
  using connection = new Connection(socket);
  return `${(await Array.fromAsync(connection.lines(stage))).join("\n")}\n`;
}

const calls: Row = {
  number: 39,
  title: "the Berkeley calls, options, shutdown",
  cases: [
    between("an answer after the other has shut down its side", async (stage, server, client) => {
      const port = server === "ours"
        ? berkeleyServer(stage)
        : Number(await stage.start(peer("Perl", "sockets", "listen")).line());
      if (client === "ours") return await berkeleyClient(stage, port);
      return await printed(stage, peer("Perl", "sockets", "connect", port, "question"));
    }),
    alone(
      "options before and after, and their defaults",
      async (stage, side) =>
        side === "ours" ? options() : await printed(stage, peer("Perl", "sockets", "options")),
    ),
  ],
};

const [SOL_SOCKET, SO_TYPE] = [1, 3];

function options(): string {
  using tcp = Socket.open("inet", "stream");
  using udp = Socket.open("inet", "datagram");
  const all = [[tcp, "reuseAddress"], [tcp, "keepAlive"], [tcp, "noDelay"], [
    udp,
    "broadcast",
  ]] as const;
  let text = "";
  for (const [socket, option] of all) {
    const before = socket.getOption(option);
    socket.setOption(option, true);
    text += `${Number(before)} ${Number(socket.getOption(option))}\n`;
  }
  tcp.setOption("receiveBuffer", 10_000);
  const types = [tcp, udp].map((socket) => socket.getOption([SOL_SOCKET, SO_TYPE]));
  return `${text}${[tcp.getOption("receiveBuffer"), ...types].join(" ")}\n`;
}

const names: Row = {
  number: 40,
  title: "services, protocols and hosts, by name and back",
  note: "What is not known is undef in Perl, and an error of ours.",
  cases: [
    alone("the same questions", async (stage, side) => {
      if (side === "Perl") return await printed(stage, peer("Perl", "sockets", "names"));
      const found = [
        await getservbyname("daytime", "tcp", stage),
        await getservbyname("domain", "udp", stage),
        await getservbyport(25, "tcp", stage),
        await getprotobyname("udp", stage),
        await getprotobynumber(6, stage),
        (await getaddrinfo("localhost", stage)).find((address) => !address.includes(":")),
        await getnameinfo("127.0.0.1", stage),
        await getservbyname("no-such-service", "tcp", stage).catch(() => "unknown"),
        ...await getaddrinfo("::1", stage),
      ];
      return `${found.join("\n")}\n`;
    }),
  ],
};

const framing: Row = {
  number: 41,
  title: "ends of lines, messages that end with a dot",
  note: "Perl's is Net::Cmd, which its modules for SMTP, NNTP and FTP are made of.",
  cases: [
    between("a line and a message with dots in it", async (stage, writer, reader) => {
      const { port, heard } = await dotReader(stage, reader);
      if (writer === "Perl") await printed(stage, peer("Perl", "sockets", "dotted", port));
      else {
        using connection = await connectTcp(`127.0.0.1:${port}`, stage);
        await connection.writeLine("RETR 1", stage);
        await connection.writeMessage(["Dear Sir,", ".", "..", "Yours"], stage);
        await connection.readLine(stage);
      }
      return await heard();
    }),
  ],
};

/** Who takes a line and a message, and then answers: where, and what it has taken. */
async function dotReader(stage: Stage, side: Side) {
  if (side === "Perl") {
    const running = stage.start(peer("Perl", "sockets", "undotted"));
    const port = Number(await running.line());
    return {
      port,
      heard: async () => (await running.rest()).map((line) => line.replace("\r", "")),
    };
  }
  const listener = stage.use(await listenTcp("127.0.0.1:0"));
  const taking = async () => {
    using client = await listener.accept(stage);
    const lines = [await client.readLine(stage), ...(await client.readMessage(stage))!];
    await client.writeLine("250 OK", stage);
    return lines;
  };
  const taken = taking();
  taken.catch(() => {}); // it is looked at later, if at all
  return { port: (listener.addr as Deno.NetAddr).port, heard: () => taken };
}

/** What sockets are made of. */
export const sockets: readonly Row[] = [calls, names, framing];
