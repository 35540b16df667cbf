import assert from "node:assert/strict";
import { directory, example, outcome, perlKill } from "../fixtures/examples.ts";
import { inherited } from "../fixtures/signals/programs.ts";
import { spawn } from "../../process/mod.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { Program, run } from "../harness.ts";

const perl = { needs: ["perl"] } as const;
const runs = ["--allow-run"];

test("the handler example counts what Perl sends, and stops where it wants to", async () => {
  await using program = new Program(example("signals/handler", [], 3));
  assert.equal(await program.line(), `process ${program.pid} is at work`);
  for (const number of [1, 2, 3]) {
    await run(perlKill(program.pid, "INT"));
    assert.equal(await program.line(), `SIGINT number ${number}`);
  }
  assert.equal(await program.line(), "stopped after 3 interrupts");
  assert.equal((await program.end()).code, 0);
}, perl);

test("the names example agrees with Perl on every signal", async () => {
  const table = "my @name = split / /, $Config{sig_name}; my @num = split / /, $Config{sig_num}; " +
    'for (1 .. $#name) { print "$name[$_] $num[$_]\\n" if $name[$_] !~ /^NUM/ }';
  const lines = (await run(["perl", "-MConfig", "-e", table])).trimEnd().split("\n");
  const [names, numbers] = [0, 1].map((i) => lines.map((line) => line.split(" ")[i]));
  const output = await run(example("signals/names", [], ...names));
  assert.deepEqual(output.match(/^ *\d+/mg)!.map((number) => number.trim()), numbers);
  assert.equal(await run(example("signals/names", [], ...numbers)), output);
}, perl);

test("the names example lists all that there are, and says which one was meant", async () => {
  assert.match(await run(example("signals/names", [])), /^ 1 SIGHUP\n 2 SIGINT\n[^]*31 SIGSYS\n$/);
  const { code, said } = await outcome(example("signals/names", [], "TREM"));
  assert.equal(code, 1);
  assert.match(said, /SIGTERM/);
});

test(
  "the precious example ignores Perl's INT and HUP in a part, and is ended by them after it",
  async () => {
    await using program = new Program(example("signals/precious", []));
    assert.equal(await program.line(), `process ${program.pid}`);
    assert.equal(await program.line(), "precious");
    await run(perlKill(program.pid, "INT", "HUP", "INT"));
    await program.write("");
    assert.equal(await program.line(), "open to interruption");
    await run(perlKill(program.pid, "INT"));
    assert.equal((await program.end()).signal, "SIGINT");
  },
  perl,
);

test("after the precious example's part HUP is ignored still, if it was before", async () => {
  const path = new URL("../../examples/signals/precious.ts", import.meta.url);
  // The library's is the first listener, whenever Deno's own comes.
  const code = `{ using _ = signals.on("WINCH", () => {}); } await import("${path}");`;
  await using program = new Program(inherited('$SIG{HUP} = "IGNORE"', code));
  assert.equal(await program.line(), `process ${program.pid}`);
  await program.write("");
  assert.equal(await program.line(), "precious");
  assert.equal(await program.line(), "open to interruption");
  await run(perlKill(program.pid, "HUP"));
  await program.write("");
  assert.equal(await program.line(), "nobody interrupted");
  assert.equal((await program.end()).code, 0);
}, perl);

test("the group example ends its Perls, but neither itself nor who has started it", async () => {
  const command = example("signals/group", runs, "perl", "-e", "sleep");
  const shell = ["setsid", "--wait", "sh", "-c", '"$@"; echo "and here is the shell"', "sh"];
  const lines = (await run([...shell, ...command])).split("\n");
  assert.equal(lines.filter((line) => /^process \d+ ended with SIGHUP$/.test(line)).length, 3);
  assert.match(lines[3], /^process \d+, which sent the signal, goes on$/);
  assert.equal(lines[4], "and here is the shell");
}, perl);

