/**
 * What signals.pl does, by this library.
 */
import { autoReap, capture, Fd, spawn } from "../../process/mod.ts";
import {
  alarm,
  enableSignalInfo,
  ignore,
  kill,
  mask,
  on,
  pending,
  probe,
  raise,
  reset,
  signalInfo,
} from "../../signals/mod.ts";

const [action, ...words] = Deno.args;
const input = Fd.from(0).lines();

const told = async () => (await input.next()).value;
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** The name as Perl has it. */
const bare = (name: string) => name.slice("SIG".length);

const actions: Record<string, () => void | Promise<void>> = {
  kill() {
    for (const signal of words.slice(1)) kill(Number(words[0]), number(signal));
  },

  async ping() {
    const [pid, times] = words.map(Number);
    for (let i = 0; i < times; i++) {
      kill(pid, "USR2");
      if (await told() === undefined) throw new Error("no answer");
    }
    console.log(times);
  },

  async sleep() {
    console.log("asleep");
    await new Promise((resolve) => setTimeout(resolve, 1e6));
  },

  async zombie() {
    await using child = spawn("true", [], { processGroup: "new" }); // reaped when disposed, not before
    await child.wait();
    console.log(child.pid);
    await told();
  },

  async end() {
    if (/^\d/.test(words[0])) Deno.exit(Number(words[0]));
    raise(words[0]);
    await told();
  },

  async handle() {
    for (const name of words) {
      try {
        on(name, (name) => console.log(bare(name)));
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it cannot be handled
      }
    }
    console.log("ready");
    await told();
  },

  async traps() {
    on(["HUP", "INT", "PIPE", "TERM"], (name) => console.log(bare(name)));
    console.log("ready");
    await told();
  },

  async ignore() {
    {
      using _ = ignore("HUP");
      console.log("ignored");
      await told();
    }
    using _ = reset("HUP");
    console.log("default");
    await told();
  },

  async nested() {
    using _ = on("INT", () => console.log("outer"));
    try {
      using _ = on("INT", () => console.log("inner"));
      console.log("ready");
      await told();
      throw new Error("on the way out");
    } catch {
      console.log("left");
    }
    await told();
  },

  async reaped() {
    using _ = autoReap();
    const child = spawn("sh", ["-c", "exit 7"]);
    const { code } = await child.status;
    console.log(probe(child.pid) === "zombie" ? "zombie" : "gone", code);
  },

  async mask() {
    const handled: string[] = [];
    using _ = on(["USR2", "HUP"], (name) => handled.push(bare(name)));
    const held = mask(["USR2", "HUP"]);
    console.log("held");
    await told();
    while (pending().length < 2) await turn(); // what has been sent is seen in the event loop
    console.log(pending().map(bare).sort().join(" "));
    held[Symbol.dispose]();
    while (handled.length < 2) await turn();
    console.log([...new Set(handled)].sort().join(" "));
  },

  async interrupted() {
    let heard = 0;
    using _ = on("USR2", () => heard++);
    const buffer = new Uint8Array(100);
    console.log("reading");
    const size = Fd.from(0).readSync(buffer)!; // blocks, and is interrupted
    console.log(new TextDecoder().decode(buffer.subarray(0, size)).trim());
    while (heard === 0) await turn(); // on a busy machine that takes more than one
    console.log("heard");
  },

  async busy() {
    const heard = new Map<string, number>();
    using _ = on(
      ["USR2", "HUP"],
      (name) => heard.set(bare(name), (heard.get(bare(name)) ?? 0) + 1),
    );
    console.log("busy");
    const end = performance.now() + 400;
    while (performance.now() < end);
    while (heard.size < 2) await turn();
    await turn();
    for (const [name, count] of [...heard].sort()) console.log(name, count);
  },

  async lock() {
    using file = Fd.open(words[0], { write: true });
    using _ = await file.lock();
    console.log("locked");
    await told();
  },

  async info() {
    enableSignalInfo([words[0]]);
    console.log("ready");
    for await (const { pid, uid } of signalInfo(words[0])) console.log(pid, uid);
  },

  async values() {
    const [number, count] = words.map(Number);
    enableSignalInfo([number]);
    console.log("ready");
    await told();
    const values = [];
    for await (const { value } of signalInfo(number)) {
      values.push(value);
      if (values.length === count) break;
    }
    console.log(values.join(" "));
  },

  async left() {
    let rang = 0;
    using _ = on("ALRM", () => rang++);
    alarm(100);
    console.log(alarm(0.01) > 90);
    while (rang === 0) await turn();
    console.log("rang", rang);
  },

  async timeout() {
    const [command, ...args] = words;
    await capture(command, args, { timeout: 3000, fds: { 1: "inherit", 2: "inherit" } })
      .then(() => console.log("in time"), () => console.log("too long"));
  },

  // Ends by an error that says so.
  async die() {
    const [text, ...names] = words;
    using _ = on(names, (name) => {
      throw new Error(`${text} ${name}`);
    });
    console.log("ready");
    await told();
  },
};

function number(signal: string): string | number {
  return /^\d/.test(signal) ? Number(signal) : signal;
}

await actions[action]();
