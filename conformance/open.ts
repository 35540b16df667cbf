/**
 * The rows about open() for IPC: pipes to and from commands.
 */
import assert from "node:assert/strict";
import { BrokenPipeError, hasCode, open2, readFrom, writeTo } from "../pipes/mod.ts";
import { capture } from "../process/mod.ts";
import { alone, between, differing, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, find, peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

const OPEN = "Using open() for IPC";
const SPOOL = "cat -v | lpr -h 2>/dev/null";
const STATUS = "netstat -an 2>&1";

const spooling = page(19, OPEN, /"\|-", "cat -v/);
const listing = page(19, OPEN, /"-\|", "netstat/);
const twoArguments = page(19, OPEN, /"\| cat -v/, {
  after: 'print $spooler "stuff\\n"; close $spooler || die "bad spool: $! $?";' +
    'print grep { !/^(tcp|udp)/ } <$status>; close $status || die "bad netstat: $! $?";',
});

/** Has the page's commands be a side's programs, that end with `code`; what they need in the environment. */
function commands(stage: Stage, side: Side, code = 0): Record<string, string> {
  stage.stub("lpr", peer(side, "programs", "spool"));
  stage.stub("netstat", peer(side, "programs", "netstat"));
  return { SPOOL: stage.path("spooled"), CODE: `${code}` };
}

/** What the page's first two programs do, by us; with what the commands end. */
async function spool(stage: Stage, env: Record<string, string>): Promise<number> {
  await using spooler = writeTo("sh", ["-c", SPOOL], stage.around(env));
  await spooler.write("stuff\n", stage);
  return (await spooler.close(stage)).code;
}

async function list(stage: Stage, env: Record<string, string>) {
  await using status = readFrom("sh", ["-c", STATUS], stage.around(env));
  const lines = [];
  for await (const line of status.lines(stage)) if (!/^(tcp|udp)/.test(line)) lines.push(line);
  return { lines, code: (await status.close(stage)).code };
}

const pipes: Row = {
  number: 19,
  title: "a pipe to and from a command",
  note: "lpr and netstat are programs of the case's.",
  cases: [spooling, twoArguments].map((program) =>
    between(
      `written and read, ${program === twoArguments ? "two" : "three"} arguments`,
      async (stage, starter, command) => {
        const env = commands(stage, command);
        let lines;
        if (starter === "ours") {
          await spool(stage, env);
          lines = (await list(stage, env)).lines;
        } else {
          let { printed } = await stage.run(program.on(stage), { env });
          if (program === spooling) ({ printed } = await stage.run(listing.on(stage), { env }));
          lines = printed.trimEnd().split("\n");
        }
        return { spooled: Deno.readTextFileSync(env.SPOOL), lines };
      },
    )
  ),
};

const statuses: Row = {
  number: 20,
  title: "close gives the child's status",
  note: "Perl's close is false, and $! is 0; ours is a status, and no error.",
  cases: [
    between("of a writer and of a reader that fail", async (stage, starter, command) => {
      const env = commands(stage, command, 2);
      if (starter === "ours") return [await spool(stage, env), (await list(stage, env)).code];
      const codes = [];
      for (const [program, bad] of [[spooling, "spool"], [listing, "netstat"]] as const) {
        const { said } = await stage.run(program.on(stage), { env });
        codes.push(Number(find(said, new RegExp(`bad ${bad}:  (\\d+)`))[0]) >> 8);
      }
      return codes;
    }),
  ],
};

const shellLine = page(21, OPEN, /program f1/, {
  edits: [{ find: /^% /, why: "the shell's prompt" }],
});

const inputs: Row = {
  number: 21,
  title: "files, commands and standard input as one stream",
  note: "The page's command line is run as it is; its commands are programs of the case's.",
  cases: [
    between("the page's command line", async (stage, reader, command) => {
      for (const name of ["f1", "f2", "f3", "tmpfile"]) stage.write(name, `in ${name}\n`);
      for (const name of ["cmd1", "cmd2"]) {
        stage.stub(name, peer(command, "programs", "say", 0, `from ${name}`));
      }
      const perl = ["perl", "-e", "print while <>"];
      stage.stub("program", reader === "Perl" ? perl : example("pipes/filter"));
      const { printed } = await stage.run(["sh", "-c", shellLine.text([""])]);
      return printed.trimEnd().split("\n").map((line) => line.replace(/^ *\d+ {2}/, ""));
    }),
  ],
};

const backticks = page(22, OPEN, /print grep/);

const early: Row = {
  number: 22,
  title: "all at once, or line by line and stop",
  cases: [
    ...[0, 3].map((code) =>
      between(`backticks, of a command that ends with ${code}`, async (stage, starter, command) => {
        const env = commands(stage, command, code);
        if (starter === "ours") {
          const { status, ...output } = await capture("sh", ["-c", STATUS], stage.around(env));
          const lines = output.text().split("\n").filter((line) => !/^(tcp|udp)|^$/.test(line));
          return { lines, code: status.code };
        }
        const { printed, said } = await stage.run(backticks.on(stage), { env });
        const [status] = said.match(/bad netstatus \((\d+)\)/)?.slice(1) ?? ["0"];
        return { lines: printed.trimEnd().split("\n"), code: Number(status) >> 8 };
      })
    ),
    between("three lines of endless ones", async (stage, reader, writer) => {
      const command = peer(writer, "programs", "endless");
      if (reader === "Perl") {
        const starter = peer("Perl", "starters", "early", ...command);
        return (await stage.run(starter)).printed.trimEnd().split("\n");
      }
      await using endless = readFrom(command[0], command.slice(1), stage.around());
      const lines = [];
      for await (const line of endless.lines(stage)) if (lines.push(line) === 3) break;
      const { success } = await endless.child.wait({ timeout: 0 }); // it is reaped already
      return [...lines, `${success ? "well" : "ended"}, and gone`];
    }),
  ],
};

const bogus = [
  page(23, OPEN, /close\(\$fh\) .*can't close: \$!/),
  page(23, OPEN, /close\(\$fh\) .*can't close: status/),
];

const broken: Row = {
  number: 23,
  title: "a bogus command, a broken pipe",
  note:
    "Since no shell is needed, Perl 5.36 says at once that there is no such command, as ours does and " +
    "other than the page says. Differs: a broken pipe kills a Perl that does not expect it; ours is an error.",
  cases: [
    ...bogus.map((program, i) =>
      alone(
        `the page's bogus command, ${i === 0 ? "first" : "second"} program`,
        async (stage, side) => {
          if (side === "ours") return codeOf(() => writeTo("bogus"));
          const { said, end } = await stage.run(program.on(stage));
          assert.notEqual(end, 0);
          return /can't fork: No such file/.test(said) ? "ENOENT" : said;
        },
      )
    ),
    alone("a shell's bogus command: a quick end of file", async (stage, side) => {
      const script =
        'open my $fh, "-|", "bogus 2>/dev/null" or die; my @lines = <$fh>; close $fh;' +
        'print scalar @lines, " ", $? >> 8';
      if (side === "Perl") return (await stage.run(["perl", "-e", script])).printed;
      await using reader = readFrom("sh", ["-c", "bogus 2>/dev/null"]);
      const lines = await Array.fromAsync(reader.lines(stage));
      return `${lines.length} ${(await reader.close(stage)).code}`;
    }),
    between("writing to what does not read, and ends with 4", async (stage, writer, reader) => {
      const command = peer(reader, "programs", "deaf");
      if (writer === "ours") return await writeDeaf(stage, command);
      const starter = peer("Perl", "starters", "broken", ...command);
      return (await stage.run(starter, { env: { CODE: "4" } })).printed.trimEnd();
    }),
    differing(
      "the same without a thought",
      { ours: "EPIPE 4", Perl: "SIGPIPE" },
      async (stage, side) => {
        const command = peer(side, "programs", "deaf");
        if (side === "ours") return await writeDeaf(stage, command);
        return (await stage.run(peer("Perl", "starters", "killed", ...command))).end;
      },
    ),
  ],
};

async function writeDeaf(stage: Stage, [command, ...args]: readonly string[]): Promise<string> {
  await using partner = open2(command, args, stage.around({ CODE: "4" }));
  await partner.stdout.lines(stage).next(); // now it is deaf
  const error = await partner.stdin.write("bang", stage).catch((error) => error);
  const status = error instanceof BrokenPipeError && error.status || await partner.close(stage);
  return `${error.code} ${status.code}`;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return "ENOENT";
    throw error;
  }
  return "started";
}

const handles: Row = {
  number: 24,
  title: "shared handles, duplicated and reopened",
  cases: [
    between("in one, with a file at 5; then exchanged", async (stage, starter, child) => {
      const path = stage.write("file", "at 5\n");
      const command = peer(child, "programs", "both");
      const both = await stage.run(peer(starter, "starters", "both", path, ...command));
      const swapped = await stage.run(peer(starter, "starters", "swapped", ...command));
      return [both, swapped].map(({ printed, said }) => [printed, said]);
    }),
  ],
};

const [byString, byList, byGrep] = [
  page(30, "Safe Pipe Opens", /"ps aux"/, { after: "print <$ps_pipe>;" }),
  page(30, "Safe Pipe Opens", /"ps", "aux"/, { after: "print <$ps_pipe>;" }),
  page(30, "Safe Pipe Opens", /egrep/, {
    before: "my ($some_pattern, @many_files) = @ARGV;",
    after: "print <$grep_pipe>;",
  }),
];

const lists: Row = {
  number: 30,
  title: "the list form, without a shell",
  note: "ps and egrep are programs of the case's, which print what they are given.",
  cases: [
    between("every word arrives as it is", async (stage, starter, command) => {
      const words = ["$HOME", "*", "two  blanks", "`id`; exit 1", "'\"\\"];
      for (const name of ["ps", "egrep"]) stage.stub(name, peer(command, "programs", "words"));
      if (starter === "Perl") {
        let printed = "";
        for (const program of [byString, byList, byGrep]) {
          printed += (await stage.run(program.on(stage, { args: words }))).printed;
        }
        return printed;
      }
      const runs = [["ps", "aux"], ["ps", "aux"], ["egrep", "-i", ...words]];
      let printed = "";
      for (const [name, ...args] of runs) {
        await using reader = readFrom(stage.path(`bin/${name}`), args, stage.around());
        printed += await reader.text(stage);
      }
      return printed;
    }),
  ],
};

/** open() for IPC: pipes to and from commands. */
export const open: readonly Row[] = [pipes, statuses, inputs, early, broken, handles, lists];
