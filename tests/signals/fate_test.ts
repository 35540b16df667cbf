import assert from "node:assert/strict";
import { signalNumber } from "../../signals/mod.ts";
import { test, times } from "../harness.ts";
import { CATCHABLE, fate, inherited, program } from "../fixtures/signals/programs.ts";

/** What remains of the program once its scopes are over: it hears signals that have nothing to do with them. */
const AFTERWARDS = `
  Deno.addSignalListener(Deno.args[0] === "SIGWINCH" ? "SIGUSR2" : "SIGWINCH", () => console.log("again"));
  setInterval(() => {}, 1e6);
  console.log("ready");`;

const STOPPING = ["SIGTSTP", "SIGTTIN", "SIGTTOU"];
// Deno itself ignores SIGPIPE, and takes the first SIGBUS that is no fault for nothing; the others do nothing by default.
const HARMLESS = ["SIGPIPE", "SIGBUS", "SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH"];

/** What a signal does to a program that does nothing about it. */
function usual(name: string): string {
  if (STOPPING.includes(name)) return "stopped";
  return HARMLESS.includes(name) ? "lives" : `killed by ${signalNumber(name)}`;
}

/** Finds out what each signal does to `command(name)`; a few at a time. */
async function fates(
  names: readonly string[],
  command: (name: string) => readonly string[],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const left = [...names];
  const work = async () => {
    for (let name; (name = left.shift());) {
      found[name] = await fate(signalNumber(name), command(name));
    }
  };
  await Promise.all([work(), work(), work()]);
  return found;
}

/** Of three runs with different turns each signal is in one; in all of them under `deno task soak`. */
function share(names: readonly string[], turn: number): string[] {
  const every = times({ short: 3, soak: 1 });
  return names.filter((_, i) => (i + turn) % every === 0);
}

const scopes = {
  "no scope": (_name: string) => "",
  "an on() scope": (name: string) => `{ using _ = signals.on("${name}", () => {}); await turn(); }`,
  "an ignore() scope": (name: string) => `{ using _ = signals.ignore("${name}"); await turn(); }`,
  "a reset() scope": (name: string) => `{ using _ = signals.reset("${name}"); await turn(); }`,
  "scopes of every kind": (name: string) =>
    `{
    using a = signals.on("${name}", () => {});
    using b = signals.ignore("${name}");
    await turn();
    using c = signals.on("${name}", () => {});
    using d = signals.reset("${name}");
    await turn();
  }`,
};

const TURN = `const turn = () => new Promise((resolve) => setTimeout(resolve));`;

for (const [turn, [kind, scope]] of Object.entries(scopes).entries()) {
  test(`after ${kind} every signal does what it does by default`, async () => {
    // SIGUSR1 opens Deno's inspector from half a second after the start: see inspector_test.ts.
    const others = /ignore|reset|every/.test(kind) ? ["SIGUSR1", "SIGCHLD"] : ["SIGUSR1"];
    const allowed = CATCHABLE.filter((name) => !others.includes(name));
    const names = share(allowed, turn);
    const found = await fates(
      names,
      (name) => [...program(`${TURN} ${scope(name)} ${AFTERWARDS}`), name],
    );
    assert.deepEqual(found, Object.fromEntries(names.map((name) => [name, usual(name)])));
  }, { needs: ["perl"], watchdog: 120 });
}

test(
  "after all scopes a signal that was ignored from the start, as by nohup, does nothing",
  async () => {
    const allowed = CATCHABLE.filter((name) => !["SIGCHLD", "SIGWINCH", "SIGUSR2"].includes(name));
    const names = share(allowed, 0);
    const found = await fates(names, (name) => {
      const everyKind = `${TURN} ${scopes["scopes of every kind"](name)} ${AFTERWARDS}`;
      return inherited(`$SIG{${name.slice(3)}} = "IGNORE"`, everyKind);
    });
    assert.deepEqual(found, Object.fromEntries(names.map((name) => [name, "lives"])));
  },
  { needs: ["perl"], watchdog: 120 },
);

test(
  "in a reset() scope every signal does what it does by default, whatever was heard before",
  async () => {
    const names = share(CATCHABLE.filter((name) => name !== "SIGCHLD"), 1);
    const found = await fates(names, (name) => [
      ...program(`signals.on("${name}", () => {}); signals.reset("${name}"); ${AFTERWARDS}`),
      name,
    ]);
    // There SIGPIPE is not ignored, since that is not its default; nor is SIGBUS.
    const killing = { SIGPIPE: "killed by 13", SIGBUS: "killed by 7" };
    const expected = names.map((name) => [name, killing[name as "SIGBUS"] ?? usual(name)]);
    assert.deepEqual(found, Object.fromEntries(expected));
  },
  { needs: ["perl"], watchdog: 120 },
);

test("in an ignore() scope no signal does anything, real-time ones neither", async () => {
  const allowed = CATCHABLE.filter((name) => name !== "SIGCHLD");
  const names = [...share(allowed, 2), "SIGRTMIN", "SIGRTMAX"];
  const found = await fates(names, (name) => [
    ...program(`signals.on("TERM", () => {}); signals.ignore("${name}"); ${AFTERWARDS}`),
    name,
  ]);
  assert.deepEqual(found, Object.fromEntries(names.map((name) => [name, "lives"])));
}, { needs: ["perl"], watchdog: 120 });

test("a real-time signal kills after an ignore() scope, and in a reset() scope", async () => {
  for (const code of [`{ using _ = signals.ignore("RTMIN+3") }`, `signals.reset("RTMIN+3");`]) {
    assert.equal(await fate(37, program(`${code} ${AFTERWARDS}`)), "killed by 37");
  }
}, { needs: ["perl"] });

test("a fault is fatal", async () => {
  const code = `console.log(new Deno.UnsafePointerView(Deno.UnsafePointer.create(8n)).getInt8())`;
  const [command, ...args] = program(code);
  const { signal, stdout } = await new Deno.Command(command, { args, stderr: "null" }).output();
  assert.deepEqual([signal, stdout.length], ["SIGSEGV", 0]);
});
