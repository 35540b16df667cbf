import assert from "node:assert/strict";
import {
  Dialogue,
  EndOfFileError,
  EOF,
  ExpectTimeoutError,
  type Fd,
  openPty,
  type Patterns,
  spawnTerminal,
  TIMEOUT,
  type TranscriptEntry,
} from "../../pty/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** A dialogue in which the test itself is the program. */
function stage(options = {}): { dialogue: Dialogue; program: Fd } & Disposable {
  const pty = openPty({ raw: true });
  const program = pty.openTerminal();
  return {
    dialogue: new Dialogue(pty, options),
    program,
    [Symbol.dispose]() {
      program.close();
      pty.close();
    },
  };
}

/** Lets others run. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test("expect gives what came before, the match and its groups, and leaves the rest", async () => {
  using play = stage();
  play.program.writeSync("one 12 files in a/b; more");
  const found = await play.dialogue.expect(/(?<count>\d+) files( gone)? in (\S+);/);
  assert.deepEqual(found, {
    which: 0,
    before: "one ",
    match: "12 files in a/b;",
    captures: ["12", undefined, "a/b"],
    groups: Object.assign(Object.create(null), { count: "12" }),
    forgotten: 0,
  });
  assert.equal(play.dialogue.unread, " more");
  assert.equal((await play.dialogue.expect("re")).before, " mo");
  assert.equal(play.dialogue.unread, "");
});

test("a match is found across chunks, whatever they cut", async () => {
  using play = stage();
  const expected = play.dialogue.expect("needle €");
  const bytes = new TextEncoder().encode("hay needle € hay");
  for (const byte of bytes) {
    play.program.writeSync(Uint8Array.of(byte));
    await turn();
  }
  const { before, match } = await expected;
  assert.deepEqual([before, match], ["hay ", "needle €"]);
  assert.equal((await play.dialogue.expect("hay")).before, " ");
});

test("the pattern that is found first counts, and of two in one place the first in the list", async () => {
  using play = stage();
  play.program.writeSync("abc abc");
  assert.equal((await play.dialogue.expect(["c", "abc", "ab"])).which, 1);
  assert.equal((await play.dialogue.expect({ late: "c", early: /a/, same: "ab" })).which, "early");
  assert.equal((await play.dialogue.expect("c")).which, 0);
});

test("flags of a regular expression that would remember a place do not disturb", async () => {
  using play = stage();
  const sticky = /a/gy;
  for (let i = 0; i < 3; i++) {
    play.program.writeSync("ba");
    assert.equal((await play.dialogue.expect(sticky)).before, "b");
  }
  assert.equal(sticky.lastIndex, 0);
});

test("the time being over is an error that shows what was seen, or a result that is asked for", async () => {
  using play = stage();
  play.program.writeSync("Password\x1b[0m:\r\n\x00é\\");
  const error = await play.dialogue.expect(["$ ", /#\s/], { timeout: 20 }).catch((error) => error);
  assert.ok(error instanceof ExpectTimeoutError && error instanceof DOMException);
  assert.equal(error.name, "TimeoutError");
  assert.equal(
    error.message,
    `Timed out after 20 ms waiting for "$ " or /#\\s/; the last that was seen:\n` +
      `  Password\\x1b[0m:\\r\\n\n  \\x00é\\\\`,
  );
  assert.equal(error.before, "Password\x1b[0m:\r\n\x00é\\");
  const found = await play.dialogue.expect({ prompt: "$ ", slow: TIMEOUT }, { timeout: 20 });
  assert.deepEqual([found.which, found.before], ["slow", error.before]);
  assert.equal((await play.dialogue.expect("word")).before, "Pass"); // nothing was taken
});

test("a timeout of 0 looks at what is there", async () => {
  using play = stage();
  await assert.rejects(play.dialogue.expect("x", { timeout: 0 }), { name: "TimeoutError" });
  play.program.writeSync("x");
  assert.equal((await play.dialogue.expect("x", { timeout: 0 })).match, "x");
  assert.equal((await play.dialogue.expect(["x", TIMEOUT], { timeout: 0 })).which, 1);
});

test("the usual timeout holds for every expectation that does not say otherwise", async () => {
  using play = stage({ timeout: 20 });
  await assert.rejects(play.dialogue.expect("x"), { message: /^Timed out after 20 ms/ });
  await assert.rejects(play.dialogue.expect("x", { timeout: 30 }), {
    message: /^Timed out after 30/,
  });
  assert.throws(() => play.dialogue.expectSync("x"), { name: "TimeoutError" });
});

test("a signal ends the wait with its reason, also with TIMEOUT among the patterns", async () => {
  using play = stage();
  const reason = new Error("enough");
  const controller = new AbortController();
  const expected = play.dialogue.expect(["x", TIMEOUT], { signal: controller.signal });
  await turn();
  controller.abort(reason);
  await assert.rejects(expected, reason);
  const signal = AbortSignal.timeout(10);
  const error = await play.dialogue.expect(["x", TIMEOUT], { signal }).catch((error) => error);
  assert.equal(error, signal.reason);
  play.program.writeSync("x");
  assert.equal((await play.dialogue.expect("x")).before, "");
});

test("the end is an error that shows what was seen, or a result that is asked for", async () => {
  using play = stage();
  play.program.writeSync("the end\xff");
  play.program.close();
  assert.equal((await play.dialogue.expect("the ")).before, "");
  const error = await play.dialogue.expect("more").catch((error) => error);
  assert.ok(error instanceof EndOfFileError);
  assert.equal(
    error.message,
    'The terminal has ended before "more" came; the last that was seen:\n  endÿ',
  );
  const ended = await play.dialogue.expect({ more: "more", ended: EOF });
  assert.deepEqual([ended.which, ended.before, ended.match], ["ended", "endÿ", ""]);
  assert.equal((await play.dialogue.expect(EOF)).before, ""); // again and again
});

test("a pattern that is there when the terminal ends counts before the end", async () => {
  using play = stage();
  play.program.writeSync("last");
  play.program.close();
  assert.equal((await play.dialogue.expect([EOF, "last"])).which, 1);
});

test("a child that dies in the middle of the conversation is an end", async () => {
  await using terminal = spawnTerminal("sh", ["-c", "echo hello; kill -9 $$"], { timeout: 20_000 });
  await assert.rejects(terminal.expect("goodbye"), {
    name: "EndOfFileError",
    before: "hello\r\n",
  });
  assert.equal((await terminal.wait()).signal, "SIGKILL");
});

test("what no pattern matches is kept up to the bound, the latest of it, and the rest counted", async () => {
  await using terminal = spawnTerminal("seq", ["100000"], {
    maxBuffer: 64 * 1024,
    timeout: 50_000,
  });
  const { which, before, forgotten } = await terminal.expect(["never", /neither\d/, EOF]);
  const all = Array.from({ length: 100_000 }, (_, i) => `${i + 1}\r\n`).join("");
  assert.equal(which, 2);
  assert.equal(before.length, 64 * 1024);
  assert.equal(forgotten, all.length - before.length);
  assert.ok(all.endsWith(before));
});

test("the bound cuts no character in two", async () => {
  using play = stage({ maxBuffer: 3 });
  play.program.writeSync("ab😀cd");
  const { before, forgotten } = await play.dialogue.expect(["x", TIMEOUT], { timeout: 20 });
  assert.deepEqual([before, forgotten], ["cd", 4]);
});

test("expectSync and tryExpect find the same without the event loop", () => {
  using play = stage();
  assert.equal(play.dialogue.tryExpect("x"), undefined);
  play.program.writeSync("1x2y3");
  assert.equal(play.dialogue.tryExpect("x")!.before, "1");
  assert.equal(play.dialogue.expectSync(/[yz]/, { timeout: 1000 }).before, "2");
  assert.throws(() => play.dialogue.expectSync("x", { timeout: 20 }), { name: "TimeoutError" });
  assert.equal(play.dialogue.expectSync([TIMEOUT], { timeout: 20 }).before, "3");
  play.program.close();
  assert.equal(play.dialogue.expectSync(EOF).before, "3");
  assert.throws(() => play.dialogue.tryExpect("x"), EndOfFileError);
});

test("wrong patterns and limits are refused before anything is read", async () => {
  using play = stage();
  const { dialogue, program } = play;
  program.writeSync("x");
  const all: unknown = [3, null, undefined, [3], { a: null }, Symbol("EOF"), "", [""], [], {}];
  for (const wrong of all as Patterns[]) {
    await assert.rejects(dialogue.expect(wrong), TypeError, String(wrong));
    assert.throws(() => dialogue.tryExpect(wrong), TypeError);
    assert.throws(() => dialogue.expectSync(wrong), TypeError);
  }
  await assert.rejects(dialogue.expect("x", { timeout: -1 }), RangeError);
  assert.throws(() => dialogue.expectSync("x", { timeout: NaN }), RangeError);
  for (const maxBuffer of [0, -1, 1.5, NaN]) {
    assert.throws(() => new Dialogue(dialogue.pty, { maxBuffer }), RangeError);
  }
  assert.throws(() => new Dialogue(dialogue.pty, { timeout: -1 }), RangeError);
  assert.equal((await dialogue.expect("x")).before, "");
});

test("a program that prints as fast as we search holds up neither the timeout nor the signal", async () => {
  const slow = /\w+: never/; // which looks at the whole buffer again and again
  await using terminal = spawnTerminal("yes", ["abc".repeat(20)]);
  await assert.rejects(terminal.expect(slow, { timeout: 300 }), { name: "TimeoutError" });
  assert.throws(() => terminal.expectSync(slow, { timeout: 300 }), { name: "TimeoutError" });
  await assert.rejects(terminal.expect(slow, { signal: AbortSignal.timeout(300) }), {
    name: "TimeoutError",
  });
});

test("two expectations at once both see what comes, and each takes its own", async () => {
  for (let i = 0; i < 50; i++) {
    using play = stage();
    const both = ["one", "two"].map((word) => play.dialogue.expect(word, { timeout: 20_000 }));
    await turn();
    play.program.writeSync("one two");
    const found = (await Promise.allSettled(both)).map((one) =>
      one.status === "fulfilled" ? `${one.value.before}${one.value.match}` : `${one.reason}`
    );
    assert.deepEqual(found, ["one", " two"], `in round ${i}`);
  }
});

test("reading that waits gives what comes in its order, whoever else looks", async () => {
  using play = stage();
  const buffer = new Uint8Array(10);
  const read = play.dialogue.read(buffer);
  await turn();
  play.program.writeSync("123");
  assert.equal(play.dialogue.tryExpect("x"), undefined); // took it in
  play.program.writeSync("456");
  const size = await read;
  assert.equal(new TextDecoder().decode(buffer.subarray(0, size!)).slice(0, 3), "123");
});

test("what was read in part is still to be seen and to be expected", async () => {
  using play = stage();
  play.program.writeSync("abcde");
  await play.dialogue.expect("a");
  assert.equal(await play.dialogue.read(new Uint8Array(2)), 2);
  assert.equal(play.dialogue.unread, "de");
  assert.equal((await play.dialogue.expect("e")).before, "d");
});

test("a match never ends in the middle of a character", async () => {
  using play = stage();
  play.program.writeSync("prompt💀x");
  await play.dialogue.expect(/prompt./); // without the flag u that is half of it
  assert.equal(play.dialogue.unread, "x");
});

test("a transcript that throws, or looks at a terminal itself, loses and mixes nothing", async () => {
  using other = stage();
  other.program.writeSync("BBBB");
  const told: string[] = [];
  const seen: () => string = () => play.dialogue.unread;
  using play = stage({
    transcript: ({ data }: TranscriptEntry) => {
      other.dialogue.tryExpect("x");
      told.push(new TextDecoder().decode(data) + seen());
      if (told.length === 1) throw new Error("disk full");
    },
  });
  play.program.writeSync("AAAA");
  await assert.rejects(play.dialogue.expect("A!"), { message: "disk full" });
  play.program.writeSync("!");
  assert.equal((await play.dialogue.expect("A!")).before, "AAA");
  assert.deepEqual(told, ["AAAAAAAA", "!AAAA!"]);
});

test("a transcript that throws loses nothing of what is read as bytes either", async () => {
  let full = true;
  using play = stage({
    transcript: () => {
      if (full) throw new Error("disk full");
    },
  });
  const buffer = new Uint8Array(100);
  const read = async () => {
    const size = await play.dialogue.read(buffer, { timeout: 20_000 });
    return new TextDecoder().decode(buffer.subarray(0, size!));
  };
  for (const when of ["there", "still to come"]) {
    full = true;
    if (when === "there") play.program.writeSync("precious");
    const reading = play.dialogue.read(buffer, { timeout: 20_000 });
    if (when !== "there") play.program.writeSync("precious");
    await assert.rejects(reading, { message: "disk full" });
    buffer.fill(0);
    full = false;
    assert.equal(play.dialogue.unread, "precious");
    assert.equal(await read(), "precious");
  }
});

test("a transcript is told what was typed, and nothing that was not", async () => {
  const told: string[] = [];
  using play = stage({
    transcript: ({ direction, data }: TranscriptEntry) => told.push(`${direction} ${data.length}`),
  });
  await play.dialogue.send("abc");
  assert.deepEqual(told, ["sent 3"]);
  const flood = new Uint8Array(1_000_000); // more than anything holds
  await assert.rejects(play.dialogue.send(flood, { timeout: 20 }), { name: "TimeoutError" });
  play.program.close();
  await assert.rejects(play.dialogue.send("x"), { code: "EPIPE" });
  assert.throws(() => play.dialogue.sendSync("x"), { code: "EPIPE" });
  assert.deepEqual(told, ["sent 3"]);
});
