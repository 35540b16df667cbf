import assert from "node:assert/strict";
import { ftok } from "../../sysv/mod.ts";
import { denoCommand, run, test } from "../harness.ts";

test("ftok gives Perl's keys and Python's, which are the C library's", async () => {
  const directory = await Deno.makeTempDir({ prefix: "deno_ipc_test_" });
  try {
    const path = `${directory}/grüße "und" so`;
    await Deno.writeTextFile(path, "");
    for (
      const [file, id] of [[path, 1], [directory, 74], ["/usr", 255], ["/usr", 0], ["/usr", 321], [
        "/usr",
        -1,
      ]] as const
    ) {
      const perl = `use IPC::SysV "ftok"; print ftok($ARGV[0], ${id})`;
      assert.equal(ftok(file, id), Number(await run(["perl", "-e", perl, file])) | 0);
      const python = `import sysv_ipc, sys; print(sysv_ipc.ftok(sys.argv[1], ${id}, True))`;
      assert.equal(ftok(file, id), Number(await run(["/usr/bin/python3", "-c", python, file])) | 0);
    }
    assert.equal(ftok(path), ftok(path, 1));
    assert.notEqual(ftok(path), ftok(path, 2));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}, { needs: ["perl", "python"] });

test("a path that is not there is ENOENT with the path", () => {
  assert.throws(() => ftok("/no/such/file"), {
    code: "ENOENT",
    syscall: "ftok",
    path: "/no/such/file",
  });
});

test("wrong arguments are refused before any call", () => {
  for (const id of [2 ** 31, 1.5, NaN]) {
    assert.throws(() => ftok("/", id), { name: "RangeError", message: /^Project number/ });
  }
  assert.throws(() => ftok("/tmp\0/x"), { name: "TypeError", message: /NUL/ });
  // deno-lint-ignore no-explicit-any
  assert.throws(() => ftok(5 as any), { name: "TypeError" });
});

test("ftok tells nothing of a path that may not be read", async () => {
  const code = `
    import { ftok } from "${new URL("../../sysv/mod.ts", import.meta.url)}";
    for (const path of ["/tmp", "/etc"]) {
      try { ftok(path); console.log(path, "read"); } catch (error) { console.log(path, error.name); }
    }`;
  const file = await Deno.makeTempFile({ prefix: "deno_ipc_test_", suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, code);
    const flags = ["--no-prompt", "--allow-ffi", "--allow-read=/tmp"];
    const output = await run(denoCommand("run", ...flags, file));
    assert.equal(output, "/tmp read\n/etc NotCapable\n");
  } finally {
    await Deno.remove(file);
  }
}, { emulated: false });
