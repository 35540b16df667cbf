/**
 * The row about terminals.
 */
import assert from "node:assert/strict";
import { spawnTerminal } from "../pty/mod.ts";
import type { Area, Row } from "./row.ts";

const terminal: Row = {
  number: 36,
  title: "a program that insists on a terminal",
  direction: "↔",
  async walk({ perl, signal }) {
    const [name, command, file] = perl
      ? ["Perl", "perl", "terminal.pl"]
      : ["a shell", "sh", "terminal.sh"];
    await using terminal = spawnTerminal(command, [`${import.meta.dirname}/peers/${file}`], {
      columns: 132,
    });
    await terminal.expect("password: ", { signal });
    await terminal.waitNoEcho({ signal });
    await terminal.sendLine("swordfish");
    const { before } = await terminal.expect("9 characters, 132 columns\r\n", { signal });
    assert.ok(!before.includes("swordfish"));
    await terminal.sendLine("hello");
    await terminal.expect("you typed hello\r\n", { signal });
    await terminal.sendControl("c");
    assert.equal((await terminal.wait({ signal })).signal, "SIGINT");
    return `${name} asked for a password without showing it, and ^C ended it`;
  },
};

/** Programs in terminals of their own. */
export const terminals: Area = { title: "Terminals", rows: [terminal] };
