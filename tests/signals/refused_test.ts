import assert from "node:assert/strict";
import { ignore, listen, mask, on, reset } from "../../signals/mod.ts";
import { run, test } from "../harness.ts";
import { CATCHABLE, program } from "../fixtures/signals/programs.ts";

const NOBODYS = ["KILL", "STOP", "SEGV", "FPE", "ILL"];
const REAL_TIME = ["RTMIN", "RTMIN+5", "RTMAX"];

/** What may be done on signals, each as an attempt. */
const attempts = {
  on: (signal: string) => on(signal, () => {}),
  listen: (signal: string) => listen(signal),
  mask,
  ignore,
  reset,
};

test("what cannot be caught, and faults, are refused to every form", () => {
  for (const [what, attempt] of Object.entries(attempts)) {
    for (const signal of NOBODYS) {
      assert.throws(() => attempt(signal), TypeError, `${what} ${signal}`);
    }
  }
});

test("a real-time signal can be ignored and reset, but not handled or masked", () => {
  for (const signal of REAL_TIME) {
    for (const attempt of [attempts.on, attempts.listen, attempts.mask]) {
      assert.throws(() => attempt(signal), TypeError, signal);
    }
    ignore(signal)[Symbol.dispose]();
    reset(signal)[Symbol.dispose]();
  }
});

test("SIGCHLD can be handled, but not ignored or reset, which would lose children", () => {
  for (const signal of ["CHLD", "CLD", "SIGCHLD"]) {
    assert.throws(() => ignore(signal), TypeError);
    assert.throws(() => reset(signal), TypeError);
    on(signal, () => {})[Symbol.dispose]();
  }
});

test("what is no signal is refused by every form", () => {
  for (const [what, attempt] of Object.entries(attempts)) {
    assert.throws(() => attempt("NONE"), TypeError, what);
    for (const signal of [0, 65, 1.5, NaN]) {
      assert.throws(() => attempt(signal as unknown as string), RangeError, what);
    }
  }
});

test("one refused signal in a list leaves all others untouched", async () => {
  const code = `
    const all = () => Deno.readTextFileSync("/proc/self/status").match(/^Sig(Ign|Cgt).*$/mg).join();
    const before = all();
    for (const bad of ["KILL", "SEGV", "NONE", 0]) {
      for (const set of [signals.ignore, signals.reset, signals.mask, (list) => signals.on(list, () => {})]) {
        try { set(["HUP", "USR2", bad]); console.log("ACCEPTED", bad) } catch { /* as it should */ }
      }
    }
    console.log(all() === before);`;
  assert.equal(await run(program(code)), "true\n");
});

test("all that we let a program handle Deno does, and no other", async () => {
  const code = `const wanted = signals.signalNames().filter((name) => {
      try { Deno.addSignalListener(name, () => {}); return true } catch { return false }
    });
    console.log(wanted.join());`;
  assert.equal((await run(program(code))).trim(), CATCHABLE.join());
});
