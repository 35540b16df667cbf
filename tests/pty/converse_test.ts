import assert from "node:assert/strict";
import { converse, EOF, expectAny, spawnTerminal, type Step } from "../../pty/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { fixture } from "../harness.ts";

const password = () => spawnTerminal("/usr/bin/python3", [fixture("pty/password.py")]);

test("a list of steps is one conversation, in which an answer may come of what was found", async () => {
  await using terminal = password();
  const found = await converse(terminal, [
    ["name: ", "alice\r"],
    [/(pass)word: $/, async ({ captures }) => {
      await terminal.waitNoEcho();
      return `${captures[0]}phrase\r`;
    }],
    [{ length: /has (\d+) characters/, refused: "wrong" }],
    [EOF],
  ], { timeout: 20_000 });
  assert.deepEqual(found.map(({ which }) => which), [0, 0, "length", 0]);
  assert.equal(found[2].captures[0], "10");
});

test("the timeout is for the whole conversation, an answer that does not come included", async () => {
  await using terminal = password();
  const conversation = converse(terminal, [
    ["name: ", () => new Promise<string>(() => {})],
  ], { timeout: 500 });
  await assert.rejects(conversation, { name: "TimeoutError" });
  await assert.rejects(converse(terminal, [["never"]], { timeout: 20 }), {
    message: /^Timed out after \d+(\.\d+)? ms waiting for "never"/,
  });
});

test("a signal ends the conversation, and a wrong step is refused before the first one", async () => {
  await using terminal = password();
  const wrong = [["name: ", "x\r"], ["x", "y", "z"]] as unknown as Step[];
  await assert.rejects(converse(terminal, wrong), TypeError);
  await assert.rejects(converse(terminal, ["name: "] as unknown as Step[]), TypeError);
  const controller = new AbortController();
  const conversation = converse(terminal, [["name: "], ["never"]], { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 20);
  await assert.rejects(conversation, { message: "enough" });
});

test("of several terminals the one is found that has it, and the others lose nothing", async () => {
  const script = (word: string) => ["-c", `read go; echo ${word}; exec sleep 1000`];
  await using one = spawnTerminal("sh", script("first"), { echo: false });
  await using two = spawnTerminal("sh", script("second"), { echo: false });
  const either = [[one, "first"], [two, { second: /second/, ended: EOF }]] as const;
  const waiting = expectAny(either, { timeout: 20_000 });
  await two.sendLine();
  const { dialogue, found } = await waiting;
  assert.deepEqual([dialogue === two, found.which], [true, "second"]);
  await one.sendLine();
  assert.equal((await expectAny(either, { timeout: 20_000 })).dialogue, one);
  await assert.rejects(expectAny(either, { timeout: 20 }), {
    name: "TimeoutError",
    message: /^Timed out after 20 ms waiting for one of several terminals/,
  });
  await assert.rejects(expectAny([]), TypeError);
  const controller = new AbortController();
  const ended = expectAny(either, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(ended, { message: "enough" });
});

test("the end of one of several terminals is an error, unless it is expected", async () => {
  await using gone = spawnTerminal("true");
  await using stays = spawnTerminal("cat");
  await assert.rejects(expectAny([[stays, "x"], [gone, "x"]], { timeout: 20_000 }), {
    name: "EndOfFileError",
  });
  const { dialogue } = await expectAny([[stays, "x"], [gone, ["x", EOF]]], { timeout: 20_000 });
  assert.equal(dialogue, gone);
});

test("misuse of a conversation is refused before anything is waited for", async () => {
  await using cat = spawnTerminal("cat");
  const none = null as never;
  const cases: [RegExp, () => unknown][] = [
    [/^Steps must be an array, got null/, () => converse(cat, none)],
    [/^Dialogue must be a Dialogue, got null/, () => converse(none, [])],
    [/^Answer must be a string or a Uint8Array, got 5/, () => converse(cat, [["x", 5 as never]])],
    [/^Expectations must be an array, got null/, () => expectAny(none)],
    [/^An expectation must be \[dialogue, pattern\], got null/, () => expectAny([none])],
    [/^An expectation must be .* \(Array\)/, () => expectAny([[none, "x"]])],
    [/^Size must be an object, got null/, () => cat.resize(none)],
    [
      /^transcript must be a function, got 5/,
      () => spawnTerminal("cat", [], { transcript: 5 as never }),
    ],
  ];
  for (const [message, attempt] of cases) {
    await assert.rejects(async () => void await attempt(), { name: "TypeError", message });
  }
});
