import assert from "node:assert/strict";
import { Dialogue, EOF, openPty } from "../../pty/mod.ts";
import { decode, decodeAll, encode } from "../../pty/text.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { run } from "../harness.ts";

const hex = (bytes: Uint8Array) => bytes.toHex();

/** Bytes that are well-formed in part, from a generator that is the same in every run. */
function* samples(count: number): Generator<Uint8Array> {
  let state = 1;
  const random = (below: number) => {
    state = (state * 48271) % 0x7fffffff;
    return state % below;
  };
  const pieces = ["a", "é", "€", "😀", "\0", "\ufeff", "\ufffd"].map((one) =>
    new TextEncoder().encode(one)
  );
  for (let i = 0; i < count; i++) {
    const bytes = Array.from({ length: random(12) }, () => {
      const piece = pieces[random(pieces.length)];
      return random(3) === 0 ? [random(256)] : [...piece.subarray(0, 1 + random(piece.length))];
    });
    yield Uint8Array.from(bytes.flat());
  }
}

test("bytes become text as Python's surrogateescape has it, and bytes again", async () => {
  const all = [...samples(3000)];
  const script = "import sys, json\n" +
    "print(json.dumps([bytes.fromhex(h).decode('utf-8', 'surrogateescape') for h in sys.argv[1].split(',')]))";
  const theirs = JSON.parse(
    await run(["/usr/bin/python3", "-c", script, all.map(hex).join(",")]),
  ) as string[];
  assert.equal(theirs.length, all.length);
  all.forEach((bytes, i) => {
    assert.deepEqual([hex(bytes), decodeAll(bytes)], [hex(bytes), theirs[i]]);
    assert.equal(hex(encode(decodeAll(bytes))), hex(bytes));
  });
}, { needs: ["python"] });

test("bytes that come in pieces become the same text", () => {
  for (const bytes of samples(3000)) {
    let text = "";
    let rest = new Uint8Array();
    for (const byte of bytes) {
      const all = new Uint8Array([...rest, byte]);
      const [piece, size] = decode(all);
      text += piece;
      rest = all.slice(size);
    }
    assert.equal(text + decodeAll(rest), decodeAll(bytes));
  }
});

test("what was expected in part is read as the very bytes that came", async () => {
  for (const bytes of samples(300)) {
    using pty = openPty({ raw: true });
    const dialogue = new Dialogue(pty);
    {
      using program = pty.openTerminal();
      program.writeSync("$");
      program.writeSync(bytes);
    }
    await dialogue.expect("$");
    const read: number[] = [];
    const buffer = new Uint8Array(3);
    for (let size; (size = await dialogue.read(buffer)) !== null;) {
      read.push(...buffer.subarray(0, size));
    }
    assert.equal(hex(Uint8Array.from(read)), hex(bytes));
  }
});

test("bytes that are read in the middle of a character leave the rest of it to the next expectation", async () => {
  using pty = openPty({ raw: true });
  const dialogue = new Dialogue(pty);
  {
    using program = pty.openTerminal();
    program.writeSync("a€b");
  }
  await dialogue.expect("a");
  const one = new Uint8Array(1);
  assert.equal(await dialogue.read(one), 1);
  assert.equal(one[0], 0xe2);
  assert.equal((await dialogue.expect("b")).before, "\udc82\udcac");
  assert.equal((await dialogue.expect(EOF)).before, "");
});

test("text that came is sent back as the bytes that it was", async () => {
  using pty = openPty({ raw: true });
  const dialogue = new Dialogue(pty);
  using program = pty.openTerminal();
  const bytes = Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0xac, 0xe2, 0x82);
  program.writeSync(bytes);
  program.writeSync(Uint8Array.of(0x2e));
  const { before } = await dialogue.expect(".");
  await dialogue.send(before);
  const buffer = new Uint8Array(20);
  assert.deepEqual(buffer.subarray(0, (await program.read(buffer))!), bytes);
});
