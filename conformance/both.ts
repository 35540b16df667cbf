/**
 * The rows about both directions.
 */
import { hasCode, open2, open3 } from "../pipes/mod.ts";
import { spawn } from "../process/mod.ts";
import { Connection, socketPair } from "../sockets/mod.ts";
import { alone, between, type Row } from "./case.ts";
import { page } from "./perlipc.ts";
import { forking, peer } from "./sides.ts";
import type { Command, Stage } from "./stage.ts";

const another = "Bidirectional Communication with Another Process";
const yourself = "Bidirectional Communication with Yourself";

const cat = page(33, another, /use IPC::Open2/, {
  edits: [{
    find: /(?=waitpid)/,
    why: "cat is given an end of file, for which it would wait for ever",
  }],
  after: "print $got;",
});

const two: Row = {
  number: 33,
  title: "open2",
  note: "As it stands on the page the program waits for ever, since nobody closes $writer.",
  cases: [
    between("a line there and back", async (stage, starter, command) => {
      const path = stage.stub("cat", peer(command, "programs", "number"));
      if (starter === "Perl") {
        return (await stage.run(cat.on(stage, { replacements: ["close $writer; "] }))).printed;
      }
      await using partner = open2(path, ["-un"], stage.around());
      await partner.stdin.write("stuff\n", stage);
      const { value } = await partner.stdout.lines(stage).next();
      partner.stdin.close();
      await partner.close(stage);
      return `${value}\n`;
    }),
  ],
};

async function threeWays(stage: Stage, [command, ...args]: Command): Promise<string> {
  await using apart = open3(command, args, stage.around());
  const { stderr, ...output } = await apart.communicate("hello\n", stage);
  const errors = new TextDecoder().decode(stderr);
  await using merged = open3(command, args, { ...stage.around(), stderr: "merge" });
  const all = (await merged.communicate("hello\n", stage)).text();
  try {
    open3("bogus");
    return "started";
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    return `out: ${output.text()}err: ${errors}${all}ENOENT\n`;
  }
}

const three: Row = {
  number: 34,
  title: "open3",
  cases: [
    between(
      "errors apart, merged, and a command that is not there",
      async (stage, starter, child) => {
        const command = peer(child, "programs", "answer");
        if (starter === "ours") return await threeWays(stage, command);
        return (await stage.run(peer("Perl", "starters", "open3", ...command))).printed;
      },
    ),
  ],
};

const deadlock: Row = {
  number: 35,
  title: "the dead-lock of two full pipes",
  note: "Perl needs another process to write; ours has communicate().",
  cases: [
    between("a mebibyte each way, and nobody waits for ever", async (stage, starter, child) => {
      const command = peer(child, "programs", "flood");
      if (starter === "Perl") {
        return (await stage.run(peer("Perl", "starters", "flood", ...command))).printed;
      }
      await using partner = open2(command[0], command.slice(1), stage.around());
      const text = (await partner.communicate("y".repeat(1 << 20), stage)).text();
      const last = text.trimEnd().split("\n").at(-1)!;
      return `${text.length - last.length - 1} ${last}\n`;
    }),
  ],
};

// Before it became strict it was enough.
const undeclared = { before: "our $pid;" };
const pipe1 = page(37, yourself, /pipe1/, undeclared);
const pipe2 = page(38, yourself, /pipe2/, undeclared);

/** The processes that each line tells of, numbered in the order in which they come. */
function told(text: string): number[][] {
  const known: string[] = [];
  return text.trimEnd().split("\n").map((line) =>
    (line.match(/\d+/g) ?? []).map((pid) => {
      if (!known.includes(pid)) known.push(pid);
      return known.indexOf(pid);
    })
  );
}

const note =
  "The page's program does not compile under its own use v5.36: $pid is declared in front of it.";

const pairs: Row = {
  number: 37,
  title: "two pipes and a fork",
  note,
  cases: [
    alone("each reads who the other is", async (stage, side) => {
      const ours = forking("starters", "pipes");
      return told((await stage.run(side === "Perl" ? pipe1.on(stage) : ours)).printed);
    }),
  ],
};

const sockets: Row = {
  number: 38,
  title: "socketpair",
  note,
  cases: [
    alone("each reads who the other is", async (stage, side) => {
      const ours = forking("starters", "sockets");
      return told((await stage.run(side === "Perl" ? pipe2.on(stage) : ours)).printed);
    }),
    between("another program has the other end", async (stage, starter, child) => {
      const command = peer(child, "programs", "answer");
      if (starter === "ours") return await converse(stage, command);
      return (await stage.run(peer("Perl", "starters", "pair", ...command))).printed;
    }),
  ],
};

async function converse(stage: Stage, [command, ...args]: Command): Promise<string> {
  using pair = socketPair();
  const fds = { 0: pair.theirs.fd, 1: pair.theirs.fd, 2: "null" } as const;
  await using child = spawn(command, args, { ...stage.around(), fds });
  pair.theirs.close(); // the child has its own
  using connection = new Connection(pair.ours);
  let heard = "";
  for (const word of ["hello", "again"]) {
    await connection.writeLine(word, { end: "\n", ...stage });
    heard += `${await connection.readLine(stage)}\n`;
  }
  await connection.closeWrite();
  heard += await connection.readLine(stage) === null ? "end\n" : "more\n";
  return `${heard}${(await child.wait(stage)).code}\n`;
}

/** Both directions. */
export const both: readonly Row[] = [two, three, deadlock, pairs, sockets];
