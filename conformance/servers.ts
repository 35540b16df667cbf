/**
 * The rows about the page's servers.
 */
import { capture, spawn } from "../process/mod.ts";
import { connectTcp, isSocket, type Listener, listenTcp, serveProcesses } from "../sockets/mod.ts";
import type { ConnectionProcess } from "../sockets/mod.ts";
import { between, differing, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, find, freePort, peer } from "./sides.ts";
import { printed } from "./socket_programs.ts";
import type { Running, Stage } from "./stage.ts";

const TCP = "Internet TCP Clients and Servers";
const UNIX = "Unix-Domain TCP Clients and Servers";

const fortune = { find: /(?<=")\/usr\/games\/fortune(?=")/, why: "a fortune of the case's" };
const ownPort = { find: /2345/, why: "a port that nobody has: one that is an argument is tainted" };
const tcpServer = page(43, TCP, /close \$client\)/, { edits: [ownPort] });
const forkingServer = page(44, TCP, /begat/, { edits: [fortune, ownPort] });
const tcpClient = page(43, TCP, /my \$remote +=/);

/** Starts a server that says when it is ready. */
async function started(stage: Stage, command: readonly string[]): Promise<Running> {
  const running = stage.start(command);
  await running.line();
  return running;
}

/** What a client of a side's hears at a port of this machine. */
function visit(stage: Stage, side: Side, port: number): Promise<string> {
  const ours = example("sockets/tcp_client", `127.0.0.1:${port}`);
  const args = ["127.0.0.1", port];
  return printed(stage, side === "Perl" ? tcpClient.on(stage, { args }) : ours);
}

/** Whom a server greets, whether it tells the time, and what it says then. */
function greeting(text: string) {
  const [name, year, saying] = find(text, /^Hello there, (.*), it.*s now .*?\b(\d{4})\b.*\n(.*)/);
  return { name, year, saying };
}

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

/** The page's forking server, with a program in place of fortune. */
async function perlForks(stage: Stage, program: readonly string[]) {
  const port = freePort();
  const replacements = [stage.stub("fortune", program), port];
  const command = forkingServer.on(stage, { replacements });
  return { port, running: await started(stage, command) };
}

interface Ended {
  readonly pid: number;
  readonly how: number | string;
}

/** Ours, over serveProcesses, with how its children have ended. */
async function weFork(stage: Stage, begin: ConnectionProcess) {
  const ends: Ended[] = [];
  const end = new AbortController();
  const listener: Listener = await listenTcp("127.0.0.1:0");
  const served = serveProcesses(listener, begin, {
    signal: end.signal,
    onExit: ({ code, signal }, { pid }) => ends.push({ pid, how: signal ?? code }),
  });
  stage.defer(() => (end.abort(), served));
  return { port: (listener.addr as Deno.NetAddr).port, ends };
}

const forking: Row = {
  number: 44,
  title: "a forking server",
  note:
    "fortune is a program of the case's. Differs: the page's reaper logs 0 instead of the child's number, " +
    "and nothing of a child that a signal has ended, where it stops; ours has both.",
  cases: [
    between("a process greets each client, and becomes a program", async (stage, side, client) => {
      const saying = peer(client, "programs", "fortune");
      const { port } = side === "Perl"
        ? await perlForks(stage, saying)
        : await weFork(stage, ({ fd }) => {
          const script = 'echo "Hello there, localhost, it\'s now $(date)"; exec "$@"';
          return spawn("sh", ["-c", script, "sh", ...saying], { fds: { 0: fd, 1: fd } });
        });
      const visits = [visit(stage, client, port), visit(stage, client, port)];
      return (await Promise.all(visits)).map(greeting);
    }),
    differing(
      "what is said of two children, the first of which is killed",
      { ours: ["SIGKILL", 0], Perl: ["reaped 0"] },
      async (stage, side) => {
        const once = stage.path("once");
        const script = 'if mkdir "$0" 2>/dev/null; then kill -KILL $$; fi; echo still here';
        const program = ["sh", "-c", script, once];
        if (side === "ours") {
          const { port, ends } = await weFork(
            stage,
            ({ fd }) => spawn("sh", program.slice(1), { fds: { 0: fd, 1: fd } }),
          );
          for (let visits = 1; visits <= 2; visits++) {
            using client = await connectTcp(port, stage);
            await Array.fromAsync(client.lines(stage));
            while (ends.length < visits) await new Promise((resolve) => setTimeout(resolve, 5));
          }
          return ends.map(({ how }) => how);
        }
        const { port, running } = await perlForks(stage, program);
        for (let visits = 1; visits <= 2; visits++) await visit(stage, "Perl", port);
        const reaped = [];
        while (reaped.length === 0) {
          const line = await running.line();
          if (/reaped/.test(line)) reaped.push(find(line, /(reaped \d+)/)[0]);
        }
        return reaped;
      },
    ),
  ],
};

