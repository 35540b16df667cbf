/**
 * The rows about named pipes.
 */
import { isFifo, mkfifo, openFifo } from "../fifo/mod.ts";
import { between, differing, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, peer, tourPeer } from "./sides.ts";
import type { Stage } from "./stage.ts";

const byModule = page(17, "Named Pipes", /POSIX qw\(mkfifo\)/, { before: "my $path = shift;" });
const byCommand = page(17, "Named Pipes", /mknod/, { before: "my $path = shift;" });

/** What a side sees of a FIFO: that it is one, and its mode. */
async function look(stage: Stage, side: Side, path: string): Promise<string> {
  if (side === "Perl") {
    return (await stage.run(tourPeer("talk.pl", "look", path))).printed.trimEnd();
  }
  return `${Number(isFifo(path))} ${(Deno.lstatSync(path).mode! & 0o777).toString(8)}`;
}

const making: Row = {
  number: 17,
  title: "mkfifo, with a mode; mknod",
  note: "Differs: Perl's mode is cut by the umask, ours is exact.",
  cases: [
    between("made with 0700, seen by the other", async (stage, maker, looker) => {
      const path = stage.path("fifo");
      const made = maker === "Perl"
        ? byModule.on(stage, { args: [path] })
        : example("fifo/mkfifo", path, "700");
      await stage.run(made);
      return await look(stage, looker, path);
    }),
    {
      what: "made by the page's way over a command",
      ways: Object.fromEntries((["ours", "Perl"] as const).map((looker) => [
        looker === "Perl" ? "Perl" : "Perl → ours",
        async (stage) => {
          const path = stage.path("fifo");
          await stage.run(byCommand.on(stage, { args: [path] }));
          return await look(stage, looker, path);
        },
      ])),
    },
    differing(
      "made with 0622 under a umask",
      { ours: "1 622", Perl: "1 600" },
      async (stage, side) => {
        const path = stage.path("fifo");
        const make = "use POSIX; umask 077; mkfifo shift, 0622 or die";
        if (side === "Perl") {
          await stage.run(["perl", "-e", make, path]);
          return await look(stage, side, path);
        }
        const before = Deno.umask(0o077);
        try {
          mkfifo(path, { mode: 0o622 });
        } finally {
          Deno.umask(before);
        }
        return await look(stage, side, path);
      },
    ),
  ],
};

const signature = page(18, "Named Pipes", /\.signature/);

/** Reads a FIFO to its end, once it is there. */
async function read(stage: Stage, side: Side, path: string): Promise<string[]> {
  while (!isFifo(path)) {
    stage.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (side === "Perl") {
    return (await stage.run(tourPeer("talk.pl", "read", path))).printed.trimEnd().split("\n");
  }
  using fifo = await openFifo(path, "r", stage);
  return await Array.fromAsync(fifo.lines(stage));
}

const meeting: Row = {
  number: 18,
  title: "the .signature server, which makes its FIFO again",
  note: "The page's server finds its home in the case's directory, and there a fortune of ours.",
  cases: [
    between("two readers, and a removal between them", async (stage, server, reader) => {
      const fortune = stage.stub("fortune", peer(reader, "programs", "fortune"));
      const path = stage.path(".signature");
      const command = server === "Perl"
        ? signature.on(stage)
        : example("fifo/signature", path, fortune);
      const env: Record<string, string> = server === "Perl" ? { HOME: stage.directory } : {};
      stage.start(command, { env });
      const first = await read(stage, reader, path);
      if (server === "Perl") Deno.linkSync(path, stage.path("removed"));
      Deno.removeSync(path);
      // Who is slow removes it when the page's server, two seconds after a reader, waits for the next one already.
      if (server === "Perl") stage.start(["cat", stage.path("removed")]);
      const second = await read(stage, reader, path);
      return [first, second].map(([from, ...saying]) => [/\(\w+@[\w.]+\)$/.test(from), saying]);
    }),
  ],
};

/** Named pipes. */
export const fifos: readonly Row[] = [making, meeting];