test(
  "the alive example tells a living Perl, one that nobody has reaped, and none at all",
  async () => {
    const fork = '$| = 1; my $kid = fork; exit 0 unless $kid; print "$kid\\n"; <STDIN>';
    await using parent = new Program(["perl", "-e", fork]);
    const kid = Number(await parent.line());
    while (!/^State:\tZ/m.test(Deno.readTextFileSync(`/proc/${kid}/status`)));
    const output = await run(example("signals/alive", runs, parent.pid, kid, 0x7fff_ffff));
    assert.equal(
      output,
      `${parent.pid} is alive\n${kid} has ended, but its parent has not looked yet\n` +
        "2147483647 is not there\n",
    );
  },
  perl,
);

test("the alive example tells a Perl that it may not signal", async () => {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  await using stranger = new Program([...nobody, "perl", "-e", '$| = 1; print "up\\n"; <STDIN>']);
  assert.equal(await stranger.line(), "up");
  // Without any capability; the user stays ours, who can read Deno's own files.
  const powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
  const output = await run([...powerless, ...example("signals/alive", runs, stranger.pid)]);
  assert.equal(output, `${stranger.pid} is alive, and another user's\n`);
}, { needs: ["perl", "root"] });

test("the good-bye example ends by the error that its handler throws", async () => {
  const quietly = ["sh", "-c", 'exec "$@" 2> /dev/null', "sh"];
  await using program = new Program([...quietly, ...example("signals/goodbye", [])]);
  assert.equal(await program.line(), `process ${program.pid} waits for Ctrl-C`);
  await run(perlKill(program.pid, "INT"));
  const { code, signal } = await program.end();
  assert.deepEqual([code, signal], [1, null]);
}, perl);

test("the reaper example knows how each of its children has ended, and leaves no zombie", async () => {
  const output = await run(example("signals/reaper", runs, 30));
  const sum = Array.from({ length: 30 }, (_, i) => i % 3 === 2 ? 0 : i).reduce((a, b) => a + b);
  assert.equal(output, `10 were killed, 20 ended with codes whose sum is ${sum}\n0 zombies\n`);
});

test("the lock example waits for a Perl that has the file locked, but not for ever", async () => {
  using temporary = directory();
  const path = `${temporary.path}/lock`;
  const hold = 'open F, ">", shift; flock F, 2 or die; $| = 1; print "mine\\n"; <STDIN>; exit';
  const lock = (patience: number) =>
    example(
      "signals/lock",
      ["--allow-run", "--allow-read", "--allow-write"],
      path,
      patience,
      ...["echo", "at last"],
    );
  await using holder = new Program(["perl", "-e", hold, path]);
  assert.equal(await holder.line(), "mine");
  const { code, printed } = await outcome(lock(20));
  assert.deepEqual([code, printed], [1, `somebody else has had ${path} for 20 ms\n`]);
  const waiting = run(lock(30_000));
  await holder.write("");
  assert.equal(await waiting, "at last\n");
}, perl);

test("the alarm example takes an answer, and goes on without one", async () => {
  const answered = await run([
    "sh",
    "-c",
    'echo Eve | "$@"',
    "sh",
    ...example("signals/alarm", [], 30),
  ]);
  assert.equal(answered, "Your name, within 30 s?\nEve was quick\n");
  await using waiting = new Program(example("signals/alarm", [], 0.02));
  assert.equal(await waiting.line(), "Your name, within 0.02 s?");
  assert.equal(await waiting.line(), "then not");
  assert.equal((await waiting.end()).code, 1);
});

test(
  "the timeout example ends the Perl that takes too long, although a shell is between",
  async () => {
    const perls = ["perl -e 'exit 7'", "perl -e 'sleep'; true"]; // the shell stays, for the sake of true
    const command = example("signals/timeout", runs, 10_000, ...perls);
    const { code, printed } = await outcome(command); // returns when nobody has its output open any more
    assert.deepEqual([code, printed], [1, `${perls[0]}: 7\n10000 ms were not enough\n`]);
  },
  perl,
);

