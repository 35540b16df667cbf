/**
 * The rows about signals: handled, ignored, sent.
 */
import { signalName, signalNames, signalNumber } from "../signals/mod.ts";
import { alone, between, differing, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, find, peer, send } from "./sides.ts";
import type { Stage } from "./stage.ts";

const waiting = { after: 'print "ready\\n"; sleep 1 while 1;' };
const dying = [
  { program: page(1, "Signals", /catch_zap/, waiting), text: "Somebody sent me a" },
  { program: page(1, "Signals", /Outta here/, waiting), text: "Outta here!" },
];

const handlers: Row = {
  number: 1,
  title: "a handler, which gets the name",
  note: "Our handlers are given SIGINT where Perl's are given INT.",
  cases: [
    ...dying.map(({ program, text }) =>
      between(`a handler dies, and says "${text}"`, async (stage, sender, receiver) => {
        const ours = peer("ours", "signals", "die", text, "INT");
        const running = stage.start(receiver === "Perl" ? program.on(stage) : ours);
        await running.line();
        await send(stage, sender, running.pid, "INT");
        const failed = await running.end() !== 0;
        const [said] = find(stage.errors(), new RegExp(`(${text}(?: SIGINT)?)`));
        return { failed, said: text === "Outta here!" ? text : said };
      })
    ),
    between("each signal is heard by its name", async (stage, sender, receiver) => {
      const names = ["HUP", "INT", "QUIT", "USR2", "ALRM", "TERM", "CHLD", "WINCH", "PROF", "PWR"];
      const running = stage.start(peer(receiver, "signals", "handle", ...names));
      const heard = [await running.line()];
      for (const name of names) {
        await send(stage, sender, running.pid, name);
        heard.push(await running.line());
      }
      return heard;
    }),
  ],
};

const bare = (name: string) => name.slice("SIG".length);

const names: Row = {
  number: 2,
  title: "names and numbers of this system",
  note: "Differs: of the two names of 29 ours prefers POLL, Perl IO; both are understood.",
  cases: [
    alone("names and their numbers, both ways", async (stage, side) => {
      const script = "use Config; my @n = split / /, $Config{sig_num}; my %n = " +
        'map { $_ => shift @n } split / /, $Config{sig_name}; print map { "$_ $n{$_}\\n" } ' +
        'grep { $n{$_} && !/^NUM/ } keys %n; print map { (split / /, $Config{sig_name})[$_], "\\n" } 1 .. 31';
      if (side === "Perl") {
        return (await stage.run(["perl", "-e", script])).printed.trimEnd().split("\n").sort();
      }
      const aliases = ["CLD", "IO", "IOT", "RTMIN", "RTMAX"];
      const all = [...signalNames().map(bare), ...aliases];
      const back = Array.from({ length: 31 }, (_, i) => i === 28 ? "IO" : bare(signalName(i + 1)));
      return [...all.map((name) => `${name} ${signalNumber(name)}`), ...back].sort();
    }),
    differing("the name of 29", { ours: "POLL", Perl: "IO" }, async (stage, side) => {
      if (side === "ours") return bare(signalName(29));
      const script = "use Config; print +(split / /, $Config{sig_name})[29]";
      return (await stage.run(["perl", "-e", script])).printed;
    }),
  ],
};

const ignoring: Row = {
  number: 3,
  title: "IGNORE, DEFAULT, children that reap themselves",
  note:
    "Differs: with CHLD ignored Perl's wait gives −1; our autoReap leaves no zombie either, but " +
    "still knows how the child has ended, and leaves Deno.Command its children.",
  cases: [
    between("ignored twice, then the default", async (stage, sender, receiver) => {
      const running = stage.start(peer(receiver, "signals", "ignore"));
      const heard = [await running.line()];
      await send(stage, sender, running.pid, "HUP", "HUP");
      await running.write("\n");
      heard.push(await running.line());
      await send(stage, sender, running.pid, "HUP");
      return [...heard, await running.end()];
    }),
    differing(
      "how a child ends that nobody waits for",
      { ours: "gone 7\n", Perl: "gone unknown\n" },
      async (stage, side) => (await stage.run(peer(side, "signals", "reaped"))).printed,
    ),
  ],
};

