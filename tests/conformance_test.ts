import assert from "node:assert/strict";
import { alone, between, differing, ways } from "../conformance/case.ts";
import { cell } from "../conformance/cells.ts";
import { judge, judgeCase, type Verdict } from "../conformance/judge.ts";
import { readTable } from "../conformance/markdown.ts";
import { test } from "./fixtures/warm_reactor.ts";
import { denoCommand, run } from "./harness.ts";

const { signal } = new AbortController();

/** What comes out of each way. */
function outcomes(verdicts: readonly Verdict[]): Record<string, string> {
  return Object.fromEntries(verdicts.map(({ way, outcome }) => [way, outcome]));
}

test("a way that does not come to what Perl comes to has failed, and only that", async () => {
  const one = between(
    "who",
    (_, first, second) => Promise.resolve([first, second].join("") === "oursPerl"),
  );
  assert.deepEqual(outcomes(await judgeCase(one, signal)), {
    "ours": "equal",
    "Perl": "equal",
    "ours → Perl": "failed",
    "Perl → ours": "equal",
  });
});

test("what throws or observes nothing has failed, and with Perl everybody", async () => {
  const nothing = alone("nothing", () => Promise.resolve(undefined));
  assert.deepEqual(outcomes(await judgeCase(nothing, signal)), { ours: "failed", Perl: "failed" });
  const thrown = alone(
    "thrown",
    (_, side) => side === "Perl" ? Promise.reject("no") : Promise.resolve(1),
  );
  assert.deepEqual(outcomes(await judgeCase(thrown, signal)), { ours: "failed", Perl: "failed" });
});

test("where sides differ on purpose each must do what is expected of it", async () => {
  const expected = { ours: 1, Perl: 2 };
  const good = differing("good", expected, (_, side) => Promise.resolve(expected[side]));
  assert.deepEqual(outcomes(await judgeCase(good, signal)), { ours: "differs", Perl: "differs" });
  const bad = differing("bad", expected, () => Promise.resolve(2));
  assert.deepEqual(outcomes(await judgeCase(bad, signal)), { ours: "failed", Perl: "differs" });
});

test("what a case starts and makes is gone after it, also when it is given up", async () => {
  const interruption = new AbortController();
  let directory = "";
  const row = {
    number: 0,
    title: "endless",
    cases: [alone("endless", async (stage) => {
      ({ directory } = stage);
      const running = stage.start(["sh", "-c", "sleep 1000 & echo up; wait"]);
      await running.line();
      interruption.abort();
      return await running.end();
    })],
  };
  assert.deepEqual(outcomes(await judge(row, interruption.signal)), {
    ours: "failed",
    Perl: "failed",
  });
  assert.throws(() => Deno.statSync(directory), Deno.errors.NotFound);
});

test(
  "every row that is proved in docs/conformance.md is proved here, and there is no other",
  async () => {
    const main = `${import.meta.dirname}/../conformance/main.ts`;
    const output = await run([
      "sh",
      "-c",
      '"$@" || true',
      "sh",
      ...denoCommand("run", "-A", main, "--json"),
    ]);
    const found: { number: number; verdicts: Verdict[] }[] = JSON.parse(output);
    const written = readTable();
    assert.deepEqual(found.map(({ number }) => number), [...written.keys()]);
    const failed = found.flatMap(({ number, verdicts }) =>
      ways.filter((way) => ![cell(verdicts, way), "✗"].includes(written.get(number)![way])).map((
        way,
      ) => ({
        row: number,
        way,
        why: verdicts.filter((one) => one.way === way).map(({ why }) => why).filter(Boolean),
      }))
    );
    assert.deepEqual(failed, []);
  },
  { needs: ["perl", "perl-doc", "Expect.pm", "netbase"], watchdog: 900 },
);

test("a row or an option that is not there is told in one line, and --help says what is", async () => {
  const main = new URL("../conformance/main.ts", import.meta.url).pathname;
  for (
    const [wrong, expected] of [["--only=nope", 'There is no row "nope"'], ["--no", "Unknown"]]
  ) {
    const [command, ...args] = denoCommand("run", "-A", main, wrong);
    const { code, stderr } = await new Deno.Command(command, { args, stdin: "null" }).output();
    assert.equal(code, 2);
    assert.match(new TextDecoder().decode(stderr), new RegExp(`^${expected}.*\n$`));
  }
  assert.match(await run(denoCommand("run", "-A", main, "--help")), /^Proves .*--only 38,39/s);
});
