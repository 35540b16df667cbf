import assert from "node:assert/strict";
import { kill, on, signalNames } from "../../signals/mod.ts";
import { fixture, run, test } from "../harness.ts";
import { CATCHABLE, perlSends, program, ready } from "../fixtures/signals/programs.ts";

const ALIVE = `setInterval(() => {}, 1e6); console.log("ready");`;

test(
  "each signal that can be handled, sent once by Perl, is heard once with its name",
  async () => {
    await using deno = await ready(program(
      `signals.on(${JSON.stringify(CATCHABLE)}, (name) => console.log(name)); ${ALIVE}`,
    ));
    // To the kernel this one and the stops undo each other, as long as they have not been delivered.
    const others = CATCHABLE.filter((name) => name !== "SIGCONT");
    await perlSends(deno.pid, ...others);
    const heard: string[] = [];
    for (const _ of others) heard.push(await deno.line());
    assert.deepEqual(heard.sort(), others.sort());
    await perlSends(deno.pid, "SIGCONT");
    assert.equal(await deno.line(), "SIGCONT");
    await perlSends(deno.pid, "USR2"); // nothing has come twice if this is what comes next
    assert.equal(await deno.line(), "SIGUSR2");
  },
  { needs: ["perl"] },
);

test("each signal that Perl can handle, sent once by us, is received once", async () => {
  await using perl = await ready(["perl", fixture("signals/receive.pl")]);
  const realTime = Array.from({ length: 31 }, (_, i) => `SIGRTMIN+${i}`);
  const sent = [...signalNames(), ...realTime].filter((name) => !/KILL|STOP/.test(name));
  assert.equal(sent.length, 60);
  for (const [i, name] of sent.entries()) {
    kill(perl.pid, i % 2 ? name : name.slice(3));
    assert.equal(await perl.line(), signalNumberOf(name), name);
  }
  kill(perl.pid);
  assert.equal(await perl.line(), "15");
}, { needs: ["perl"] });

function signalNumberOf(name: string): string {
  const at = signalNames().indexOf(name);
  return String(at < 0 ? 34 + Number(name.slice("SIGRTMIN+".length)) : at + 1);
}

test("1,000 signals one after the other are all heard by one handler", async () => {
  const deno = program(`let count = 0;
    signals.on("HUP", () => console.log(++count));
    ${ALIVE}`);
  const script = `use IPC::Open2; $| = 1; my $pid = open2(my $out, undef, @ARGV);
    <$out> eq "ready\\n" or die;
    for my $i (1 .. 1000) { kill HUP => $pid; my $line = <$out>; $line == $i or die "$i: $line" }
    kill KILL => $pid; waitpid $pid, 0; print "all"`;
  assert.equal(await run(["perl", "-e", script, ...deno]), "all");
}, { needs: ["perl"] });

test(
  "several handlers of one signal: the last one is called, Deno's listeners besides",
  async () => {
    await using deno = await ready(program(`
    Deno.addSignalListener("SIGHUP", () => console.log("before"));
    signals.on("HUP", () => console.log("FIRST"));
    signals.on(["INT", "HUP"], (name) => console.log("last", name));
    Deno.addSignalListener("SIGHUP", () => console.log("after"));
    ${ALIVE}`));
    await perlSends(deno.pid, "HUP");
    const heard = [await deno.line(), await deno.line(), await deno.line()];
    assert.deepEqual(heard.sort(), ["after", "before", "last SIGHUP"]);
    await perlSends(deno.pid, "INT");
    assert.equal(await deno.line(), "last SIGINT");
  },
  { needs: ["perl"] },
);

test("a handler does not keep the program alive", async () => {
  assert.equal(
    await run(program(`signals.on(["INT", "HUP"], () => {}); console.log("end")`)),
    "end\n",
  );
});

test("a handler is a function", () => {
  for (const handler of [undefined, null, "ignore", {}]) {
    assert.throws(() => on("HUP", handler as () => void), TypeError);
  }
});

test("a handler may dispose of its own scope, and set another one", async () => {
  await using deno = await ready(program(`
    const first = signals.on("HUP", () => {
      first[Symbol.dispose]();
      signals.on("HUP", () => console.log("second"));
      console.log("first");
    });
    ${ALIVE}`));
  for (const word of ["first", "second", "second"]) {
    await perlSends(deno.pid, "HUP");
    assert.equal(await deno.line(), word);
  }
}, { needs: ["perl"] });
