/**
 * The rows about signals: children that end, alarms, masks, and when handlers run.
 */
import { capture, spawn } from "../process/mod.ts";
import { on, probe, queue, signalNumber, withTimeout } from "../signals/mod.ts";
import { denoCommand } from "../tests/programs.ts";
import { alone, between, differing, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, find, peer, send } from "./sides.ts";
import { stopped } from "./signals.ts";
import type { Running, Stage } from "./stage.ts";

const reaper = page(9, "Signals", /Kid_Status/, {
  after: "use Config; my @name = split / /, $Config{sig_name}; my @how = splice @ARGV, 0, 4;" +
    "my @kids = map { my $kid = fork; exec @ARGV, $_ unless $kid; $kid } @how;" +
    "sleep 1 while keys %Kid_Status < @how; for (@kids) { my $status = $Kid_Status{$_};" +
    'print $status & 127 ? "SIG$name[$status & 127]" : $status >> 8, -e "/proc/$_" && " zombie", "\\n" }',
});
const besideSystem = page(9, "Signals", /cleanup_child/, {
  before: 'my $command = "true"; my $ends = 0;' +
    'sub cleanup_child { my (undef, $status) = @_; print "$status\\n"; exit if ++$ends == 5 }',
});

const reaping: Row = {
  number: 9,
  title: "reaping: exit codes and signals",
  note: "The page's endless loop of children is left after five.",
  cases: [
    between("how four children have ended, and no zombie", async (stage, starter, child) => {
      const how = ["0", "3", "SIGTERM", "SIGKILL"];
      const command = peer(child, "signals", "end");
      if (starter === "Perl") {
        const args = [...how.map((one) => one.replace("SIG", "")), ...command];
        return (await stage.run(reaper.on(stage, { args }))).printed.trimEnd().split("\n");
      }
      const children = how.map((one) => spawn(command[0], [...command.slice(1), one]));
      const ends = await Promise.all(children.map((child) => stage.use(child).wait(stage)));
      return ends.map(({ code, signal }, i) =>
        `${signal ?? code}${probe(children[i].pid) === "zombie" ? " zombie" : ""}`
      );
    }),
    alone("children beside commands that are waited for", async (stage, side) => {
      if (side === "Perl") return (await stage.run(besideSystem.on(stage))).printed;
      let printed = "";
      for (let i = 0; i < 5; i++) {
        const child = stage.use(spawn("true"));
        await new Deno.Command("true").output();
        printed += `${(await child.wait(stage)).code}\n`;
      }
      return printed;
    }),
  ],
};

