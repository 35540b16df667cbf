/**
 * The rows about open() for IPC: commands that are not there, their handles and their words.
 */
import assert from "node:assert/strict";
import { BrokenPipeError, hasCode, open2, readFrom, writeTo } from "../pipes/mod.ts";
import { alone, between, differing, type Row } from "./case.ts";
import { page } from "./perlipc.ts";
import { peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

const OPEN = "Using open() for IPC";

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

/** open() for IPC: commands that are not there, their handles and their words. */
export const commands: readonly Row[] = [broken, handles, lists];
