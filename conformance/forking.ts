/**
 * The rows about the page's servers that fork.
 */
import { capture, spawn } from "../process/mod.ts";
import {
  type ConnectionProcess,
  connectTcp,
  type Listener,
  listenTcp,
  serveProcesses,
} from "../sockets/mod.ts";
import { between, differing, type Row } from "./case.ts";
import { fortune, greeting, ownPort, started, TCP, visit } from "./greetings.ts";
import { page } from "./perlipc.ts";
import { find, freePort, peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

const forkingServer = page(44, TCP, /begat/, { edits: [fortune, ownPort] });

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

/** The page's servers that fork. */
export const forkingServers: readonly Row[] = [forking, clean];