test("the SIGHUP example starts anew twice, with its arguments and its number", async () => {
  using temporary = directory();
  const file = `${temporary.path}/configuration`;
  Deno.writeTextFileSync(file, "red\n");
  const flags = ["--allow-run", "--allow-read"];
  await using service = new Program(example("signals/sighup", flags, file, "two words", "*"));
  const line = async () => {
    for (;;) {
      const line = await service.line();
      if (!/^\d+$/.test(line)) return line; // what it counts meanwhile
    }
  };
  const started = `process ${service.pid} with ${file} two words *: `;
  assert.equal(await line(), `${started}red`);
  for (const color of ["green", "blue"]) {
    assert.equal(await service.line(), "1"); // it is at work
    Deno.writeTextFileSync(file, color);
    await run(perlKill(service.pid, "HUP"));
    assert.equal(await line(), "SIGHUP: starting anew");
    assert.equal(await line(), `${started}${color}`);
  }
  await run(perlKill(service.pid, "TERM"));
  assert.equal((await service.end()).signal, "SIGTERM");
}, perl);

test(
  "the traps example notes some of Perl's signals, ignores others, and ends by one",
  async () => {
    await using program = new Program(example("signals/traps", []));
    assert.equal(await program.line(), `process ${program.pid} listens`);
    await run(perlKill(program.pid, "TSTP", "TTIN", "HUP"));
    assert.equal(await program.line(), "SIGHUP: noted, 1 in all");
    await run(perlKill(program.pid, "WINCH"));
    assert.equal(await program.line(), "SIGWINCH: noted, 2 in all");
    await run(perlKill(program.pid, "QUIT"));
    assert.equal(await program.line(), "SIGQUIT: tidying up");
    assert.equal((await program.end()).code, 0);
  },
  perl,
);

test("the deferred example hears of every kind of signal, and of no more than were sent", async () => {
  const output = await run(example("signals/deferred", runs));
  const [, hup, usr2] = output.match(
    /^9 signals have come, 0 were handled\nSIGHUP was handled, (.*)\nSIGUSR2 was handled, (.*)\nSIGWINCH was handled, once\n$/,
  )!;
  assert.equal(hup, "once");
  assert.match(usr2, /^(once|[2-7] times)$/);
});

test("the info example says who sent each job, and with what value", async () => {
  await using program = new Program(example("signals/info", runs));
  const [, number] = (await program.line()).match(/ takes jobs by signal (\d+)$/)!;
  const by = (code: string) => `of user ${Deno.uid()}, by ${code}`;
  for (const value of [7, 7, 8]) {
    const queue = 'echo $$; exec "$@"';
    const kill = ["kill", "-s", number, "-q", value, program.pid].map(String);
    const sender = await run(["sh", "-c", queue, "sh", "env", ...kill]);
    assert.equal(
      await program.line(),
      `job ${value} from process ${sender.trim()} ${by("SI_QUEUE")}`,
    );
  }
  const tell = "kill shift, shift; print $$";
  const sender = await run(["perl", "-e", tell, number, String(program.pid)]);
  const plain = `job without a number from process ${sender} ${by("SI_USER")}`;
  assert.equal(await program.line(), plain);
  await run(perlKill(program.pid, "USR1"));
  assert.equal(await program.line(), "enough");
}, { needs: ["perl", "procps"] });

test("the mask example holds back what Perl sends, and handles it afterwards", async () => {
  const [command, ...args] = example("signals/mask", []);
  await using child = spawn(command, args, { fds: { 0: "pipe", 1: "pipe" } });
  const lines = child.fd(1).lines();
  const line = async () => (await lines.next()).value;
  assert.equal(await line(), `process ${child.pid} holds back`);
  await run(perlKill(child.pid, "INT", "TERM"));
  let come: unknown;
  do {
    await child.fd(0).write("\n");
    come = await line();
  } while (come !== "has come: SIGINT, SIGTERM");
  child.fd(0).close();
  assert.deepEqual([await line(), await line()].sort(), [
    "SIGINT is handled",
    "SIGTERM is handled",
  ]);
  assert.equal(await line(), "done");
  assert.equal((await child.status).code, 0);
}, perl);
