/**
 * The rows about the page's clients.
 */
import assert from "node:assert/strict";
import { connectTcp, udp } from "../sockets/mod.ts";
import { between, type Row, type Side } from "./case.ts";
import { clocks, serving } from "./listeners.ts";
import { page } from "./perlipc.ts";
import { example, freePort, peer } from "./sides.ts";
import type { Command, RunOptions, Stage } from "./stage.ts";

/** What a program prints, without the ends that belong to the network. */
export async function printed(
  stage: Stage,
  command: Command,
  options?: RunOptions,
): Promise<string> {
  const { printed, said, end } = await stage.run(command, options);
  assert.equal(end, 0, said);
  return printed.replaceAll("\r", "");
}

const tcpClient = page(42, "Internet TCP Clients and Servers", /my \$remote +=/);

const client: Row = {
  number: 42,
  title: "a TCP client",
  cases: [
    between("what the server says", async (stage, side, server) => {
      const port = await serving(stage, server, "say", "one", "", "three");
      const command = side === "Perl"
        ? tcpClient.on(stage, { args: ["127.0.0.1", port] })
        : example("sockets/tcp_client", `127.0.0.1:${port}`);
      return await printed(stage, command);
    }),
  ],
};

const timeClient = page(46, "Internet TCP Clients and Servers", /SECS_OF_70_YEARS/);
const udpClient = page(53, "UDP: Message Passing", /SECS_OF_70_YEARS/);

/** By how many minutes two clocks are found to be wrong, the first by none and the second by an hour. */
function differences(transport: "tcp" | "udp") {
  return async (stage: Stage, side: Side, server: Side) => {
    const port = freePort();
    await clocks(stage, server, transport, port, [0, -3600]);
    const hosts = ["127.0.0.1", "127.0.0.2"];
    const program = transport === "tcp" ? timeClient : udpClient;
    const ours = transport === "tcp" ? "sockets/time_client" : "sockets/udp_time";
    const command = side === "Perl"
      ? program.on(stage, { args: hosts, services: { time: port } })
      : example(ours, ...hosts.map((host) => `${host}:${port}`));
    const lines = (await printed(stage, command)).split("\n");
    const seconds = lines.map((line) => line.match(/ (-?\d+) (?:s from us|\w{3} \w{3} )/)?.[1]);
    const found = seconds.filter((one) => one !== undefined).map(Number).slice(-2);
    return found.map((one) => Math.round(one / 60) || 0).sort((a, b) => b - a);
  };
}

const times: Row = {
  number: 46,
  title: "the time client over several hosts",
  note: "The time service is at a port of the case's.",
  cases: [between("two clocks, one an hour late", differences("tcp"))],
};

const daytimeClient = page(48, "A Simple Client", /daytime/);

const addresses: Row = {
  number: 48,
  title: 'IO::Socket\'s arguments, as "daytime(13)"',
  note: "The daytime service is at a port of the case's.",
  cases: [
    between("the time of day", async (stage, side, server) => {
      const port = await serving(stage, server, "say", "Wed May 14 08:40:46 MDT 1997");
      const command = side === "Perl"
        ? daytimeClient.on(stage, { services: { daytime: port } })
        : example("sockets/daytime", `localhost:no-such-daytime(${port})`);
      return await printed(stage, command);
    }),
    between("addresses in one argument", async (stage, side, server) => {
      const forms = [
        (port: number) => `127.0.0.1:${port}`,
        (port: number) => `localhost:no-such-service(${port})`,
        () => "localhost:no-such-service",
      ];
      const found = [];
      for (const form of forms) {
        const address = form(await serving(stage, server, "say", "here"));
        if (side === "Perl") {
          found.push(await printed(stage, peer("Perl", "sockets", "forms", address)));
        } else {found.push(
            await connectTcp(address, stage).then((c) => (c.close(), "connected\n"), () => "not\n"),
          );}
      }
      return found;
    }),
  ],
};

const webgetClient = page(50, "A Webget Client", /BLANK/);

const webget: Row = {
  number: 50,
  title: "webget",
  note: "The HTTP service is at a port of the case's.",
  cases: [
    between("two documents, a connection for each", async (stage, side, server) => {
      const port = await serving(stage, server, "web", "2");
      const documents = ["/guanaco.html", "/llama.html"];
      const command = side === "Perl"
        ? webgetClient.on(stage, { args: ["127.0.0.1", ...documents], services: { http: port } })
        : example("sockets/webget", `127.0.0.1:${port}`, ...documents);
      return await printed(stage, command);
    }),
  ],
};

