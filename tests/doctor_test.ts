import assert from "node:assert/strict";
import type { Finding } from "../doctor/finding.ts";
import { TESTED } from "../doctor/platform.ts";
import { capture } from "../process/mod.ts";
import { test } from "./fixtures/warm_reactor.ts";
import { denoCommand, fixture, run } from "./harness.ts";

const root = new URL("../", import.meta.url);

/** Starts the doctor with these flags of Deno's. */
function doctor(...flags: string[]): string[] {
  return denoCommand("run", ...flags, `${import.meta.dirname}/../doctor/main.ts`);
}

/** What the doctor says, and how it ends. */
async function visit([command, ...args]: readonly string[]): Promise<[text: string, code: number]> {
  const heard = await capture(command, args, { fds: { 2: 1 } });
  return [heard.text(), heard.status.code!];
}

/** What it found, by what was looked at. */
async function findings(...flags: string[]): Promise<Record<string, Finding>> {
  const report = JSON.parse(await run([...doctor(...flags), "--json"]));
  assert.equal(report.works, true);
  return Object.fromEntries(report.findings.map((finding: Finding) => [finding.what, finding]));
}

test("with all permissions the doctor looks at everything", async () => {
  const found = await findings("-A");
  const unseen = Object.values(found).filter(({ found }) => found.startsWith("not looked at"));
  assert.deepEqual(unseen, []);
  for (const what of ["C library", "fork", "Unix sockets", "System V IPC"]) {
    assert.equal(found[what].state, "works", `${what}: ${found[what].found}`);
  }
  const msgmax = Deno.readTextFileSync("/proc/sys/kernel/msgmax").trim();
  assert.match(found["System V limits"].found, new RegExp(`^msgmax ${msgmax}, msgmnb \\d+, `));
  const files = (await run(["sh", "-c", "ulimit -n"])).trim();
  assert.match(found["ulimit"].found, new RegExp(`^-n ${files} files, -u \\w+ processes, `));
});

test("the doctor forks itself where it can", async () => {
  const found = await findings("-A", "--v8-flags=--single-threaded");
  assert.equal(found["fork"].found, "works in this run");
});

test("the doctor finds the programs that tests need", async () => {
  const found = await findings("-A");
  for (const what of ["Perl IPC::SysV", "Python sysv_ipc", "gcc"]) {
    assert.equal(found[what].state, "works");
    assert.match(found[what].found, /^\d+\.\d+.*, for /);
  }
}, { needs: ["perl", "python", "gcc"] });

test("with --allow-ffi alone the doctor says what works, and what it may not look at", async () => {
  const [text, code] = await visit(doctor("--no-prompt", "--allow-ffi"));
  assert.equal(code, 0, text);
  assert.match(text, /^✓ System V IPC /m);
  assert.match(text, /^✗ permission net .* → --allow-net$/m);
  assert.match(text, /^– .*Perl IPC::SysV.*: not looked at without --allow-run$/m);
  assert.match(text, /^The library works here\.$/m);
});

test("FFI for the C library alone is enough for the doctor", async () => {
  const path = `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
  const found = await findings("--no-prompt", `--allow-ffi=${path}`);
  assert.equal(found["C library"].state, "works");
  assert.match(found["permissions"].found, /^ffi for libc alone/);
});

test("without any permission the doctor says how to mend that, and ends with 1", async () => {
  const [text, code] = await visit(doctor("--no-prompt"));
  assert.equal(code, 1);
  assert.match(text, /^✗ C library .*--allow-ffi/m);
  assert.match(text, /^– .*System V IPC.*: not looked at without the C library$/m);
  assert.match(text, /^The library cannot work here\.$/m);
});

test("the doctor prompts for nothing, not even on a terminal", async () => {
  const terminal = ["/usr/bin/python3", fixture("terminal.py")];
  const text = await run([...terminal, ...doctor("--allow-ffi", "--allow-read")]);
  assert.equal(text.includes("Allow?"), false);
  assert.match(text, /The library works here\.\nended with 0\n$/);
}, { needs: ["python"] });

test("where Perl is missing the doctor names the package that brings it", async () => {
  const [text, code] = await visit(["env", "PATH=/nowhere", ...doctor("-A")]);
  assert.equal(code, 0);
  assert.match(text, /^✗ Perl IPC::SysV .* → apt-get install perl$/m);
});

test("an option that the doctor does not have gets a line that says what there is, and 2", async () => {
  const [text, code] = await visit([...doctor(), "--bogus"]);
  assert.equal(code, 2);
  assert.match(text, /^Unknown option '--bogus'; the options are --json, --help\n$/);
});

test("the doctor knows the version of Deno that CI tests", () => {
  const ci = Deno.readTextFileSync(new URL(".ci/run", root));
  assert.match(ci, new RegExp(`^deno=deno@${TESTED.replaceAll(".", "\\.")}$`, "m"));
});
