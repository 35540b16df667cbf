/**
 * What starters.pl does, by this library, where it needs a program of its own; and what forks.
 */
import { disposition, isHandled, signalNumber } from "../../libc/mod.ts";
import { forkWriter, pipe, writeTo } from "../../pipes/mod.ts";
import { type Child, daemonize, exec, Fd, fork, retrying, spawn } from "../../process/mod.ts";
import { socketPair } from "../../sockets/mod.ts";

const [action, ...words] = Deno.args;
const [command, ...args] = words;

const actions: Record<string, () => void | Promise<void>> = {
  async both() {
    using file = Fd.open(words[0]);
    await spawn(words[1], words.slice(2), { fds: { 2: 1, 5: file } }).status;
  },

  async swapped() {
    await spawn(command, args, { fds: { 1: 2, 2: 1 } }).status;
  },

  async close() {
    await using writer = writeTo(command, args);
    console.log("closing");
    console.log("closed", (await writer.close()).code);
  },

  async leave() {
    let ended: Promise<unknown>;
    let kept: Fd;
    {
      using child = spawn(command, args, { fds: { 0: "pipe" } });
      kept = child.fd(0).dup(); // or it could see the end of its input a moment before it is killed
      ended = child.status;
      console.log("leaving");
    }
    await ended;
    kept.close();
    console.log("left");
  },

  // The page's safe pipe open for writing.
  async writer() {
    const writer = forkWriter(() => exec(command, args));
    await writer.write("one\ntwo\n");
    const { code } = await writer.close();
    if (code !== 0) console.error(`kid exited ${code}`);
  },

  // The page's program with one pipe, a reader and two writers.
  async family() {
    const { reader, writer } = pipe();
    await using child = fork(() => {
      writer.close();
      while (reader.readSync(new Uint8Array(100)) !== null);
    });
    await using other = fork(() => writer.close());
    reader.close();
    writer.close();
    await Promise.all([child.status, other.status]);
    console.log("ended");
  },

  // The page's pipe1 and pipe2: both ends of two pipes, or of a pair of sockets.
  async pipes() {
    const [down, up] = [pipe(), pipe()];
    await converse({ reader: up.reader, writer: down.writer }, {
      reader: down.reader,
      writer: up.writer,
    });
  },

  async sockets() {
    const { ours, theirs } = socketPair();
    await converse({ reader: ours, writer: ours }, { reader: theirs, writer: theirs });
  },

  // Says by a FIFO that it is a daemon, and lives until it is ended, but not for ever.
  async daemon() {
    const [meeting, pidFile] = words;
    await daemonize({ pidFile });
    await Deno.writeTextFile(meeting, `${Deno.pid}\n`);
    await new Promise((resolve) => setTimeout(resolve, 20_000));
  },

  // Starts what there is no room for, until there is.
  async retry() {
    // Deno ends where it cannot have another thread; the last one it makes by itself half a second after its start.
    while (!isHandled(disposition(signalNumber("SIGUSR1")))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Promise.all(Array.from({ length: 8 }, () => Deno.stat("/")));
    const sleepers: Child[] = [];
    const end = (count: number) => {
      for (const sleeper of sleepers.splice(0, count)) {
        sleeper.kill("SIGKILL");
        sleeper.waitSync();
      }
    };
    let attempts = 0;
    const child = await retrying(() => {
      if (++attempts === 1) { while (true) sleepers.push(spawn("sleep", ["100"])); }
      if (attempts === 3) end(20); // some for threads of ours
      return spawn("true");
    }, { pause: 5 });
    if (attempts > 1) console.log("no room");
    end(sleepers.length);
    if ((await child.status).success) console.log("started");
  },
};

interface End {
  readonly reader: { readSync(buffer: Uint8Array<ArrayBuffer>): number | null };
  readonly writer: { writeSync(text: string): unknown };
}

/** One end for us, one for a forked child: each says who it is, and prints who it is and what it has read. */
async function converse(ours: End, theirs: End): Promise<void> {
  await using child = fork(() => {
    console.log(me(), line(theirs));
    theirs.writer.writeSync(me());
  });
  ours.writer.writeSync(me());
  console.log(me(), line(ours));
  await child.status;
}

function line({ reader }: End): string {
  const buffer = new Uint8Array(100);
  return new TextDecoder().decode(buffer.subarray(0, reader.readSync(buffer) ?? 0)).trim();
}

/** `Deno.pid` is the parent's in a forked child. */
function me(): string {
  return Deno.readLinkSync("/proc/self");
}

await actions[action]();
