/**
 * What the kernel, and the container that we may be in, let us do.
 */
import { forkable, spawnModule } from "../process/mod.ts";
import { getservbyname, socketPair } from "../sockets/mod.ts";
import { MessageQueue, SemaphoreSet, SharedMemory } from "../sysv/mod.ts";
import type { Check } from "./finding.ts";
import { tryFork } from "./fork.ts";

const FLAG = "--v8-flags=--single-threaded";

const forks: Check = {
  what: "fork",
  needs: ["libc", "run"],
  async look() {
    if (forkable()) {
      await tryFork();
      return "works in this run";
    }
    const options = { permissions: "inherit", flags: [FLAG], fds: { 2: "null" } } as const;
    const child = spawnModule(new URL("fork.ts", import.meta.url), [], options);
    const { success, code } = await child.status;
    if (!success) throw new Error(`a Deno with ${FLAG} tried, and ended with ${code}`);
    return `works with ${FLAG}, not in this run`;
  },
  mend: `start with deno run ${FLAG}`,
};

const terminals: Check = {
  what: "pseudo-terminals",
  needs: ["all"],
  look() {
    using _ = Deno.openSync("/dev/ptmx", { read: true, write: true });
    const sides = [...Deno.readDirSync("/dev/pts")].filter(({ name }) => /^\d+$/.test(name));
    if (sides.length === 0) throw new Error("/dev/pts does not have the other side");
    return "/dev/ptmx makes one, and /dev/pts has its other side";
  },
  mend: "mount -t devpts devpts /dev/pts",
};

const unixSockets: Check = {
  what: "Unix sockets",
  needs: ["libc"],
  async look() {
    using pair = socketPair();
    await pair.ours.write("hello");
    const heard = await pair.theirs.read(new Uint8Array(5));
    return `a pair of them passed ${heard} bytes`;
  },
  mend: "allow socketpair in the container's seccomp profile",
};

const ipv6: Check = {
  what: "IPv6",
  needs: ["net"],
  look() {
    using _ = Deno.listen({ hostname: "::1", port: 0 });
    return "one can listen at [::1]";
  },
  mend: "sysctl -w net.ipv6.conf.lo.disable_ipv6=0; until then take 127.0.0.1",
};

const services: Check = {
  what: "service names",
  needs: ["libc"],
  async look() {
    return `daytime is ${await getservbyname("daytime")}`;
  },
  mend: "apt-get install netbase",
};

const sysv: Check = {
  what: "System V IPC",
  needs: ["libc"],
  look() {
    using queue = MessageQueue.create("private");
    using set = SemaphoreSet.create("private", { count: 1 });
    using segment = SharedMemory.create("private", { size: 5 });
    queue.sendSync("hello");
    segment.write(queue.receiveSync().bytes);
    set.release();
    return `"${segment.readText()}" went through a queue into a segment`;
  },
  mend:
    "allow it in the container's seccomp profile; if there is no room (ENOSPC), see ipcs and ipcrm",
};

/** What the library stands on. */
export const kernel: readonly Check[] = [forks, terminals, unixSockets, ipv6, services, sysv];
