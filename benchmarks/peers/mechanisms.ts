/**
 * A message there and back between two processes that both use this library, over one mechanism: "pipe" awaits at both
 * ends, "pipe-sync" blocks there. What carries no bytes hands over a turn.
 *
 *   deno run -A mechanisms.ts <case> <count> <bytes> <directory> <keys of a queue, two semaphores, memory>
 */
import { type Child, spawn } from "../../process/mod.ts";
import { alarm, enableSignalInfo } from "../../signals/mod.ts";
import { type Operation, repeated, task } from "./task.ts";
import { messages } from "./ways/messages.ts";
import { streams } from "./ways/streams.ts";
import { type End, mechanism, type Start, sync } from "./ways/way.ts";

const LONGEST = 60; // seconds that the other end lives at most, whatever becomes of us

// Both may start the program anew, so they come first.
if (mechanism === "signal" && sync) enableSignalInfo(["USR2"]);
if (mechanism === "value") enableSignalInfo(["RTMIN+1"]);

const way = { ...streams, ...messages }[mechanism];
await (task.name.startsWith("other-") ? echo() : measure());

/** Is the other end, which sends back what it receives until it is killed. */
async function echo(): Promise<void> {
  alarm(LONGEST);
  const end = await way.there();
  while (sync) {
    end.receive();
    end.send();
  }
  for (;;) {
    await end.receive();
    await end.send();
  }
}

async function measure(): Promise<void> {
  let other: Child | undefined;
  const start: Start = (fds = {}, ...words) => {
    const [name, ...rest] = Deno.args;
    const script = new URL(import.meta.url).pathname;
    const args = ["run", "-A", script, `other-${name}`, ...rest, ...words.map(String)];
    return other = spawn(Deno.execPath(), args, { fds: { 1: "null", ...fds } });
  };
  const end = await way.here(start);
  await repeated({ [task.name]: sync ? blocking(end) : awaited(end) });
  other!.kill("KILL");
  Deno.exit();
}

function blocking(end: End): Operation {
  return () => {
    end.send();
    end.receive();
    return task.bytes;
  };
}

function awaited(end: End): Operation {
  return async () => {
    await end.send();
    await end.receive();
    return task.bytes;
  };
}
