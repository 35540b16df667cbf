/**
 * The same conversations, held by us, Expect.pm and pexpect.
 */
import assert from "node:assert/strict";
import { EOF, spawnTerminal } from "../../pty/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { fixture, language, run } from "../harness.ts";

/** What is typed, and what is expected then. */
type Step = [typed: string, expected: string];

interface Conversation {
  command: string[];
  steps: Step[];
}

// A prompt that is typed nowhere, so that the echo of what is typed is never taken for it.
const bash = ["env", "PS1=ready> ", "TERM=dumb", "bash", "--norc", "--noprofile", "-i"];
const python = "/usr/bin/python3";

const conversations: Record<string, Conversation> = {
  bash: {
    command: bash,
    steps: [
      ["", "ready> "],
      ["echo $((6 * 7))\r", "ready> "],
      ["cd / && pwd\r", "ready> "],
      ["false; echo $?\r", "ready> "],
      ["printf 'a\\tb\\033[1mc\\033[m\\n'\r", "ready> "],
      ["echo u''p; cat\r", "\nup\r\n"], // what is typed before cat runs would be the shell's
      ["twice\r", "twice\r\ntwice\r\n"],
      ["\x04", "ready> "],
      ["exit 3\r", "exit"],
    ],
  },
  "python3 -i": {
    command: ["env", "TERM=dumb", "PYTHON_COLORS=0", python, "-i", "-q"],
    steps: [
      ["", ">>> "],
      ["2 ** 70\r", ">>> "],
      ["for i in range(3): print(i)\r", "... "],
      ["\r", ">>> "],
      ["1 / 0\r", ">>> "],
      ["print('\\u20ac')\r", ">>> "],
      ["\x04", "\r\n"],
    ],
  },
  bc: {
    // Its prompt is what it says to a terminal that brackets what is pasted.
    command: ["env", "TERM=xterm", "bc", "-q"],
    steps: [
      ["", "[?2004h"],
      ["6 * 7\r", "[?2004h"],
      ["scale = 3; 1 / 8\r", "[?2004h"],
      ["quit\r", "[?2004l"],
    ],
  },
  "a password": {
    command: [python, fixture("pty/password.py")],
    steps: [["", "name: "], ["alice\r", "password: "], ["s3cret\r", "the first is s"]],
  },
  "a line that is drawn again and again": {
    command: ["perl", fixture("pty/redraw.pl")],
    steps: [["", " 40%"], ["", "100%"], ["", "finished"]],
  },
};

/** What was found at each step, and what was left at the end. */
type Transcript = [before: string, match: string][];

async function ours({ command: [command, ...args], steps }: Conversation): Promise<Transcript> {
  await using terminal = spawnTerminal(command, args, { timeout: 20_000 });
  const found: Transcript = [];
  for (const [typed, expected] of steps) {
    if (typed !== "") await terminal.send(typed);
    const { before, match } = await terminal.expect(expected);
    found.push([before, match]);
  }
  found.push([(await terminal.expect(EOF)).before, ""]);
  return found;
}

/** What others found: they have bytes, one character each. */
async function theirs(command: string[], conversation: Conversation): Promise<Transcript> {
  const found = JSON.parse(await run([...command, JSON.stringify(conversation)])) as Transcript;
  const text = (bytes: string) =>
    new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  return found.map(([before, match]) => [text(before), text(match)]);
}

for (const [name, conversation] of Object.entries(conversations)) {
  test(`${name}: Expect.pm and we have the same transcript`, async () => {
    assert.deepEqual(
      await ours(conversation),
      await theirs(language.perl("pty/talk.pl"), conversation),
    );
  }, { needs: ["Expect.pm", "bc"] });

  test(`${name}: pexpect and we have the same transcript`, async () => {
    assert.deepEqual(
      await ours(conversation),
      await theirs(language.python("pty/talk.py"), conversation),
    );
  }, { needs: ["pexpect", "bc"] });
}