const dies = {
  after: "use Time::HiRes qw(ualarm); eval { ualarm 50_000; sleep 10 };" +
    'print $@ =~ /^alarm/ ? "left" : "stayed";',
};
const diesOnAlarm = [
  page(10, "Interrupting IO", /local \$SIG/, dies),
  page(10, "Interrupting IO", /sigaction\(/, dies),
];

const alarms: Row = {
  number: 10,
  title: "alarms, and what takes too long",
  note:
    "Differs: a command that is given up lives on in Perl, as the page says; ours is ended and reaped.",
  cases: [
    alone(
      "what is left of an alarm, and one that rings",
      async (stage, side) => (await stage.run(peer(side, "signals", "left"))).printed,
    ),
    ...diesOnAlarm.map((program, i) =>
      alone(
        `an operation is left by an alarm${i === 0 ? "" : ", set by sigaction"}`,
        async (stage, side) => {
          if (side === "Perl") return (await stage.run(program.on(stage))).printed;
          const sleeping = withTimeout(50, (signal) => capture("sleep", ["10"], { signal }));
          return await sleeping.then(() => "stayed", () => "left");
        },
      )
    ),
    between("a command takes too long", async (stage, starter, child) => {
      const command = peer(child, "signals", "sleep");
      const running = stage.start(peer(starter, "signals", "timeout", ...command));
      let line;
      do line = await running.line(); while (line === "asleep");
      return line;
    }),
    differing(
      "what becomes of that command",
      { ours: "dead", Perl: "alive" },
      async (stage, side) => {
        const command = ["sh", "-c", "echo $$; exec sleep 1000"];
        const running = stage.start(peer(side, "signals", "timeout", ...command));
        const pid = Number(await running.line());
        await running.line(); // too long
        return probe(pid);
      },
    ),
  ],
};

const flock = page(11, "Signals", /flock/, {
  before: 'open my $fh, ">>", shift or die "open: $!";',
  edits: [{ find: /alarm 10/, why: "a shorter wait" }],
  after: 'print $@ ? "gave up" : "locked";',
});

const locking: Row = {
  number: 11,
  title: "a lock, but not for ever",
  note: "The page's ten seconds are one here.",
  cases: [
    between("held by the other, then free", async (stage, holder, waiter) => {
      const path = stage.write("lock", "");
      const command = waiter === "Perl"
        ? flock.on(stage, { args: [path], replacements: ["alarm 1"] })
        : example("signals/lock", path, 300, "echo", "locked");
      const answer = async () => {
        const { printed } = await stage.run(command);
        return /somebody else|gave up/.test(printed) ? "gave up" : printed.trimEnd();
      };
      const holding = stage.start(peer(holder, "signals", "lock", path));
      await holding.line();
      const held = await answer();
      await holding.write("\n");
      await holding.end();
      return { held, free: await answer() };
    }),
  ],
};

const masks: Row = {
  number: 12,
  title: "masks, who sent it, and with what value",
  note: "Perl has no sigqueue: values go one way only.",
  cases: [
    between("held back, pending, and each handled once", async (stage, sender, receiver) => {
      const running = stage.start(peer(receiver, "signals", "mask"));
      const held = await running.line();
      await send(stage, sender, running.pid, "USR2", "HUP", "USR2");
      await running.write("\n");
      return [held, ...await running.lines(2)];
    }),
    between("who has sent it", async (stage, sender, receiver) => {
      const running = stage.start(peer(receiver, "signals", "info", "USR2"));
      await running.line();
      const pid = await send(stage, sender, running.pid, "USR2");
      const [theirs, uid] = (await running.line()).split(" ").map(Number);
      return { sender: theirs === pid, uid };
    }),
    {
      what: "three real-time signals, with their values",
      ways: Object.fromEntries((["ours", "Perl"] as const).map((receiver) => [
        receiver === "ours" ? "ours" : "ours → Perl",
        async (stage) => {
          const number = signalNumber("RTMIN+1");
          const running = stage.start(peer(receiver, "signals", "values", number, 3));
          await running.line();
          for (const value of [7, 7, -8]) queue(running.pid, number, value);
          await running.write("\n");
          return await running.line();
        },
      ])),
    },
  ],
};

const restart = page(13, "Handling the SIGHUP Signal in Daemons", /FindBin/);

/** A daemon of a side's that starts anew on SIGHUP. */
function daemonOf(stage: Stage, side: Side): Running {
  const args = [stage.write("configuration", ""), "two words", "*"];
  const ours = example("signals/sighup", ...args);
  return stage.start(side === "Perl" ? [restart.write(stage), ...args] : ours);
}

/** Waits until a daemon says who it is, and with which arguments. */
async function introduced(daemon: Running, side: Side) {
  const start = side === "Perl" ? /^PID: (\d+)$/ : /^process (\d+) with \S+ (.*):/;
  let found = null;
  while (!found) found = (await daemon.line()).match(start);
  const args = found[2] ?? find(await daemon.line(), /^ARGV: \S+ (.*)$/)[0];
  return { same: Number(found[1]) === daemon.pid, args };
}

const again: Row = {
  number: 13,
  title: "SIGHUP re-executes, with the same arguments",
  note:
    "Differs: the page's daemon calls exec in its handler, where Perl blocks the signal, and so is deaf " +
    "to the next SIGHUP; ours clears the mask.",
  cases: [
    between("the same process with the same arguments", async (stage, sender, side) => {
      const daemon = daemonOf(stage, side);
      const before = await introduced(daemon, side);
      await send(stage, sender, daemon.pid, "HUP");
      return [before, await introduced(daemon, side)];
    }),
    differing(
      "whether it hears the next one",
      { ours: { blocked: false }, Perl: { blocked: true } },
      async (stage, side) => {
        const daemon = daemonOf(stage, side);
        await introduced(daemon, side);
        await send(stage, "ours", daemon.pid, "HUP");
        await introduced(daemon, side);
        const status = Deno.readTextFileSync(`/proc/${daemon.pid}/status`);
        return { blocked: Number(`0x${find(status, /^SigBlk:\s*(\w+)$/m)[0]}`) % 2 === 1 };
      },
    ),
  ],
};

const deferred: Row = {
  number: 14,
  title: "deferred signals",
  note: "Differs: Perl lets one handle a fault; ours refuses to, since nothing can go on after it.",
  cases: [
    between("many that come to a stopped program are one", async (stage, sender, receiver) => {
      const running = stage.start(peer(receiver, "signals", "handle", "USR2", "HUP"));
      await running.line();
      await send(stage, sender, running.pid, "STOP");
      await stopped(stage, running.pid);
      await send(stage, sender, running.pid, ...Array(20).fill("USR2"), "HUP", "CONT");
      const heard = await running.lines(2);
      await running.write("\n");
      return [...heard.sort(), ...await running.rest()];
    }),
    between(
      "those that come to a busy program are handled after it",
      async (stage, sender, receiver) => {
        const running = stage.start(peer(receiver, "signals", "busy"));
        await running.line();
        await send(stage, sender, running.pid, ...Array(50).fill("USR2"), "HUP");
        const counts = (await running.lines(2)).map((line) => line.split(" "));
        return counts.map(([name, count]) => [name, Number(count) < 50]);
      },
    ),
    alone("a fault is fatal at once", async (stage, side) => {
      const touch = "new Deno.UnsafePointerView(Deno.UnsafePointer.create(8n)).getInt8()";
      const command = side === "ours"
        ? denoCommand("eval", touch)
        : ["perl", "-e", 'unpack "p", pack "Q", 8'];
      return (await stage.run(command)).end;
    }),
    differing(
      "a handler for a fault",
      { ours: "TypeError", Perl: "caught" },
      async (stage, side) => {
        if (side === "ours") {
          try {
            return on("SEGV", () => {});
          } catch (error) {
            return (error as Error).name;
          }
        }
        const script = '$SIG{SEGV} = sub { print "caught"; exit }; kill SEGV => $$; sleep 9';
        return (await stage.run(["perl", "-e", script])).printed;
      },
    ),
  ],
};

const interrupted: Row = {
  number: 15,
  title: "interrupted calls go on",
  cases: [
    between("a line is read whole, whatever comes meanwhile", async (stage, sender, receiver) => {
      const running = stage.start(peer(receiver, "signals", "interrupted"));
      const lines = [await running.line()];
      await send(stage, sender, running.pid, ...Array(20).fill("USR2"));
      await running.write("whole\n");
      return [...lines, ...await running.rest()];
    }),
  ],
};

const opening = page(16, "NOTES", /sigtrap/, { after: 'print "ready\\n"; sleep 1 while 1;' });

const grouped: Row = {
  number: 16,
  title: "grouped traps",
  cases: [
    between("what usually ends a program, by one call", async (stage, sender, receiver) => {
      const running = stage.start(peer(receiver, "signals", "traps"));
      const heard = [await running.line()];
      for (const name of ["HUP", "INT", "PIPE", "TERM"]) {
        await send(stage, sender, running.pid, name);
        heard.push(await running.line());
      }
      return heard;
    }),
    between("the page's opening lines", async (stage, sender, receiver) => {
      const ours = peer("ours", "signals", "die", "Caught a", "ABRT", "QUIT", "TERM");
      const running = stage.start(receiver === "Perl" ? opening.on(stage) : ours);
      await running.line();
      await send(stage, sender, running.pid, "TERM");
      const failed = await running.end() !== 0;
      return { failed, name: find(stage.errors(), /Caught a SIG(\w+)/) };
    }),
  ],
};

/** Signals: children that end, alarms, masks, and when handlers run. */
export const timing: readonly Row[] = [
  reaping,
  alarms,
  locking,
  masks,
  again,
  deferred,
  interrupted,
  grouped,
];
