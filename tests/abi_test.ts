import assert from "node:assert/strict";
import { generate, generatedFile, type Target } from "../tools/generate.ts";
import { denoCommand, fixture, run, test } from "./harness.ts";

const root = new URL("../", import.meta.url);

test("the committed constants and layouts are those of the C headers on x86-64", async () => {
  assert.equal(await generate("linux_x86_64"), await committed("linux_x86_64"));
}, { needs: ["gcc"] });

test("the committed constants and layouts are those of the C headers on arm64", async () => {
  assert.equal(await generate("linux_arm64"), await committed("linux_arm64"));
}, { needs: ["gcc for arm64", "qemu"] });

function committed(target: Target): Promise<string> {
  return Deno.readTextFile(generatedFile(target));
}

test("everything works in Deno for arm64", async () => {
  const machine = await arm64Machine();
  try {
    const [command, ...prefix] = machine.emulator;
    const deno = Deno.env.get("DENO_ARM64")!;
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args: [...prefix, deno, "test", "-A", "--no-check", ...tested],
      cwd: root,
      env: {
        DENO_DIR: `${machine.directory}/cache`, // this version of Deno would overwrite that of ours
        DENO_EMULATOR: machine.emulator.join(" "),
        NO_COLOR: "1",
      },
      signal: AbortSignal.timeout(840_000), // ends it, so that we see how far it came
    }).output();
    const report = await new Blob([stdout, stderr]).text();
    assert.ok(success, `these tests failed on arm64:\n${report}`);
    const [summary] = report.match(/^ok \| [1-9]\d* passed.*$/m) ?? [];
    assert.ok(summary, `no test ran on arm64:\n${report}`);
    console.log(`on arm64: ${summary}`);
  } finally {
    await Deno.remove(machine.directory, { recursive: true });
  }
}, { needs: ["qemu", "gcc for arm64", "deno for arm64"], watchdog: 900 });

// What calls C. Everything else is the same TypeScript on every machine.
const tested = [
  "tests/io/parked_test.ts",
  "tests/io/fd_test.ts",
  "tests/pty/expect_test.ts",
  "tests/sysv",
];

/** How to run arm64 programs, with the C library where Debian has it on such a machine. */
async function arm64Machine(): Promise<{ directory: string; emulator: string[] }> {
  const directory = await Deno.makeTempDir({ prefix: "deno_ipc_arm64_" });
  const cross = "/usr/aarch64-linux-gnu/lib";
  await Deno.mkdir(`${directory}/lib`);
  await Deno.symlink(cross, `${directory}/lib/aarch64-linux-gnu`);
  await Deno.symlink(`${cross}/ld-linux-aarch64.so.1`, `${directory}/lib/ld-linux-aarch64.so.1`);
  return { directory, emulator: ["qemu-aarch64-static", "-L", directory] };
}

const others = {
  "windows x86_64 (msvc)": { os: "windows", arch: "x86_64", env: "msvc" },
  "darwin aarch64": { os: "darwin", arch: "aarch64", env: null },
  "linux x86_64 (musl)": { os: "linux", arch: "x86_64", env: "musl" },
};

for (const [platform, build] of Object.entries(others)) {
  test(`on ${platform} the first use throws NotSupported, whatever is permitted`, async () => {
    for (const flags of [["--no-prompt"], ["--no-prompt", "--deny-ffi"], ["-A"]]) {
      const program = [fixture("on_platform.ts"), JSON.stringify(build)];
      const refusals = JSON.parse(await run(denoCommand("run", ...flags, ...program)));
      assert.ok(Object.keys(refusals).length > 10);
      for (const [use, message] of Object.entries(refusals)) {
        assert.match(`${message}`, /^Cannot call the C library on .*: only Linux with glibc/, use);
        assert.ok(`${message}`.includes(platform), use);
      }
    }
  });
}