const HANDLE = "Interactive Client with IO::Socket";
const byLine = page(51, HANDLE, /kidpid/);
const byByte = page(51, HANDLE, /kidpid/, {
  edits: [{
    find: /while \(defined \(my \$line = <\$handle>\)\) \{[^}]*\}/,
    why: "the page's own loop over bytes, in place of that over lines",
  }],
});
const bytes = page(49, HANDLE, /sysread/, {
  before: "use IO::Socket; my $handle = IO::Socket::INET->new(shift);",
});

const interactive: Row = {
  number: 51,
  title: "the interactive client",
  cases: [byLine, byByte].map((program) =>
    between(
      `a talk, read by the ${program === byLine ? "line" : "byte"}`,
      async (stage, side, server) => {
        const port = await serving(stage, server, "echo");
        const replacements = program === byByte ? [bytes.text()] : [];
        const command = side === "Perl"
          ? program.on(stage, { args: ["127.0.0.1", port], replacements })
          : example("sockets/interactive", `127.0.0.1:${port}`);
        return await printed(stage, command, { input: "hello\nbye\n" });
      },
    )
  ),
};

async function pieces(stage: Stage, port: number): Promise<string> {
  using connection = await connectTcp(`127.0.0.1:${port}`, stage);
  const line = await connection.readLine(stage);
  const byte = String.fromCharCode((await connection.readByte(stage))!);
  const rest = await Array.fromAsync(connection.lines(stage));
  const { hostname, port: theirs } = connection.remoteAddr as Deno.NetAddr;
  const who = `${hostname} ${theirs === port ? "same" : "other"}`;
  return `${[line, byte, ...rest, who].join("\n")}\n`;
}

const reading: Row = {
  number: 49,
  title: "a line, all lines, one byte; the peer's name",
  cases: [
    between("a line, a byte, the rest, and who it was", async (stage, side, server) => {
      const port = await serving(stage, server, "say", "one", "two", "three");
      if (side === "ours") return await pieces(stage, port);
      return await printed(stage, peer("Perl", "sockets", "pieces", port));
    }),
    between("the page's loop over bytes", async (stage, side, server) => {
      const port = await serving(stage, server, "say", "byte", "by byte");
      const address = `127.0.0.1:${port}`;
      if (side === "Perl") return await printed(stage, bytes.on(stage, { args: [address] }));
      using connection = await connectTcp(address, stage);
      let text = "";
      for (let byte; (byte = await connection.readByte(stage)) !== null;) {
        text += String.fromCharCode(byte);
      }
      return text.replaceAll("\r", "");
    }),
  ],
};

/** Waits for a datagram from anywhere: where, and what. */
async function hearing(stage: Stage, side: Side) {
  if (side === "Perl") {
    const running = stage.start(peer("Perl", "sockets", "hear"));
    return { port: Number(await running.line()), heard: () => running.line() };
  }
  const socket = stage.use(await udp("0.0.0.0:0"));
  const heard = async () => new TextDecoder().decode((await socket.receive(stage))!.data);
  return { port: (socket.localAddr as Deno.NetAddr).port, heard };
}

/** Sends a datagram to all, first without being allowed to. */
async function broadcast(stage: Stage, port: number): Promise<string> {
  const to = { hostname: "127.255.255.255", port };
  using forbidden = await udp(0);
  const refused = await forbidden.send("?", { to }).then(() => "allowed", (error) => error.code);
  using socket = await udp(0, { broadcast: true });
  await socket.send("to all", { to, ...stage });
  return `${refused}\n`;
}

const datagrams: Row = {
  number: 53,
  title: "UDP: many hosts, one deadline, broadcast",
  note:
    "The time service is at a port of the case's. Ours asks again what does not answer; Perl's does not.",
  cases: [
    between("two clocks, one an hour late", differences("udp")),
    between("to all, and forbidden without the option", async (stage, sender, hearer) => {
      const { port, heard } = await hearing(stage, hearer);
      const refused = sender === "ours"
        ? await broadcast(stage, port)
        : await printed(stage, peer("Perl", "sockets", "broadcast", port, "to all"));
      return [refused, await heard()];
    }),
  ],
};

/** The page's clients. */
export const programs: readonly Row[] = [
  client,
  times,
  addresses,
  reading,
  webget,
  interactive,
  datagrams,
];
