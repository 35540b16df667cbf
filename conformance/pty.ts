/**
 * The row about terminals.
 */
import { type Dialogue, EOF, spawnTerminal, type Terminal } from "../pty/mod.ts";
import { between, type Row, type Side } from "./case.ts";
import { peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

/** What was there before what was expected, and that; last with what the program ended. */
type Found = [before: string, match: string] | number;

async function seen(dialogue: Dialogue, expected: string | typeof EOF, stage: Stage) {
  const { before, match } = await dialogue.expect(expected, stage);
  return [before, match] satisfies Found;
}

/** Has a side drive a program: Expect.pm in a script of its own, we here. */
function driven(
  action: "login" | "window" | "relay",
  drive: (terminal: Terminal, stage: Stage) => Promise<Found[]>,
): (stage: Stage, driver: Side, program: Side) => Promise<unknown> {
  return async (stage, driver, program) => {
    const env = { NO_COLOR: "1" };
    const [command, ...args] = peer(program, "terminals", action);
    if (driver === "Perl") {
      const script = peer("Perl", "terminals", `drive-${action}`, command, ...args);
      return JSON.parse((await stage.run(script, { env })).printed);
    }
    const { processGroup: _, ...around } = stage.around(env);
    await using terminal = spawnTerminal(command, args, around);
    const found = await drive(terminal, stage);
    found.push(await seen(terminal, EOF, stage));
    const { code, signal } = await terminal.wait(stage);
    return [...found, signal === null ? code : code - 128];
  };
}

const terminals: Row = {
  number: 36,
  title: "Comm, Expect, pseudo-terminals, interact",
  note: "Expect.pm stands for Comm.pl, which the page's program needs and nobody has any more.",
  cases: [
    between(
      "a login, whose password is not shown",
      driven("login", async (terminal, stage) => {
        const name = await seen(terminal, "name: ", stage);
        await terminal.sendLine("alice");
        const password = await seen(terminal, "password: ", stage);
        await terminal.waitNoEcho(stage);
        await terminal.sendLine("s3cret");
        return [name, password, await seen(terminal, "characters", stage)];
      }),
    ),
    between(
      "a window whose size changes, and ^C",
      driven("window", async (terminal, stage) => {
        const first = await seen(terminal, "80x24\r\n", stage);
        terminal.resize({ columns: 100, rows: 33 });
        const second = await seen(terminal, "100x33\r\n", stage);
        await terminal.sendControl("c");
        return [first, second];
      }),
    ),
    between(
      "the keyboard handed over until ^]",
      driven("relay", async (terminal, stage) => {
        const ready = await seen(terminal, "ready\r\n", stage);
        await terminal.sendLine("hello");
        const twice = await seen(terminal, "hello\r\nhello\r\n", stage);
        await terminal.sendControl("]");
        return [ready, twice, await seen(terminal, "back", stage)];
      }),
    ),
  ],
};

/** Programs in terminals of their own. */
export const ptys: readonly Row[] = [terminals];
