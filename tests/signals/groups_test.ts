import assert from "node:assert/strict";
import { getpgrp, getsid, killGroup, setpgid } from "../../signals/mod.ts";
import { run, test } from "../harness.ts";
import { program, ready, shown } from "../fixtures/signals/programs.ts";

/** In a session of its own, so that only what it starts is in its group. */
const alone = (code: string, ...flags: string[]) => ["setsid", "-w", ...program(code, ...flags)];

test("the numbers of groups and sessions are those that Perl sees", async () => {
  const perl = `use POSIX; $| = 1; print "ready\\n", getpgrp(), " ", getppid(), "\\n"; <STDIN>`;
  await using other = await ready(["setsid", "perl", "-e", perl]);
  const [group] = (await other.line()).split(" ").map(Number);
  assert.equal(getpgrp(other.pid), group);
  assert.equal(getsid(other.pid), Number(await run(["ps", "-o", "sid=", "-p", String(other.pid)])));
  assert.equal(getpgrp(), Number(await run(["ps", "-o", "pgid=", "-p", String(Deno.pid)])));
  assert.throws(() => getpgrp(0x7fff_ffff), { code: "ESRCH" });
  assert.throws(() => getsid(0x7fff_ffff), { code: "ESRCH" });
  for (const pid of [0, -1, 1.5, NaN, "1"]) {
    assert.throws(() => getpgrp(pid as number));
    assert.throws(() => getsid(pid as number));
    assert.throws(() => setpgid(pid as number, 2));
    assert.throws(() => setpgid(Deno.pid, pid as number));
    assert.throws(() => killGroup("URG", { group: pid as number }), /RangeError|TypeError/);
  }
}, { needs: ["perl", "procps"] });

test("a program leads a group of its own, and a session of its own", async () => {
  const code = `
    const before = signals.getpgrp();
    signals.setpgid(Deno.pid, Deno.pid);
    console.log(before !== Deno.pid, signals.getpgrp() === Deno.pid);
    try { signals.setsid() } catch (error) { console.log(error.code) } // it leads a group
    const child = process.spawn("sleep", ["1000"]);
    try { signals.setpgid(child.pid, 1e6) } catch (error) { console.log(error.code) }
    child.kill("KILL");
    await child.status;`;
  const lines = (await run(program(code))).trim().split("\n");
  assert.deepEqual(lines.slice(0, 2), ["true true", "EPERM"]);
  assert.match(lines[2], /^(EACCES|EPERM)$/); // it may have executed its program or not
  const leader = `console.log(signals.setsid() === Deno.pid, signals.getsid() === Deno.pid,
    signals.getpgrp() === Deno.pid);`;
  assert.equal(await run(program(leader)), "true true true\n");
});

const FAMILY = `
  const perl = ["-e", '$| = 1; $SIG{HUP} = sub { print "heard\\\\n" }; print "ready\\\\n"; sleep 1 while 1'];
  const family = [1, 2].map(() => process.spawn("perl", perl, { fds: { 1: "pipe" } }));
  const lines = family.map((child) => child.fd(1).lines()[Symbol.asyncIterator]());
  const all = async () => (await Promise.all(lines.map((l) => l.next()))).map(({ value }) => value).join();
  const over = async () => { for (const child of family) { child.kill("KILL"); await child.status } };
  await all();`;

test(
  "a shielded group signal reaches all but us, and what was there before is there again",
  async () => {
    for (
      const before of [``, `signals.on("HUP", () => console.log("WE"));`, `signals.ignore("HUP");`]
    ) {
      // What had its default is handled by Deno from then on, as the default would be.
      const seen = before === "" ? "Ign" : "Ign|Cgt";
      const status =
        `Deno.readTextFileSync("/proc/self/status").match(/^Sig(${seen}).*$/mg).map(ofHup).join()`;
      const code = `const ofHup = (line) => parseInt(line.at(-1), 16) & 1;
      ${before} ${FAMILY}
      const was = ${status};
      signals.killGroup("HUP", { shielded: true });
      console.log(await all(), ${status} === was);
      signals.killGroup("HUP", { shielded: true, group: signals.getpgrp() });
      console.log(await all(), ${status} === was);
      await over();`;
      assert.equal(await run(alone(code)), "heard,heard true\n".repeat(2), before);
    }
  },
  { needs: ["perl"] },
);

test("not shielded we hear it too", async () => {
  const code = `${FAMILY}
    let heard = Promise.withResolvers();
    signals.on("HUP", (name) => heard.resolve(name));
    signals.killGroup("HUP");
    console.log(await all(), await heard.promise);
    heard = Promise.withResolvers();
    signals.kill("group", "HUP");
    console.log(await all(), await heard.promise); // one on its way at the end would have its default effect
    await over();`;
  assert.equal(await run(alone(code)), "heard,heard SIGHUP\n".repeat(2));
}, { needs: ["perl"] });

test("shielded, a signal that we read is not pending afterwards", async () => {
  const code = `process.enableSignalInfo(["HUP"]);
    ${FAMILY}
    signals.killGroup("HUP", { shielded: true });
    console.log(await all(), signals.pending().length);
    signals.raise("HUP");
    console.log((await signals.sigwait("HUP")).name);
    await over();`;
  assert.equal(await run(alone(code)), "heard,heard 0\nSIGHUP\n");
}, { needs: ["perl"] });

test(
  "shielded, what waits to be read is not thrown away, and a real-time signal is refused then",
  async () => {
    const code = `process.enableSignalInfo(["HUP", "RTMIN+1"]);
    ${FAMILY}
    for (const value of [1, 2, 3]) signals.queue(Deno.pid, "RTMIN+1", value);
    try { signals.killGroup("RTMIN+1", { shielded: true }) } catch (error) { console.log(error.name) }
    for (const _ of [1, 2, 3]) console.log(signals.sigwaitSync("RTMIN+1", { timeout: 0 }).value);
    signals.queue(Deno.pid, "HUP", 4);
    signals.killGroup("HUP", { shielded: true });
    console.log(await all(), signals.sigwaitSync("HUP", { timeout: 0 }).value, signals.pending().length);
    await over();`;
    assert.equal(await run(alone(code)), "TypeError\n1\n2\n3\nheard,heard 4 0\n");
  },
  { needs: ["perl"] },
);

test("from SIGKILL and SIGSTOP nobody is shielded, and SIGCHLD loses no children", async () => {
  assert.throws(() => killGroup("KILL", { shielded: true }), TypeError);
  assert.throws(() => killGroup("STOP", { shielded: true }), TypeError);
  const code = `${FAMILY}
    signals.killGroup("CHLD", { shielded: true });
    family[0].kill("KILL");
    console.log((await family[0].status).signal, new Deno.Command("true").outputSync().success);
    await over().catch(() => family[1].kill("KILL"));`;
  assert.equal((await run(alone(code))).split("\n")[0], "SIGKILL true");
}, { needs: ["perl"] });

test("there is no such group: ESRCH, and nothing of ours has changed", () => {
  const before = shown("SigIgn", "self");
  const pid = -0x7fff_ffff;
  assert.throws(() => killGroup("HUP", { group: -pid, shielded: true }), { code: "ESRCH", pid });
  assert.deepEqual(shown("SigIgn", "self"), before);
});
