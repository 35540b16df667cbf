import assert from "node:assert/strict";
import { signalName, signalNames, signalNumber } from "../../signals/mod.ts";
import { run, test } from "../harness.ts";

test("each name that Perl knows has the number that Perl gives it", async () => {
  const script = 'use Config; my @n = split " ", $Config{sig_num};' +
    'print "$_ ", shift @n, "\\n" for split " ", $Config{sig_name}';
  const known = (await run(["perl", "-e", script])).trim().split("\n").map((line) =>
    line.split(" ")
  );
  const named = known.filter(([name]) => name !== "ZERO" && !/^NUM/.test(name));
  assert.ok(named.length >= 34, `Perl knows ${named.length}`);
  for (const [name, number] of named) {
    assert.equal(signalNumber(name), Number(number), name);
    assert.equal(signalNumber(`SIG${name}`), Number(number), name);
  }
}, { needs: ["perl"] });

test("each number has a name that leads back to it, and Python's where there is one", async () => {
  const script = "import signal\nfor s in signal.Signals: print(s.value, s.name)";
  const known = (await run(["/usr/bin/python3", "-c", script])).trim().split("\n");
  const python = new Map(known.map((line) => line.split(" ") as [string, string]));
  for (let number = 1; number <= 64; number++) {
    const name = signalName(number);
    assert.equal(signalNumber(name), number, name);
    assert.equal(signalNumber(name.slice(3)), number, name);
    assert.equal(signalNumber(number), number);
    const theirs = python.get(String(number));
    if (theirs && !/^SIG(RTMAX|IO)$/.test(theirs)) assert.equal(name, theirs);
  }
  assert.deepEqual(signalNames(), Array.from({ length: 31 }, (_, i) => signalName(i + 1)));
}, { needs: ["python"] });

test("real-time signals are counted from both ends, as bash does", async () => {
  const list = (await run(["bash", "-c", "kill -l"])).matchAll(/(\d+)\) (SIG\S+)/g);
  const bash = [...list].map(([, number, name]) => [name, Number(number)] as const);
  assert.equal(bash.length, 62);
  for (const [name, number] of bash) assert.equal(signalNumber(name), number, name);
  for (let n = 0; n <= 30; n++) {
    assert.equal(signalNumber(`RTMIN+${n}`), 34 + n);
    assert.equal(signalNumber(`SIGRTMAX-${n}`), 64 - n);
  }
  for (const name of ["RTMIN-1", "RTMAX+1", "RTMIN+31", "RTMAX-31", "RTMIN+", "RTMIN+x", "RT"]) {
    assert.throws(() => signalNumber(name), TypeError, name);
  }
});

test("CLD is CHLD, IO is POLL and IOT is ABRT", () => {
  assert.equal(signalNumber("CLD"), signalNumber("CHLD"));
  assert.equal(signalNumber("IO"), signalNumber("POLL"));
  assert.equal(signalNumber("SIGIOT"), signalNumber("SIGABRT"));
});

test("an unknown name is a TypeError that says which ones are near", () => {
  const said = (name: unknown) => {
    try {
      signalNumber(name as string);
    } catch (error) {
      assert.ok(error instanceof TypeError, String(error));
      return error.message;
    }
    assert.fail(`${name} is known`);
  };
  assert.match(said("SIGTREM"), /"SIGTREM".*SIGTERM/);
  assert.match(said("usr1"), /SIGUSR1/);
  assert.match(said("KILLL"), /SIGKILL/);
  assert.match(said("CHILD"), /SIGCHLD/);
  for (const name of ["", "SIG", "SIGSIGTERM", "SOMETHING", "__proto__", "constructor", "1"]) {
    assert.doesNotMatch(said(name), /mean/, name);
  }
  for (const name of [undefined, null, {}, ["TERM"], true, 1n]) said(name);
});

test("a number that no signal has is a RangeError, both ways", () => {
  for (const number of [0, -1, 65, 1.5, NaN, Infinity, 2 ** 32 + 15]) {
    assert.throws(() => signalNumber(number), RangeError, `${number}`);
    assert.throws(() => signalName(number), RangeError, `${number}`);
  }
});
