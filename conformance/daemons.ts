/**
 * The rows about processes that go on alone, or as somebody else.
 */
import assert from "node:assert/strict";
import { openFifo } from "../fifo/mod.ts";
import { probe } from "../signals/mod.ts";
import { alone, between, type Row } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, peer } from "./sides.ts";
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

/** Processes that go on alone, or as somebody else. */
export const processes: readonly Row[] = [background, daemons, retries, users];
