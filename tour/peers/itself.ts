/**
 * What the tour does in a Deno of its own, with the program on the other end as the last arguments.
 */
import { forkReader, forkWriter, inputLines, pipe } from "../../pipes/mod.ts";
import { background, daemonize, exec, Fd, fork, reexec } from "../../process/mod.ts";

const [action, ...rest] = Deno.args;

const actions: Record<string, () => void | Promise<void>> = {
  async inputs() {
    const [file, command, ...args] = rest;
    for await (const line of inputLines([file, [command, ...args], "-"])) console.log(line);
  },

  async forks() {
    const [command, ...args] = rest;
    const known = new Map([["password", "swordfish"]]);
    await using reader = forkReader(() => console.log(known.get("password")));
    console.log((await reader.text()).trim());
    await using program = forkReader(() => exec(command, args));
    console.log((await program.text()).trim());
    const writer = forkWriter(() => Deno.stdin.readSync(new Uint8Array(100)) ?? 0);
    await writer.write("seven\n.");
    console.log((await writer.close()).code);
  },

  async pairs() {
    const [down, up] = [pipe(), pipe()];
    await using _ = fork(() => {
      const buffer = new Uint8Array(100);
      const size = down.reader.readSync(buffer) ?? 0;
      up.writer.writeSync(buffer.subarray(0, size).reverse());
    });
    up.writer.close(); // what the child has open alone ends when it does
    console.log("stressed");
    await down.writer.write("stressed");
    for await (const line of up.reader.lines()) console.log(line);
  },

  // What it starts reads at our 4 and prints at our 5.
  background() {
    const [command, ...args] = rest;
    console.log(background(command, args, { fds: { 0: Fd.from(4), 1: Fd.from(5) } }));
  },

  // The daemon lives until nobody writes at 4 any more.
  async daemon() {
    const line = Fd.from(4);
    const daemon = await daemonize({ pidFile: rest[0], keep: { 4: line }, ready: true });
    daemon.ready();
    await line.read(new Uint8Array(1));
  },

  async reexec() {
    Deno.addSignalListener("SIGHUP", reexec);
    console.log(Deno.pid);
    await Deno.stdin.read(new Uint8Array(1));
  },
};

await actions[action]();