const clean: Row = {
  number: 45,
  title: "taint checks, a clean PATH",
  note:
    "Differs: Perl under -T refuses a shell what came from outside; ours has no shell to give it to.",
  cases: [
    between("the PATH that a server's program has", async (stage, side, client) => {
      const program = ["sh", "-c", "echo $PATH"];
      const { port } = side === "Perl"
        ? await perlForks(stage, program)
        : await weFork(stage, ({ fd }) => {
          const env = { PATH: "/usr/bin:/bin" };
          return spawn(program[0], program.slice(1), {
            clearEnv: true,
            env,
            fds: { 0: fd, 1: fd },
          });
        });
      return (await visit(stage, client, port)).trimEnd().split("\n").at(-1);
    }),
    differing(
      "a word from outside with a semicolon in it",
      { ours: "x; echo y\n", Perl: "refused" },
      async (stage, side) => {
        if (side === "ours") return (await capture("echo", ["x; echo y"])).text();
        const script = 'BEGIN { $ENV{PATH} = "/bin" } delete $ENV{ENV}; system "echo $ARGV[0]"';
        const { said, printed } = await stage.run(["perl", "-T", "-e", script, "x; echo y"]);
        return /Insecure dependency/.test(said) ? "refused" : printed;
      },
    ),
  ],
};

const unixServer = page(47, UNIX, /begat/, { edits: [fortune] });
const unixClient = page(47, UNIX, /my \$rendezvous/);
const isThere = page(47, UNIX, /-S "\/dev\/log"/, {
  edits: [{ find: /\/dev\/log/, why: "a socket of the case's" }],
});

/** How a server of a side's is started at "catsock" on the stage; its program says something. */
function catsock(stage: Stage, side: Side, saying: readonly string[]): readonly string[] {
  const path = stage.stub("fortune", saying);
  if (side === "Perl") return unixServer.on(stage, { replacements: [path] });
  const script = 'echo "Hello there, it\'s now $(date)"; exec "$0"';
  return example("sockets/unix_server", stage.path("catsock"), "sh", "-c", script, path);
}

const paths: Row = {
  number: 47,
  title: "Unix sockets: -S, unlink before bind",
  note:
    "fortune is a program of the case's. Differs: Perl's server removes the path whoever is behind it; ours " +
    "takes over what was left behind, and leaves a server that lives alone.",
  cases: [
    between("two clients, before and after a server was killed", async (stage, side, client) => {
      const command = catsock(stage, side, peer(client, "programs", "fortune"));
      const path = stage.path("catsock");
      const ours = example("sockets/unix_client", path);
      const heard = [];
      for (let times = 0; times < 2; times++) {
        const running = await started(stage, command);
        const hear = client === "Perl" ? unixClient.on(stage, { args: [path] }) : ours;
        const text = await printed(stage, hear);
        heard.push(find(text, /^Hello there, it's now .*(\d{4})\n(.*)\n$/));
        await running[Symbol.asyncDispose]();
      }
      return heard;
    }),
    between("whether it is a socket", async (stage, maker, looker) => {
      await started(stage, catsock(stage, maker, ["true"]));
      const found = [];
      for (const path of [stage.path("catsock"), stage.path("bin")]) {
        if (looker === "ours") found.push(isSocket(path));
        else found.push((await stage.run(isThere.on(stage, { replacements: [path] }))).end === 0);
      }
      return found;
    }),
    differing(
      "a second server at the same path",
      { ours: "refused", Perl: "taken" },
      async (stage, side) => {
        const command = catsock(stage, side, ["true"]);
        await started(stage, command);
        const second = stage.start(command);
        if (side === "Perl") return /started/.test(await second.line()) ? "taken" : "refused";
        return await second.end() === 1 ? "refused" : "taken";
      },
    ),
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

/** The page's servers. */
export const servers: readonly Row[] = [server, forking, clean, paths, commands];
