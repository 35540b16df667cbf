/**
 * The rows about shared memory.
 */
import { list, SharedMemory } from "../sysv/mod.ts";
import { alone, between, type Row } from "./case.ts";
import { codeOf, freeKey, hex, perl } from "./objects.ts";
import { page } from "./perlipc.ts";
import { example, find, tourPeer } from "./sides.ts";

const memoryProgram = page(56, "SysV IPC", /shmwrite/);

const memory: Row = {
  number: 56,
  title: "shared memory: write, read, zero padding",
  cases: [
    alone("the page's program: written, read, the same, removed", async (stage, side) => {
      const ours = example("sysv/shared_memory");
      const { printed } = await stage.run(side === "Perl" ? memoryProgram.on(stage) : ours);
      const [id] = find(printed, /^(?:shm key|segment) (\d+)/).map(Number);
      const [wrote] = find(printed, /wrote\W+(\w.*\S)\W$/m);
      const [read] = find(printed, /read\W+(\w[\w #]*)/);
      const same = /^(swell|the same)$/m.test(printed);
      const removed = !list("segment").some((segment) => segment.id === id);
      return { same, equal: wrote.startsWith(read), removed };
    }),
    between("written over something longer, padded with zeros", async (stage, writer, reader) => {
      using segment = SharedMemory.create("private", { size: 80 });
      segment.write("?".repeat(80));
      if (writer === "ours") SharedMemory.fromId(segment.id).write("Tea is ready", 0, 60);
      else await perl(stage, "write", segment.id, "Tea is ready", 60);
      if (reader === "Perl") return await perl(stage, "bytes", segment.id, 64);
      return SharedMemory.fromId(segment.id).read(0, 64).toHex();
    }),
  ],
};

const keys: Row = {
  number: 57,
  title: "private objects, keys, creation, modes",
  cases: [
    between("made by one, found by the other, not made twice", async (stage, maker, finder) => {
      const key = freeKey(stage);
      const id = maker === "ours"
        ? SharedMemory.create(key, { size: 100, mode: 0o640 }).id
        : Number(await perl(stage, "segment", key));
      const found = finder === "Perl"
        ? (await stage.run(tourPeer("keys.pl", hex(key)))).printed.trimEnd()
        : lookedUp(key);
      return found.replace(`${id} `, "the same, ");
    }),
  ],
};

function lookedUp(key: number): string {
  const segment = SharedMemory.open(key);
  const another = codeOf(() => SharedMemory.create(key, { size: 1 }));
  return `${segment.id} ${segment.stat().mode.toString(8)} ${another}`;
}

const variables: Row = {
  number: 58,
  title: "sharing a variable",
  note: "Perl copies the number out and in; ours adds to the memory itself, by Atomics.",
  cases: [
    between("one adds 40 to a number, the other 2", async (stage, first, second) => {
      using segment = SharedMemory.create("private", { size: 4 });
      const number = segment.view(Int32Array);
      for (const [side, count] of [[first, 40], [second, 2]] as const) {
        if (side === "Perl") await perl(stage, "add", segment.id, count);
        else Atomics.add(SharedMemory.fromId(segment.id).view(Int32Array), 0, count);
      }
      return number[0];
    }),
  ],
};

/** Shared memory. */
export const memories: readonly Row[] = [memory, keys, variables];
