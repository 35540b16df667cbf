/**
 * The rows about signals: what is held back, and starts anew.
 */
import { on, queue, signalNumber } from "../signals/mod.ts";
import { denoCommand } from "../tests/programs.ts";
import { alone, between, differing, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, find, peer, send } from "./sides.ts";
import { stopped } from "./handlers.ts";
import type { Running, Stage } from "./stage.ts";

const masks: Row = {
  number: 12,
  title: "masks, who sent it, and with what value",
  note: "Perl has no sigqueue: values go one way only.",
  cases: [
    between("held back, pending, and each handled", async (stage, sender, receiver) => {
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
        let blocked = true;
        for (let looks = 0; blocked && looks < 20; looks++) { // a thread that makes another one blocks all meanwhile
          const status = Deno.readTextFileSync(`/proc/${daemon.pid}/status`);
          blocked = Number(`0x${find(status, /^SigBlk:\s*(\w+)$/m)[0]}`) % 2 === 1;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return { blocked };
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
      "of those that come to a busy program each kind is handled after it",
      async (stage, sender, receiver) => {
        const running = stage.start(peer(receiver, "signals", "busy"));
        await running.line();
        await send(stage, sender, running.pid, ...Array(50).fill("USR2"), "HUP");
        // How often depends on how fast they come.
        return (await running.lines(2)).map((line) => line.split(" ")[0]);
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

/** Signals: what is held back, and starts anew. */
export const deferring: readonly Row[] = [masks, again, deferred, interrupted, grouped];
