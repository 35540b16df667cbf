import assert from "node:assert/strict";
import { MessageQueue, SemaphoreSet, SharedMemory } from "../../sysv/mod.ts";
import { denoCommand, fixture, language, run, test } from "../harness.ts";

test(
  "an unprivileged process gets EACCES for what a mode forbids, and EPERM for what owners do",
  async () => {
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const ids = (await run([...nobody, ...language.perl("make.pl")])).trim().split(" ");
    const objects = [
      MessageQueue.fromId(Number(ids[0])),
      SemaphoreSet.fromId(Number(ids[1])),
      SharedMemory.fromId(Number(ids[2])),
      SemaphoreSet.fromId(Number(ids[3])),
    ];
    try {
      // Without any capability; the user stays ours, who can read Deno's own files.
      const powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
      const output = await run([...powerless, ...language.deno("unprivileged.ts", ...ids)]);
      const lines = output.split("\n").filter((line) => line !== "");
      const listed = lines.splice(-2);
      assert.deepEqual(listed, ["list: queue,set,set,segment", "list who used the set: 0"]);
      assert.deepEqual(lines, [
        "send: EACCES",
        "awaited send: EACCES",
        "receive: EACCES",
        "awaited receive: EACCES",
        "queue stat: EACCES",
        "operate: EACCES",
        "value: EACCES",
        "operate where we may only alter: undefined",
        "lock where we may only alter: undefined",
        "an index that is too high there: EFBIG",
        "count there: EACCES",
        "set a value there: undefined",
        "an operation there that would have to wait and may not: EAGAIN",
        "attach: EACCES",
        "attach read-only: readable",
        "change the queue: EACCES",
        "change the segment: EPERM",
        "remove the queue: EPERM",
        "remove the set: EPERM",
        "remove the segment: EPERM",
      ]);
    } finally {
      for (const object of objects) object.remove();
    }
  },
  { needs: ["root", "another user who may run Deno and read this clone", "perl"], emulated: false },
);

test("FFI permission limited to the C library's path is enough for all but views", async () => {
  const path = paths.find((path) => opens(path))!;
  const flags = ["--no-prompt", `--allow-ffi=${path}`];
  assert.deepEqual((await run(denoCommand("run", ...flags, fixture("scoped.ts")))).split("\n"), [
    "message",
    "TimeoutError",
    "TimeoutError",
    "1,2",
    "memory 3",
    "EIDRM",
    "NotCapable: A view of shared memory requires ffi access that is not limited to a path, run " +
    "again with --allow-ffi; read and write do without",
    "",
  ]);
}, { emulated: false });

test(
  "without FFI permission the first call says which flag is missing, and asks nobody",
  async () => {
    const code = `
    import { MessageQueue } from "${new URL("../../sysv/mod.ts", import.meta.url)}";
    try { MessageQueue.open(1) } catch (error) { console.log(error.name, error.message) }`;
    const file = await Deno.makeTempFile({ prefix: "deno_ipc_test_", suffix: ".ts" });
    try {
      await Deno.writeTextFile(file, code);
      for (const flags of [[], ["--allow-ffi=/some/other.so"]]) {
        const output = await run(denoCommand("run", ...flags, file));
        assert.match(
          output,
          /^NotCapable Requires ffi access .* --allow-ffi or --allow-ffi=\/lib\//,
        );
      }
    } finally {
      await Deno.remove(file);
    }
  },
  { emulated: false },
);

const paths = [
  `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  "/lib64/libc.so.6",
  "/lib/libc.so.6",
];

function opens(path: string): boolean {
  try {
    Deno.dlopen(path, {}).close();
    return true;
  } catch {
    return false;
  }
}

test("a full system is ENOSPC", async () => {
  const code = `
    import { MessageQueue, SemaphoreSet, SharedMemory } from "${new URL(
    "../../sysv/mod.ts",
    import.meta.url,
  )}";
    const make = [
      () => MessageQueue.create("private"),
      () => SemaphoreSet.create("private", { count: 2 }),
      () => SharedMemory.create("private", { size: 10 }),
    ];
    for (const one of make) {
      one(); one();
      try { one() } catch (error) { console.log(error.syscall, error.code) }
    }`;
  const limits =
    "cd /proc/sys/kernel && echo 2 > msgmni && echo 250 32000 32 2 > sem && echo 2 > shmmni";
  const shell = ["unshare", "--ipc", "sh", "-c", `${limits} && exec "$@"`, "sh"];
  const output = await run([...shell, ...denoCommand("eval", code)]);
  assert.deepEqual(output.split("\n").filter(Boolean), [
    "msgget ENOSPC",
    "semget ENOSPC",
    "shmget ENOSPC",
  ]);
}, { needs: ["root", "unshare"], emulated: false });
