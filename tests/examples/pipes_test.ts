import assert from "node:assert/strict";
import { directory, example, outcome } from "../fixtures/examples.ts";
import { Program, run, test } from "../harness.ts";

test("the ps example finds a Perl by its name, and stops reading there", async () => {
  const name = `ipc${Deno.pid}`;
  await using perl = new Program(["perl", "-e", `$0 = "${name}"; $| = 1; print "up\\n"; <STDIN>`]);
  assert.equal(await perl.line(), "up");
  const output = await run(example("pipes/read_ps", ["--allow-run=ps"], name));
  assert.match(output, new RegExp(`^process ${perl.pid} runs ${name}, line \\d+\nps .*\n$`));
}, { needs: ["perl", "procps"] });

test("the spooler example prints all into a sorter", async () => {
  const { code, printed, said } = await outcome(example("pipes/spooler", ["--allow-run"]));
  assert.deepEqual([code, said], [0, "spooled\n"]);
  const pages = printed.match(/^page \d{4}/mg)!;
  assert.equal(pages.length, 2000);
  assert.deepEqual(pages, pages.toSorted());
});

test("the spooler example tells of a Perl that stops reading, fails or is not there", async () => {
  const perl = (script: string) =>
    outcome(example("pipes/spooler", ["--allow-run"], "perl", "-e", script));
  const breaking = () => perl("<STDIN> for 1 .. 10; exit 3");
  let broken = await breaking();
  while (broken.said.endsWith("undefined\n")) broken = await breaking(); // it took longer to end than one waits for that
  assert.deepEqual(broken, {
    code: 1,
    signal: null,
    printed: "",
    said: "the pipe broke: perl ended with 3\n",
  });
  const { said } = await perl("1 while <STDIN>; exit 4");
  assert.equal(said, "perl has read all, but failed with 4\n");
  const bogus = await outcome(example("pipes/spooler", ["--allow-run"], "bogus"));
  assert.deepEqual([bogus.code, bogus.said], [1, "there is no bogus\n"]);
}, { needs: ["perl"] });

test("the filter example reads files, a Perl and its standard input as one stream", async () => {
  using temporary = directory();
  const [a, b] = ["a", "b"].map((name) => `${temporary.path}/${name}`);
  Deno.writeTextFileSync(a, "first\n");
  Deno.writeTextFileSync(b, "last"); // without an end
  const flags = ["--allow-run=perl", "--allow-read"];
  const command = example("pipes/filter", flags, a, "perl -e print(qq(2nd\\n))|", "-", b);
  const output = await run(["sh", "-c", 'printf "third\\n4th" | "$@"', "sh", ...command]);
  assert.equal(output, "   1  first\n   2  2nd\n   3  third\n   4  4th\n   5  last\n");
}, { needs: ["perl"] });

test("the fork reader example hands a Perl its arguments as they are", async () => {
  const perl = ["perl", "-e", 'print "$_\\n" for @ARGV; exit 5', "$HOME", "a  b;`"];
  const output = await run(example("pipes/fork_reader", ["--allow-run"], ...perl));
  assert.equal(
    output,
    "the child's bill is 7\nperl says: $HOME\nperl says: a  b;`\nit ended with 5\n",
  );
}, { needs: ["perl"] });

test("the fork writer example writes a file, which Perl finds complete and private", async () => {
  using temporary = directory();
  const path = `${temporary.path}/list`;
  const flags = ["--allow-run", `--allow-write=${temporary.path}`];
  const { code, said } = await outcome(example("pipes/fork_writer", flags, path));
  assert.deepEqual([code, said], [0, `written to ${path}\n`]);
  const look = 'printf "%o ", (stat STDIN)[2] & 0777; print <STDIN>';
  const found = await run(["sh", "-c", 'perl -e "$1" < "$2"', "sh", look, path]);
  assert.equal(found, "600 eggs\nflour\nmilk\n");
}, { needs: ["perl"] });

test("the two-way example gets an answer to each question", async () => {
  const output = await run(example("pipes/two_way", ["--allow-run=bc,cat"], "2 + 3", "4 * 5"));
  assert.match(output, /^2 \+ 3 = (5|2 \+ 3)\n4 \* 5 = (20|4 \* 5)\nit ended with 0\n$/);
});

test("the two-way example does not wait for ever for an answer that does not come", async () => {
  using temporary = directory();
  Deno.writeTextFileSync(`${temporary.path}/bc`, "#!/bin/sh\nwhile read -r question; do :; done\n");
  Deno.chmodSync(`${temporary.path}/bc`, 0o755);
  const path = `PATH=${temporary.path}:${Deno.env.get("PATH")}`;
  const command = example("pipes/two_way", ["--allow-run"], "1 / 0");
  const { code, printed, said } = await outcome(["env", path, ...command]);
  assert.deepEqual([code, printed, said], [
    1,
    "it ended with 0\n",
    "1 / 0 has no answer within 5 s\n",
  ]);
});

test("the two-way example talks to cat where there is no bc", async () => {
  using temporary = directory();
  const cat = (await run(["sh", "-c", "command -v cat"])).trimEnd();
  Deno.symlinkSync(cat, `${temporary.path}/cat`);
  const command = example("pipes/two_way", ["--allow-run=cat"], "anybody?");
  const output = await run(["env", `PATH=${temporary.path}`, ...command]);
  assert.equal(output, "anybody? = anybody?\nit ended with 0\n");
});

test("the three-way example reads output and errors apart", async () => {
  using temporary = directory();
  const command = example(
    "pipes/three_way",
    ["--allow-run=xargs"],
    temporary.path,
    "/no/such/file",
  );
  const lines = (await run(command)).split("\n");
  assert.deepEqual(lines.filter((line) => line.startsWith("found")), [`found: ${temporary.path}`]);
  assert.match(lines.find((line) => line.startsWith("trouble"))!, /\/no\/such\/file/);
  assert.equal(lines.at(-2), "it ended with 123");
});

test("the example with two pipes and a fork greets in both directions", async () => {
  const output = await run(example("pipes/pipe_pairs", ["--allow-run"]));
  assert.match(output, /^child .* process \d+\nparent .* process \d+\nthe child ended with 0\n$/);
  const [child, parent] = output.match(/\d+/g)!;
  assert.notEqual(child, parent);
});

test("the pipeline example counts words as Perl does", async () => {
  using temporary = directory();
  const path = `${temporary.path}/text`;
  Deno.writeTextFileSync(path, "b a c b a d b. A, a; c");
  const output = await run(example("pipes/pipeline", ["--allow-run", "--allow-read"], path, "3"));
  const count = 'undef $/; $n{lc $_}++ for <STDIN> =~ /\\w+/g; print "$n{$_} $_\\n" for qw(a b c)';
  const counted = await run(["sh", "-c", 'perl -e "$1" < "$2"', "sh", count, path]);
  assert.equal(output.toLowerCase(), counted);
}, { needs: ["perl"] });
