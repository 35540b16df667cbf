/**
 * The rows about signals: what is done on them.
 */
import { signalName, signalNames, signalNumber } from "../signals/mod.ts";
import { alone, between, differing, type Row } from "./case.ts";
import { page } from "./perlipc.ts";
import { find, peer, send } from "./sides.ts";
import type { Stage } from "./stage.ts";

const waiting = { after: 'print "ready\\n"; sleep 1 while 1;' };
const dying = [
  { program: page(1, "Signals", /catch_zap/, waiting), says: /die "(.*) SIG\$/ },
  { program: page(1, "Signals", /sub \{ die "\\n/, waiting), says: /die "\\n(.*)\\n"/ },
];

const handlers: Row = {
  number: 1,
  title: "a handler, which gets the name",
  note: "Our handlers are given SIGINT where Perl's are given INT.",
  cases: [
    ...dying.map(({ program, says }, i) =>
      between(
        `the page's ${i === 0 ? "named" : "unnamed"} handler dies`,
        async (stage, sender, receiver) => {
          const [text] = find(program.text(), says);
          const ours = peer("ours", "signals", "die", text, "INT");
          const running = stage.start(receiver === "Perl" ? program.on(stage) : ours);
          await running.line();
          await send(stage, sender, running.pid, "INT");
          return { failed: await running.end() !== 0, said: stage.errors().includes(text) };
        },
      )
    ),
    between("each signal is heard by its name", async (stage, sender, receiver) => {
      const names = ["HUP", "INT", "QUIT", "USR2", "ALRM", "TERM", "CHLD", "WINCH", "PROF", "PWR"];
      const running = stage.start(peer(receiver, "signals", "handle", ...names));
      const heard = [await running.line()];
      await send(stage, sender, running.pid, ...names);
      return [...heard, ...(await running.lines(names.length)).sort()];
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

/** Signals: what is done on them. */
export const handling: readonly Row[] = [
  handlers,
  names,
  ignoring,
  untrappable,
  local,
  reinstalling,
];
