/**
 * What the tour does with signals, in a Deno of its own: what a process does on a signal is the whole process's.
 */
import { autoReap, Fd, spawn } from "../../process/mod.ts";
import {
  alarm,
  enableSignalInfo,
  ignore,
  killGroup,
  mask,
  on,
  pending,
  probe,
  queue,
  reset,
  signalInfo,
} from "../../signals/mod.ts";

const [action, ...rest] = Deno.args;

const input = Fd.from(0).lines();

/** A line that we are told. */
const told = () => input.next();

const turn = () => new Promise((resolve) => setTimeout(resolve));

const actions: Record<string, () => void | Promise<void>> = {
  // Handles these alike, and prints the name of each that comes.
  async handle() {
    using _ = on(rest, (name) => console.log(name));
    console.log("ready");
    await told();
  },

  async ignore() {
    {
      using _ = ignore("HUP");
      console.log("ignored");
      await told();
    }
    using _ = autoReap();
    const child = spawn("true");
    const { success } = await child.status;
    console.log(`${success} ${probe(child.pid)}`);
    using __ = reset("HUP");
    console.log("default");
    await told();
  },

  async nested() {
    using _ = on("INT", () => console.log("outer"));
    try {
      using _ = ignore("INT");
      using __ = on("INT", () => console.log("inner"));
      console.log("ready");
      await told();
      throw new Error("on the way out");
    } catch {
      console.log("left");
    }
    await told();
  },

  async group() {
    const [command, ...args] = rest;
    const children = [spawn(command, args), spawn(command, args)];
    killGroup("HUP", { shielded: true });
    for (const { status } of children) console.log((await status).signal);
  },

  async alarm() {
    const rings = Promise.withResolvers<void>();
    using _ = on("ALRM", () => rings.resolve());
    alarm(100);
    console.log(alarm(0.01) > 90);
    const patience = setTimeout(() => {}, 60_000); // a handler keeps no program alive
    await rings.promise;
    clearTimeout(patience);
    console.log("rang");
  },

  async mask() {
    using _ = on(["USR2", "HUP"], (name) => console.log(name));
    const held = mask(["USR2", "HUP"]);
    console.log("held");
    await told();
    while (pending().length < 2) await turn();
    console.log(pending().join(" "));
    held[Symbol.dispose]();
    await told();
  },

  async info() {
    enableSignalInfo(["RTMIN+1", "USR1"]);
    console.log("ready");
    await told();
    queue(Deno.pid, "RTMIN+1", 42);
    for await (const { name, pid, value } of signalInfo(["RTMIN+1", "USR1"])) {
      console.log(name, pid, value ?? "-");
      if (value === 42) break;
    }
  },

  // Busy until a program has ended that signals us, and then not any more.
  async busy() {
    const heard: string[] = [];
    using _ = on(["USR2", "HUP"], (name) => heard.push(name));
    const [command, ...args] = rest.map((word) => word === "PID" ? `${Deno.pid}` : word);
    const { success } = new Deno.Command(command, { args, stderr: "inherit" }).outputSync();
    if (!success) throw new Error("nobody has signalled us");
    console.log(heard.length);
    while (new Set(heard).size < 2) await turn();
    console.log(heard.length);
  },

  async interrupted() {
    let heard = 0;
    using _ = on("USR2", () => heard++);
    const buffer = new Uint8Array(100);
    console.log("reading");
    const size = Fd.from(0).readSync(buffer)!; // blocks, and is interrupted
    console.log(new TextDecoder().decode(buffer.subarray(0, size)).trim());
    while (heard === 0) await turn();
    console.log("heard");
  },
};

await actions[action]();
