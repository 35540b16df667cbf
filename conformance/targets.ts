/**
 * The rows about signals: who is sent them.
 */
import { between, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

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

/** Signals: who is sent them. */
export const targets: readonly Row[] = [group, alive];
