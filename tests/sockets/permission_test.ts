import assert from "node:assert/strict";
import { denoCommand, fixture, run, test } from "../harness.ts";
import { library } from "../fixtures/processes.ts";
import { Directory } from "../fixtures/temporary.ts";

const program = fixture("socket_permitted.ts");

/** What the uses of addresses come to, of Deno's own API or of ours, in a program with these flags. */
async function outcomes(whose: "deno" | "ours", flags: string[]): Promise<string[]> {
  using directory = new Directory();
  const given = flags.map((flag) => flag.replaceAll("DIR", directory.path));
  const always = ["run", "--no-prompt", "--no-check", "--unstable-net", "--allow-ffi"];
  const command = denoCommand(...always, ...given, program, whose, directory.path);
  const said = (await run(command)).trim().split("\n");
  if (whose === "ours") {
    assert.deepEqual(names(directory.path).filter((name) => name !== "ours.s"), made(said)); // a refusal has no effect
  }
  return said;
}

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

/** The files that our uses make, but for those that were refused. */
function made(said: string[]): string[] {
  const files = { "listen at a path": "", "datagrams at a path": ".d" };
  const there = Object.entries(files).filter(([use]) => said.includes(`${use}: done`));
  return there.map(([, suffix]) => `ours${suffix}`);
}

const combinations = [
  [],
  ["--allow-net"],
  ["--allow-read"],
  ["--allow-write"],
  ["--allow-read", "--allow-net"],
  ["--allow-write", "--allow-net"],
  ["--allow-read", "--allow-write"],
  ["--allow-read", "--allow-write", "--allow-net"],
  ["--allow-read", "--allow-write", "--allow-net=127.0.0.1"],
  ["--allow-read", "--allow-write", "--allow-net=127.0.0.1:1,[::1]:1"],
  ["--allow-read", "--allow-write", "--allow-net=unix:DIR/nobody,unix:DIR/ours.s,unix:DIR/deno.s"],
  ["--allow-read", "--allow-write", "--allow-net", "--deny-net=127.0.0.1:1"],
  ["--allow-read", "--allow-write=DIR/deno.s,DIR/ours.s", "--allow-net"],
  ["--allow-read=DIR/deno.s,DIR/ours.s", "--allow-write", "--allow-net"],
  ["--allow-read", "--deny-read=DIR/nobody", "--allow-write", "--allow-net"],
  ["--allow-read", "--allow-write", "--deny-write=DIR/nobody", "--allow-net"],
];

for (const flags of combinations) {
  test(`with ${flags.join(" ") || "FFI alone"} ours is refused exactly where Deno's own is`, async () => {
    const [deno, ours] = await Promise.all([outcomes("deno", flags), outcomes("ours", flags)]);
    assert.deepEqual(ours, deno);
    assert.ok(deno.length > 10);
  });
}

test("sockets that have no address need FFI permission alone, and none has an effect without it", async () => {
  const code = `import { peerCredentials, receiveFds, sendFds, socketPair } from "${
    library("sockets")
  }";
    using pair = socketPair();
    await sendFds(pair.ours, [pair.ours.fd]);
    console.log((await receiveFds(pair.theirs)).fds.length, peerCredentials(pair.ours).pid === Deno.pid);`;
  using directory = new Directory();
  const file = directory.write("program.ts", code);
  const flags = ["run", "--no-prompt", "--no-check"];
  assert.equal(await run(denoCommand(...flags, "--allow-ffi", file)), "1 true\n");
  await assert.rejects(run(denoCommand(...flags, file)));
});

test("telling a service manager that we are ready is refused without permission for its address", async () => {
  const code = `import { notifyReady } from "${library("sockets")}";
    try { console.log(notifyReady()) } catch (error) { console.log(error.code ?? error.name) }`;
  using directory = new Directory();
  const file = directory.write("program.ts", code);
  const path = directory.file("notify");
  const said = (...flags: string[]) => {
    const command = denoCommand("run", "--no-prompt", "--no-check", "--allow-ffi", ...flags, file);
    return run(["env", `NOTIFY_SOCKET=${path}`, ...command]);
  };
  for (const flags of [[], ["--allow-net"], ["--allow-write"], ["--allow-net=127.0.0.1"]]) {
    assert.equal(await said(...flags), "NotCapable\n");
  }
  assert.equal(await said("--allow-net", `--allow-write=${path}`), "ENOENT\n");
});
