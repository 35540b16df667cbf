/**
 * The rows about open() for IPC: pipes to and from commands.
 */
import { readFrom, writeTo } from "../pipes/mod.ts";
import { capture } from "../process/mod.ts";
import { between, type Row, type Side } from "./case.ts";
import { page } from "./perlipc.ts";
import { example, find, peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

const OPEN = "Using open() for IPC";
const spooling = page(19, OPEN, /"\|-", "cat -v/);
const listing = page(19, OPEN, /"-\|", "netstat/);
const twoArguments = page(19, OPEN, /"\| cat -v/, {
  after:
    'print $spooler "stuff\\n"; close $spooler or die; print grep { !/^(tcp|udp)/ } <$status>;',
});

/** Has the page's commands be a side's programs, that end with `code`; what they need in the environment. */
function commands(stage: Stage, side: Side, code = 0): Record<string, string> {
  stage.stub("lpr", peer(side, "programs", "spool"));
  stage.stub("netstat", peer(side, "programs", "netstat"));
  return { SPOOL: stage.path("spooled"), CODE: `${code}` };
}

/** What the page's first two programs do, by us; with what the commands end. */
async function spool(stage: Stage, env: Record<string, string>): Promise<number> {
  await using spooler = writeTo(
    "sh",
    ["-c", find(spooling.text(), /"(cat[^"]*)"/)[0]],
    stage.around(env),
  );
  await spooler.write("stuff\n", stage);
  return (await spooler.close(stage)).code;
}

async function list(stage: Stage, env: Record<string, string>) {
  await using status = readFrom(
    "sh",
    ["-c", find(listing.text(), /"(netstat[^"]*)"/)[0]],
    stage.around(env),
  );
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
          const { status, ...output } = await capture("sh", [
            "-c",
            find(listing.text(), /"(netstat[^"]*)"/)[0],
          ], stage.around(env));
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

/** open() for IPC: pipes to and from commands. */
export const open: readonly Row[] = [pipes, statuses, inputs, early];
