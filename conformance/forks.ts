/**
 * The rows about processes that fork with a pipe, and its ends.
 */
import { open2 } from "../pipes/mod.ts";
import { capture, Fd } from "../process/mod.ts";
import { probe } from "../signals/mod.ts";
import { alone, between, differing, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, find, forking, peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

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

/** Processes that fork with a pipe, and its ends. */
export const forkers: readonly Row[] = [forks, closing, lastWriter];
