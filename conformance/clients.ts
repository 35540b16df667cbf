/**
 * The rows about the page's clients.
 */
import { connectTcp } from "../sockets/mod.ts";
import { between, type Row } from "./case.ts";
import { serving } from "./listeners.ts";
import { page } from "./perlipc.ts";
import { example, peer, printed } from "./sides.ts";
import type { Stage } from "./stage.ts";

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

const daytimeClient = page(48, "A Simple Client", /daytime/);

const addresses: Row = {
  number: 48,
  title: 'IO::Socket\'s arguments, as "daytime(13)"',
  note: "The daytime service is at a port of the case's.",
  cases: [
    between("the time of day", async (stage, side, server) => {
      const port = await serving(stage, server, "say", "Thu Nov 26 10:31:00 2026");
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
        found.push(
          side === "Perl"
            ? await printed(stage, peer("Perl", "sockets", "forms", address))
            : await reached(stage, address),
        );
      }
      return found;
    }),
  ],
};

async function reached(stage: Stage, address: string): Promise<string> {
  try {
    using _ = await connectTcp(address, stage);
    return "connected\n";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "not\n";
    throw error;
  }
}

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

/** The page's clients. */
export const clients: readonly Row[] = [client, addresses, reading, webget, interactive];
