/**
 * What programs.pl does, mostly by Deno's own means: it is only the other end.
 */
import { Fd } from "../../process/mod.ts";

const [action, ...words] = Deno.args;
const code = Number(Deno.env.get("CODE") ?? 0);

async function* lines(): AsyncGenerator<string> {
  let text = "";
  for await (const piece of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const whole = (text + piece).split("\n");
    text = whole.pop()!;
    yield* whole;
  }
  if (text !== "") yield text;
}

async function count(): Promise<void> {
  let bytes = 0;
  for await (const { length } of Deno.stdin.readable) bytes += length;
  console.log(bytes);
}

/** Writes all of it, in the order of the calls. */
function print(text: string): void {
  for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
    rest = rest.subarray(Deno.stdout.writeSync(rest));
  }
}

const actions: Record<string, () => void | Promise<void>> = {
  say() {
    for (const word of words.slice(1)) console.log(word);
    Deno.exit(Number(words[0]));
  },

  fortune: () => console.log("Look before you leap."),

  netstat() {
    for (const line of ["Active", "tcp 1", "unix 2", "udp 3"]) console.log(line);
    Deno.exit(code);
  },

  async spool() {
    await Deno.writeFile(Deno.env.get("SPOOL")!, Deno.stdin.readable);
    Deno.exit(code);
  },

  deaf() {
    Fd.from(0, { ours: true }).close(); // Deno.stdin.close() would keep it open
    console.log("deaf");
    Deno.exit(code);
  },

  endless() {
    while (true) print("more\n"); // ends by an error once nobody reads
  },

  words: () => words.forEach((word) => console.log(word)),

  async number() {
    let number = 0;
    for await (const line of lines()) print(`${String(++number).padStart(6)}\t${line}\n`);
  },

  async answer() {
    for await (const line of lines()) {
      console.log(`you said ${line}`);
      console.error("again?");
    }
  },

  count,

  async flood() {
    for (let i = 0; i < 1024; i++) print(`${"x".repeat(1023)}\n`);
    await count();
  },

  both() {
    console.log("output");
    console.error("error");
    try {
      print(Deno.readTextFileSync("/proc/self/fd/5"));
    } catch {
      // there is none
    }
  },

  late: () => Deno.writeTextFile(Deno.env.get("MEET")!, `${Deno.pid}\n`),

  async last() {
    await Deno.stdin.read(new Uint8Array(100));
    console.log("it ends");
    Deno.exit(3);
  },

  who() {
    const status = Deno.readTextFileSync("/proc/self/status");
    const ids = ["Uid", "Gid"].flatMap((name) =>
      status.match(new RegExp(`^${name}:\\s+(\\d+)\\s+(\\d+)`, "m"))!.slice(1)
    );
    console.log(ids.join(" "));
  },
};

await actions[action]();
