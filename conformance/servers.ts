/**
 * The rows about the page's servers that serve by themselves.
 */
import { connectTcp } from "../sockets/mod.ts";
import { between, type Row, type Side } from "./case.ts";
import { greeting, ownPort, started, TCP, visit } from "./greetings.ts";
import { page } from "./perlipc.ts";
import { example, find, freePort, peer, printed } from "./sides.ts";
import type { Stage } from "./stage.ts";

const tcpServer = page(43, TCP, /close \$client\)/, { edits: [ownPort] });

const server: Row = {
  number: 43,
  title: "a TCP server",
  note:
    "Under its own -T the page's server refuses a port that is given to it: it has another default here.",
  cases: [
    between("greets by name, and again after a restart at once", async (stage, side, client) => {
      const port = freePort();
      const ours = example("sockets/tcp_server", `:${port}`);
      const heard = [];
      for (let times = 0; times < 2; times++) {
        const running = await started(
          stage,
          side === "Perl" ? tcpServer.on(stage, { replacements: [port] }) : ours,
        );
        for (let clients = 0; clients < 2; clients++) {
          heard.push(greeting((await visit(stage, client, port)).replace("it is", "it's")));
        }
        await running[Symbol.asyncDispose]();
      }
      return heard;
    }),
  ],
};

const commandServer = page(52, "Reuse", /Command\?/, {
  edits: [{ find: /(?<=\$PORT = )9000/, why: "a port that nobody has" }],
});

/** A talk with the command server. */
async function talk(stage: Stage, side: Side, port: number): Promise<string> {
  const lines = ["", "date", "nonsense", "quit"];
  if (side === "Perl") return await printed(stage, peer("Perl", "sockets", "tell", port, ...lines));
  using connection = await connectTcp(`127.0.0.1:${port}`, stage);
  await connection.write(lines.map((line) => `${line}\n`).join(""), stage);
  return (await Array.fromAsync(connection.lines(stage))).join("\n");
}

const commands: Row = {
  number: 52,
  title: "the prompting command server",
  note:
    "The page's fixed port is one that nobody has. Ours also answers motd and who, but not cookie.",
  cases: [
    between(
      "a blank line, the date, nonsense, and good-bye; twice",
      async (stage, side, client) => {
        const port = freePort();
        const ours = example("sockets/command_server", `127.0.0.1:${port}`);
        const perl = commandServer.on(stage, { replacements: [port] });
        await started(stage, side === "Perl" ? perl : ours);
        const talks = [await talk(stage, client, port), await talk(stage, client, port)];
        return talks.map((text) => ({
          welcome: find(text, /^(Welcome).*help/)[0],
          prompts: text.match(/Command\? /g)?.length,
          date: find(text, /Command\? \w{3} (\w{3} \d+|\w{3} {2}\d) /).length,
          help: find(text, /(Commands: quit date who)/)[0],
        }));
      },
    ),
  ],
};

/** The page's servers that serve by themselves. */
export const servers: readonly Row[] = [server, commands];
