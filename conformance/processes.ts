/**
 * The rows about processes: those that go on alone, that fork with a pipe, that are others.
 */
import assert from "node:assert/strict";
import { openFifo } from "../fifo/mod.ts";
import { open2 } from "../pipes/mod.ts";
import { capture, Fd } from "../process/mod.ts";
import { probe } from "../signals/mod.ts";
import { alone, between, differing, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, find, forking, peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

/** A FIFO on the stage; whoever waits at it is let go at the end. */
async function meeting(stage: Stage): Promise<string> {
  const path = stage.path("meeting");
  await stage.run(["mkfifo", path]);
  stage.defer(async () => {
    await openFifo(path, "r", { timeout: 100 }).then((fifo) => fifo.close(), () => {});
  });
  return path;
}

/** What somebody says at a FIFO. */
async function heard(stage: Stage, path: string): Promise<number> {
  using fifo = await openFifo(path, "r", stage);
  const [pid] = await Array.fromAsync(fifo.lines(stage));
  return Number(pid);
}

const inBackground = page(25, "Background Processes", /system/);

const background: Row = {
  number: 25,
  title: "a background process",
  note: "cmd is a program of the case's.",
  cases: [
    between("it goes on when its starter has ended", async (stage, starter, command) => {
      const MEET = await meeting(stage);
      const cmd = stage.stub("cmd", peer(command, "programs", "late"));
      const start = starter === "Perl"
        ? inBackground.on(stage)
        : example("process/background", cmd);
      // The page's command has our output, and so keeps it open.
      const starting = stage.start(start, { env: { MEET } });
      const end = await starting.end();
      const late = probe(await heard(stage, MEET)) !== "denied";
      return { end, late };
    }),
  ],
};

const dissociate = page(26, "Complete Dissociation of Child from Parent", /setsid/, {
  after: 'my $meeting = shift; daemonize(); open my $hello, ">", $meeting or die;' +
    'print $hello "$$\\n"; close $hello; sleep 20;',
});

const daemons: Row = {
  number: 26,
  title: "a daemon: chdir, null, fork, setsid",
  note: "Perl's is the page's subroutine; ours locks a pid file besides.",
  cases: [
    alone("what the kernel says of it", async (stage, side) => {
      const path = await meeting(stage);
      const command = side === "Perl"
        ? dissociate.on(stage, { args: [path] })
        : peer("ours", "starters", "daemon", path, stage.path("pid"));
      const starter = stage.run(command);
      const pid = await heard(stage, path);
      stage.defer(() => Deno.kill(pid, "SIGKILL"));
      const link = (name: string) => Deno.readLinkSync(`/proc/${pid}/${name}`);
      const status = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
      const [, , group, session, terminal] = status.map(Number);
      return {
        starter: (await starter).end,
        directory: link("cwd"),
        descriptors: [0, 1, 2].map((fd) => link(`fd/${fd}`)),
        leads: [group === pid, session === pid],
        terminal,
      };
    }),
  ],
};

const SAFE = "Safe Pipe Opens";
const program = "my ($program, @args) = @ARGV; my @options;";
const safe = {
  file: page(27, SAFE, /\$PRECIOUS/, {
    before: 'my @some_data = ("eggs\\n", "flour\\n", "milk\\n");',
    edits: [
      { find: /(?<=\$PRECIOUS = ").*(?=")/, why: "a file of the case's" },
      {
        find: /(?<=print \$outfile)(?=;)/,
        why: "it prints into the file, instead of the handle's name",
      },
    ],
  }),
  read: page(27, SAFE, /exec.*\n[^]*kid_to_read|kid_to_read[^]*exec/, {
    before: program,
    edits: [{ find: /# do something interesting/, why: "something interesting: it prints" }],
  }),
  write: page(27, SAFE, /whoops/, { before: `${program} my @data = ("one\\n", "two\\n");` }),
};

const forks: Row = {
  number: 27,
  title: "forking with a pipe",
  cases: [
    alone("a child writes a file", async (stage, side) => {
      const path = stage.path("precious");
      const ours = example("pipes/fork_writer", path);
      const command = side === "Perl" ? safe.file.on(stage, { replacements: [path, " $_"] }) : ours;
      const { end } = await stage.run(command);
      return { end, text: Deno.readTextFileSync(path) };
    }),
    between("a child becomes a program that is read", async (stage, starter, child) => {
      const args = peer(child, "programs", "say", 5, "$HOME", "a  b;`");
      const { printed, said } = await stage.run(
        starter === "Perl"
          ? safe.read.on(stage, { args, replacements: ["print;"] })
          : example("pipes/fork_reader", ...args),
      );
      const lines = printed.split("\n").map((line) => line.replace(/^\S+ says: /, ""));
      const code = starter === "Perl"
        ? Number(find(said, /kid exited (\d+)/)[0]) >> 8
        : Number(find(printed, /it ended with (\d+)/)[0]);
      return { lines: lines.filter((line) => /HOME|a {2}b/.test(line)), code };
    }),
    between("a child becomes a program that is written to", async (stage, starter, child) => {
      const args = peer(child, "programs", "number");
      const ours = forking("starters", "writer", ...args);
      const { printed } = await stage.run(
        starter === "Perl" ? safe.write.on(stage, { args }) : ours,
      );
      return printed;
    }),
  ],
};

const retried = page(28, SAFE, /\$PRECIOUS/, {
  before: "use warnings; my @some_data; $SIG{USR1} = sub { };",
  edits: [{ find: /(?<=\$PRECIOUS = ").*(?=")/, why: "a file that anybody can write" }],
  after: 'print "started\n" if $pid;',
});

/** As a user who is nobody else and may have so many processes. */
function limited(id: number, count: number): string[] {
  const user = [`--reuid=${id}`, `--regid=${id}`, "--clear-groups", "--inh-caps=-all"];
  const nowhere = ["env", "HOME=/nonexistent", "DENO_DIR=/nonexistent"];
  return ["setpriv", ...user, "prlimit", `--nproc=${count}`, ...nowhere];
}

/** Perl in a full system, until somebody makes room. */
async function retriedByPerl(stage: Stage, id: number): Promise<string[]> {
  const sleepers = Array.from(
    { length: 20 },
    () => stage.start(["sleep", "1000"], { uid: id, gid: id, groups: [] }),
  );
  const command = retried.on(stage, { replacements: ["/dev/null"] });
  const running = stage.start([...limited(id, 20), ...command]);
  while (!stage.errors().includes("trying again")) {
    stage.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(sleepers.map((sleeper) => sleeper[Symbol.asyncDispose]()));
  running.child.kill("SIGUSR1"); // ends its sleep of five seconds
  return ["no room", await running.line()];
}

const retries: Row = {
  number: 28,
  title: "retrying a failed fork",
  note:
    "Needs root, to be a user with few processes. The page's loop is never used: Perl's open tries again " +
    "by itself, every five seconds; ours does when it is told to.",
  cases: [
    alone("no room at first, then some", async (stage, side) => {
      assert.equal(Deno.uid(), 0, "only root can be another user");
      const id = 200_000 + Math.floor(Math.random() * 1e6);
      if (side === "Perl") return await retriedByPerl(stage, id);
      const command = [...limited(id, 100), ...peer("ours", "starters", "retry")];
      return (await stage.run(command)).printed.trimEnd().split("\n");
    }),
  ],
};

const users: Row = {
  number: 29,
  title: "another user and group",
  cases: [
    between("real and effective, of user and group", async (stage, starter, child) => {
      const root = Deno.uid() === 0; // only root may be somebody else
      const [uid, gid] = root ? [65534, 65533] : [Deno.uid()!, Deno.gid()!];
      const nowhere = ["env", "HOME=/nonexistent", "DENO_DIR=/nonexistent"];
      const command = [...nowhere, ...peer(child, "programs", "who")];
      const { printed } = starter === "Perl"
        ? await stage.run(peer("Perl", "starters", "user", uid, gid, ...command))
        : await stage.run(command, root ? { uid, gid, groups: [] } : {});
      return printed;
    }),
  ],
};

const plumbing = {
  deadlock: page(31, SAFE, /second fork failed/, { after: 'print "ended\\n" if $pid;' }),
  pipes: page(31, SAFE, /can't reopen STDIN/, { after: 'print "ended\\n";' }),
};

const closing: Row = {
  number: 31,
  title: "a close that waits",
  note:
    "Differs: leaving the scope of a handle waits in Perl; ours ends the child, unless it is awaited.",
  cases: [
    ...Object.values(plumbing).map((program, i) =>
      alone(
        `the page's three processes, ${i === 0 ? "with open" : "with pipe"}`,
        async (stage, side) => {
          if (side === "ours") return (await stage.run(forking("starters", "family"))).printed;
          return (await stage.run(program.on(stage))).printed;
        },
      )
    ),
    between("it waits for the program, and has its status", async (stage, starter, child) => {
      const command = peer(child, "programs", "last");
      return (await stage.run(peer(starter, "starters", "close", ...command))).printed;
    }),
    differing(
      "leaving the scope",
      { ours: "leaving\nleft\n", Perl: "leaving\nit ends\nleft\n" },
      async (stage, side) => {
        const command = peer(side, "programs", "last");
        return (await stage.run(peer(side, "starters", "leave", ...command))).printed;
      },
    ),
  ],
};

async function twice(stage: Stage, [command, ...args]: readonly string[]): Promise<string> {
  await using first = open2(command, args, stage.around());
  await using second = open2(command, args, stage.around());
  await first.stdin.write("ended", stage);
  first.stdin.close();
  const lines = await Array.fromAsync(first.stdout.lines(stage));
  return `${lines.join("\n")}\n${probe(second.child) === "alive" ? "still there" : "gone"}\n`;
}

async function inherited(side: Side, stage: Stage): Promise<string> {
  if (side === "Perl") return (await stage.run(peer("Perl", "starters", "inherited"))).printed;
  using file = Fd.open("/dev/null");
  const codes = [];
  for (const fds of [undefined, { 9: file }]) {
    codes.push((await capture("test", ["-e", "/proc/self/fd/9"], { fds })).status.code);
  }
  return `${codes.join(" ")}\n`;
}

const lastWriter: Row = {
  number: 32,
  title: "the last writer gives the end of file; close-on-exec",
  cases: [
    between("of two readers one is at the end, the other is not", async (stage, starter, child) => {
      const command = peer(child, "programs", "count");
      if (starter === "ours") return await twice(stage, command);
      return (await stage.run(peer("Perl", "starters", "twice", ...command))).printed;
    }),
    alone("closed in a command, unless it is let in", (stage, side) => inherited(side, stage)),
  ],
};

/** Processes: those that go on alone, that fork with a pipe, that are others. */
export const processes: readonly Row[] = [
  background,
  daemons,
  forks,
  retries,
  users,
  closing,
  lastWriter,
];
