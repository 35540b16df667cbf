/**
 * The rows about descriptors that are watched and passed, and where all this is.
 */
import { pipe, poll } from "../pipes/mod.ts";
import { Fd } from "../process/mod.ts";
import { hostname, receiveFds, sendFds, type Socket, socketPair } from "../sockets/mod.ts";
import { alone, between, type Row } from "./case.ts";
import { peer, printed } from "./sides.ts";
import type { Stage } from "./stage.ts";

const several: Row = {
  number: 54,
  title: "select with a timeout",
  cases: [
    alone("two pipes: at once, within a time, and when there is something", async (stage, side) => {
      if (side === "Perl") return await printed(stage, peer("Perl", "sockets", "select"));
      using quiet = pipe();
      using loud = pipe();
      const watch = async (timeout: number) => {
        const read = [quiet.reader, loud.reader];
        const ready = (await poll({ read }, { timeout, ...stage })).read;
        return `${ready.length} ${read.map((fd) => Number(ready.includes(fd))).join("")}\n`;
      };
      const before = await watch(0) + await watch(20);
      await loud.writer.write("here", stage);
      return before + await watch(10_000);
    }),
  ],
};

const host: Row = {
  number: 55,
  title: "the host's name",
  cases: [
    alone("what it is", async (stage, side) => {
      const script = "use Sys::Hostname; print hostname";
      return side === "ours" ? hostname() : await printed(stage, ["perl", "-e", script]);
    }),
  ],
};

const passing: Row = {
  number: 63,
  title: "passing an open file",
  note: "The page says not to. Perl has no sendmsg; its side makes the system calls by syscall().",
  cases: [
    between(
      "read on where the other has stopped, at no path any more",
      async (stage, giver, taker) => {
        using pair = socketPair();
        const path = stage.write("file", "ours\nread by the other\n");
        const give = peer("Perl", "sockets", "give", path);
        if (giver === "Perl") await stage.start(give, { fds: { 3: pair.ours.fd } }).end();
        else await handOver(stage, pair.ours, path);
        if (taker === "Perl") {
          const take = peer("Perl", "sockets", "take");
          return (await stage.start(take, { fds: { 3: pair.theirs.fd } }).rest()).join("\n");
        }
        const { fds: [file] } = await receiveFds(pair.theirs, { max: 1, ...stage });
        const lines = await Array.fromAsync(file.lines(stage));
        file.close();
        return lines.join("\n");
      },
    ),
  ],
};

async function handOver(stage: Stage, socket: Socket, path: string): Promise<void> {
  using file = Fd.open(path);
  file.readSync(new Uint8Array(5));
  Deno.removeSync(path);
  await sendFds(socket, [file], stage);
}

/** Descriptors that are watched and passed, and where all this is. */
export const descriptors: readonly Row[] = [several, host, passing];
