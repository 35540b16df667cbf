import assert from "node:assert/strict";
import { SharedMemory } from "../../sysv/mod.ts";
import { denoCommand, emulated, fixture, Program, run, test, times } from "../harness.ts";

const KEY = 0x736d0002;

test("Perl reads what we write, zero padding and all, and we read what Perl writes", async () => {
  using memory = SharedMemory.create("private", { size: 2000 });
  memory.write("Ünï\0code", 100, 60);
  const code = `
    my $id = shift;
    shmread($id, my $got, 100, 60) or die "shmread: $!";
    print unpack("H*", $got), "\\n";
    shmwrite($id, "from Perl", 40, 20) or die "shmwrite: $!";`;
  const hex = (await run(["perl", "-e", code, `${memory.id}`])).trim();
  assert.equal(hex, memory.read(100, 60).toHex());
  assert.equal(memory.readText(40, 20), "from Perl");
  assert.deepEqual(memory.read(49, 11), new Uint8Array(11));
}, { needs: ["perl"] });

test("Python reads what we write and writes what we read", async () => {
  using memory = SharedMemory.create(KEY, { size: 5000 });
  using _removed = { [Symbol.dispose]: () => memory.remove() };
  const bytes = crypto.getRandomValues(new Uint8Array(5000));
  memory.write(bytes);
  const code = `
import sysv_ipc
m = sysv_ipc.SharedMemory(${KEY})
print(m.size, m.read().hex())
m.write(bytes(range(256)), 1000)
print(m.number_attached)`;
  const lines = (await run(["/usr/bin/python3", "-c", code])).split("\n");
  assert.deepEqual(lines.slice(0, 2), [`5000 ${bytes.toHex()}`, "2"]);
  assert.deepEqual([...memory.read(1000, 256)], [...Array(256).keys()]);
}, { needs: ["python"] });

test(
  "Atomics count together with C's atomic operations in another process, and lose nothing",
  async () => {
    const directory = await Deno.makeTempDir({ prefix: "deno_ipc_test_" });
    try {
      const program = `${directory}/atomic_add`;
      await run(["gcc", "-O2", "-o", program, fixture("atomic_add.c")]);
      using memory = SharedMemory.create("private", { size: 64 });
      const counter = memory.view(Int32Array, 32, 1);
      const count = times({ short: 1_000_000, soak: 20_000_000 });
      const args = [`${memory.id}`, "32", `${count}`];
      await using c = new Program([program, ...args]);
      assert.equal(await c.line(), "ready");
      await c.write("go");
      for (let i = 0; i < count; i++) Atomics.add(counter, 0, 1);
      assert.equal(await c.line(), "added");
      assert.equal(counter[0], 2 * count);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
  { needs: ["gcc"] },
);

test("ipcs shows our segment as we do", async () => {
  using memory = SharedMemory.create("private", { size: 12345 });
  memory.read();
  const shown = (await run(["ipcs", "-m", "-i", `${memory.id}`])).replaceAll("\t", " ");
  assert.match(shown, /mode=0600 access_perms=0600\n/);
  // Under qemu the program that ipcs runs in is itself the last to have detached the segment.
  const last = emulated ? "\\d+" : Deno.pid;
  assert.match(shown, new RegExp(`bytes=12345 lpid=${last} cpid=${Deno.pid} nattch=1\n`));
}, { needs: ["ipcs"] });

test("two of us see each other's writes at once", async () => {
  using memory = SharedMemory.create("private", { size: 8 });
  const flag = memory.view(Int32Array);
  const code = `
    import { SharedMemory } from "${new URL("../../sysv/mod.ts", import.meta.url)}";
    using memory = SharedMemory.fromId(${memory.id});
    const flag = memory.view(Int32Array);
    flag[1] = 7;
    Atomics.store(flag, 0, 1);
    while (Atomics.load(flag, 0) !== 2);
    console.log(flag[1]);`;
  await using other = new Program(denoCommand("eval", code));
  while (Atomics.load(flag, 0) !== 1) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(flag[1], 7);
  flag[1] = 8;
  Atomics.store(flag, 0, 2);
  assert.equal(await other.line(), "8");
});