const untrappable: Row = {
  number: 4,
  title: "KILL and STOP cannot be trapped, TSTP can",
  note:
    "Perl says nothing when KILL is trapped; ours is a TypeError, after which the program goes on.",
  cases: [
    between("what comes of each", async (stage, sender, receiver) => {
      const running = stage.start(peer(receiver, "signals", "handle", "KILL", "STOP", "TSTP"));
      await running.line();
      await send(stage, sender, running.pid, "TSTP");
      const tstp = await running.line();
      await send(stage, sender, running.pid, "STOP");
      await stopped(stage, running.pid);
      await send(stage, sender, running.pid, "KILL");
      return { tstp, stop: "stopped", kill: await running.end() };
    }),
  ],
};

/** Waits until a process is stopped. */
export async function stopped({ signal }: Stage, pid: number): Promise<void> {
  while (!/\) T /.test(Deno.readTextFileSync(`/proc/${pid}/stat`))) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const local: Row = {
  number: 5,
  title: "local handlers, undone at the end of the scope",
  cases: [
    between("inner, then outer", async (stage, sender, receiver) => {
      const running = stage.start(peer(receiver, "signals", "nested"));
      const heard = [await running.line()];
      await send(stage, sender, running.pid, "INT");
      heard.push(await running.line());
      await running.write("\n");
      heard.push(await running.line());
      await send(stage, sender, running.pid, "INT");
      return [...heard, await running.line()];
    }),
  ],
};

const shielded = page(6, "Signals", /getpgrp/, {
  before: "setpgrp; my @kids = map { my $kid = fork; exec @ARGV unless $kid; $kid } 1 .. 3;",
  after: "use Config; for (@kids) { waitpid $_, 0; " +
    'print "ended with SIG", (split / /, $Config{sig_name})[$? & 127], "\\n" } print "goes on\\n";',
});

const group: Row = {
  number: 6,
  title: "a process group, without ourselves",
  cases: [
    between("three children end, who has sent it goes on", async (stage, sender, child) => {
      const args = peer(child, "signals", "sleep");
      const command = sender === "Perl"
        ? shielded.on(stage, { args })
        : example("signals/group", ...args);
      const { printed } = await stage.run(command);
      return printed.match(/ended with \w+|goes on/g);
    }),
  ],
};

const wicked = page(7, "Signals", /something wicked/, {
  before: "for my $kid_pid (@ARGV) {",
  after: "}",
});
const dead = page(7, "Signals", /looks dead/, { before: "for my $pid (@ARGV) {", after: "}" });

/** Which of these processes a side finds dead, or not to be signalled. */
async function found(stage: Stage, side: Side, program: typeof dead, pids: number[]) {
  // Without what makes root almighty, so that there is somebody whom it may not signal.
  const powerless = Deno.uid() === 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
  const args = pids.map(String);
  const asks = side === "Perl" ? program.on(stage, { args }) : example("signals/alive", ...args);
  const { printed, said } = await stage.run([...powerless, ...asks]);
  if (side === "Perl") return pids.map((pid) => new RegExp(`\\b${pid} (at|looks)`).test(said));
  const bad = program === dead ? /is not there/ : /is not there|another user's/;
  return printed.trimEnd().split("\n").map((line) => bad.test(line));
}

const alive: Row = {
  number: 7,
  title: "signal 0: alive, dead, or not permitted",
  note: "Ours also tells a zombie from who is alive; for both it is not dead.",
  cases: [wicked, dead].map((program) =>
    between(`the page's look at ${program.pattern.source}`, async (stage, asker, asked) => {
      const living = stage.start(peer(asked, "signals", "sleep"));
      const parent = stage.start(peer(asked, "signals", "zombie"));
      await living.line();
      const zombie = Number(await parent.line());
      const nobody = { uid: 65534, gid: 65534, groups: [] };
      const denied = Deno.uid() === 0 ? stage.start(["sleep", "1000"], nobody).pid : 1;
      return found(stage, asker, program, [living.pid, zombie, denied, 0x7fff_ffff]);
    })
  ),
};

const reinstalling: Row = {
  number: 8,
  title: "a handler need not be installed again",
  cases: [
    between("1,000 signals, each answered", async (stage, sender, receiver) => {
      const running = stage.start(peer(receiver, "signals", "handle", "USR2"));
      await running.line();
      const ping = peer(sender, "signals", "ping", running.pid, 1000);
      return await stage.start(ping, { fds: { 0: running.child.fd(1) } }).rest();
    }),
  ],
};

/** Signals: handled, ignored, sent. */
export const signals: readonly Row[] = [
  handlers,
  names,
  ignoring,
  untrappable,
  local,
  group,
  alive,
  reinstalling,
];
