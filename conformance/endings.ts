/**
 * The rows about signals: what ends, in time or not.
 */
import { capture, spawn } from "../process/mod.ts";
import { probe, withTimeout } from "../signals/mod.ts";
import { alone, between, differing, type Row } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, peer } from "./sides.ts";

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
        for (;;) {
          const running = stage.start(peer(side, "signals", "timeout", ...command));
          const pid = Number(await running.line());
          if (isNaN(pid)) continue; // it was given up before it has said who it is
          await running.line(); // too long
          return probe(pid);
        }
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
      const answer = async (seconds: number) => {
        const command = waiter === "Perl"
          ? flock.on(stage, { args: [path], replacements: [`alarm ${seconds}`] })
          : example("signals/lock", path, seconds * 1000, "echo", "locked");
        const { printed } = await stage.run(command);
        return /somebody else|gave up/.test(printed) ? "gave up" : printed.trimEnd();
      };
      const holding = stage.start(peer(holder, "signals", "lock", path));
      await holding.line();
      const held = await answer(1);
      await holding.write("\n");
      await holding.end();
      return { held, free: await answer(30) }; // in time, also where it is slow
    }),
  ],
};

/** Signals: what ends, in time or not. */
export const endings: readonly Row[] = [reaping, alarms, locking];
