/**
 * What `Fd.open` opens with which permissions: what `Deno.open` does.
 */
import assert from "node:assert/strict";
import { library } from "../fixtures/processes.ts";
import { Directory } from "../fixtures/temporary.ts";
import { denoCommand, run, test } from "../harness.ts";

/** Whether each path can be opened for reading by us, and by Deno, with these flags. */
async function openable(
  directory: Directory,
  flags: string[],
  paths: string[],
): Promise<[ours: boolean, denos: boolean][]> {
  const program = directory.write(
    "program.ts",
    `import { Fd } from "${library("pipes")}";
    const tried = (open) => {
      try {
        open().close();
        return true;
      } catch (error) {
        if (!/^(NotCapable|NotFound)$/.test(error.name)) throw error;
        return false;
      }
    };
    console.log(JSON.stringify(Deno.args.map((path) => [
      tried(() => Fd.open(path)),
      tried(() => Deno.openSync(path)),
    ])));`,
  );
  return JSON.parse(
    await run(denoCommand("run", "--quiet", "--no-prompt", ...flags, program, ...paths)),
  );
}

test("the kernel's own interfaces want all permissions, also behind a link", async () => {
  using directory = new Directory();
  const link = directory.file("link");
  Deno.symlinkSync("/proc/self/status", link);
  const special = [
    "/proc/self/environ",
    "/proc/self/mem",
    "/sys/kernel/mm",
    "/dev/ptmx",
    link,
  ];
  const some = ["--allow-ffi", "--allow-read", "--allow-write"];
  const [ours] = transposed(await openable(directory, some, special));
  assert.deepEqual(ours, special.map(() => false));
  const harmless = ["/dev/null", "/dev/zero", "/dev/urandom", directory.write("file", "")];
  assert.deepEqual(await openable(directory, some, harmless), harmless.map(() => [true, true]));
  const all = await openable(directory, ["-A"], ["/proc/self/environ", "/proc/self/mem", link]);
  assert.deepEqual(all, all.map(() => [true, true]));
});

test('".." behind a link leads nowhere that a list of paths does not allow', async () => {
  using directory = new Directory();
  for (const name of ["a", "b", "b/sub"]) Deno.mkdirSync(directory.file(name));
  Deno.symlinkSync(directory.file("b/sub"), directory.file("a/link"));
  directory.write("b/secret", "");
  directory.write("a/public", "");
  const paths = ["a/link/../secret", "a/public", "a/./public", "a/../a/public"].map((name) =>
    directory.file(name)
  );
  const listed = ["--allow-ffi", `--allow-read=${directory.file("a")}`];
  const [ours] = transposed(await openable(directory, listed, paths));
  assert.deepEqual(ours, [false, true, true, false]);
  const [free] = transposed(await openable(directory, ["--allow-ffi", "--allow-read"], paths));
  assert.deepEqual(free, [true, true, true, true]);
});

test("what is denied is not reached by a way around it", async () => {
  using directory = new Directory();
  for (const name of ["secret", "secret/sub"]) Deno.mkdirSync(directory.file(name));
  directory.write("secret/a", "");
  Deno.symlinkSync(directory.file("secret/sub"), directory.file("link"));
  const secret = directory.file("secret");
  const ways = [`${secret}/a`, `/proc/self/root${secret}/a`, `${directory.file("link")}/../a`];
  const flags = ["-A", `--deny-read=${secret}`, "--deny-env=SECRET"];
  const [ours] = transposed(await openable(directory, flags, [...ways, "/proc/self/environ"]));
  assert.deepEqual(ours, [false, false, false, false]);
  const [free] = transposed(await openable(directory, ["-A"], [...ways, "/proc/self/environ"]));
  assert.deepEqual(free, [true, true, true, true]);
});

function transposed(pairs: [boolean, boolean][]): [boolean[], boolean[]] {
  return [pairs.map(([ours]) => ours), pairs.map(([, denos]) => denos)];
}

test("a device is not even opened without permission: to open it may do something", async () => {
  // Where there is no controlling terminal, opening this one is an error of its own.
  const code = `import { Fd } from "${library("pipes")}";
    try { Fd.open("/dev/tty") } catch (error) { console.log(error.name) }`;
  using directory = new Directory();
  const program = directory.write("program.ts", code);
  const flags = ["--quiet", "--no-prompt", "--allow-ffi", "--allow-read=/dev/tty"];
  assert.equal(
    await run(["setsid", "-w", ...denoCommand("run", ...flags, program)]),
    "NotCapable\n",
  );
  const all = ["setsid", "-w", ...denoCommand("run", "-A", program)];
  assert.equal(await run(all), "SyscallError\n");
});
