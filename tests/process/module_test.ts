import assert from "node:assert/strict";
import { spawnModule } from "../../process/mod.ts";
import { pipe } from "../../io/mod.ts";
import { denoCommand, run } from "../harness.ts";
import { library } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** A module that says in JSON what it is called with and what it may do. */
const REPORT = `const state = (descriptor) => Deno.permissions.querySync(descriptor).state;
  const names = ["read", "write", "net", "env", "run", "ffi", "sys", "import"];
  const all = Object.fromEntries(names.map((name) => [name, state({ name })]));
  const some = { passwd: state({ name: "read", path: "/etc/passwd" }), group: state({ name: "read", path: "/etc/group" }), };
  let tried;
  try { Deno.readTextFileSync("/etc/passwd"); tried = "read" } catch (error) { tried = error.name }
  console.log(JSON.stringify({ args: Deno.args, all, some, tried }));`;

interface Report {
  args: string[];
  all: Record<string, string>;
  some: Record<string, string>;
  tried: string;
}

/** Calls `use` with the URL of the module as a file. */
async function withModule(use: (url: URL) => Promise<void>, text = REPORT): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    Deno.writeTextFileSync(`${directory}/a b.ts`, text);
    await use(new URL(`file://${directory}/a%20b.ts`));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

async function report(
  module: string | URL,
  options: Parameters<typeof spawnModule>[2] = {},
  args: string[] = [],
): Promise<Report> {
  await using child = spawnModule(module, args, { ...options, fds: { 0: "null", 1: "pipe" } });
  const [line] = await Array.fromAsync(child.fd(1).lines());
  assert.equal((await child.wait()).code, 0);
  return JSON.parse(line);
}

const granted = ({ all }: Report) => Object.keys(all).filter((name) => all[name] === "granted");

test("a module may do nothing by default, and is refused, not asked about", () =>
  withModule(async (url) => {
    for (const permissions of [undefined, "none", {}, { read: [] }, { read: false }] as const) {
      const result = await report(url, { permissions });
      assert.deepEqual([granted(result), result.tried], [[], "NotCapable"]);
    }
  }));

test("it may do what is named, as a whole or for what is listed", () =>
  withModule(async (url) => {
    const whole = await report(url, {
      permissions: { read: true, net: false, sys: true, env: true },
    });
    assert.deepEqual([granted(whole), whole.tried], [["read", "env", "sys"], "read"]);
    assert.equal(whole.all.net, "denied");
    const listed = await report(url, { permissions: { read: ["/etc/passwd", "/nothing"] } });
    assert.deepEqual(
      [listed.some.passwd, listed.some.group, listed.tried],
      ["granted", "prompt", "read"],
    );
    const permissions = { fly: true } as Record<string, boolean>;
    assert.throws(() => spawnModule(url, [], { permissions }), TypeError);
  }));

test("a name with a comma in it, which Deno's flags cannot say, is refused", () =>
  withModule(async (url) => {
    const options = {
      permissions: { read: ["/etc/passwd,/etc/group"] },
      fds: { 1: "null", 2: "null" },
    } as const;
    await assert.rejects(async () => {
      await using child = spawnModule(url, [], options);
      await child.wait();
    }, TypeError);
  }));

test("a permission's name is no other flag", () =>
  withModule(async (url) => {
    const permissions = { read: ["/x --allow-all", "-A", "--allow-net"], env: ["A=B"] };
    const options = { permissions, fds: { 0: "null", 1: "pipe", 2: "null" } } as const;
    await using child = spawnModule(url, [], options);
    const [line] = await Array.fromAsync(child.fd(1).lines());
    if (line !== undefined) assert.deepEqual(granted(JSON.parse(line)), []);
  }));

test("its arguments arrive as they are, also such as look like flags", () =>
  withModule(async (url) => {
    const args = ["", "a b", "-A", "--allow-all", "--", "ü\n", "$(x)", "--help"];
    const result = await report(url, {}, args);
    assert.deepEqual([result.args, granted(result)], [args, []]);
    assert.throws(() => spawnModule(url, ["a\0b"]), TypeError);
    assert.throws(() => spawnModule("no url"), TypeError);
  }));

/** What a module may do that a program with `flags` starts with "inherit". */
async function inherited(url: URL, flags: string[], rest: string[] = []): Promise<Report> {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  try {
    Deno.writeTextFileSync(
      `${directory}/parent.ts`,
      `import { spawnModule } from "${library("process")}";
       Deno.exit((await spawnModule("${url}", [], { permissions: "inherit" }).status).code);`,
    );
    Deno.writeTextFileSync(`${directory}/deno.json`, "{}");
    const words = flags.map((flag) => flag.replace("$", directory));
    return JSON.parse(await run(denoCommand(...words, `${directory}/parent.ts`, ...rest)));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

test("with inherit it may do what our flags allow, and no more", () =>
  withModule(async (url) => {
    const needed = ["--allow-ffi", "--allow-run", "--no-check"];
    const all = ["read", "write", "net", "env", "run", "ffi", "sys", "import"];
    const cases: [string[], string[], string[]][] = [
      [["run", ...needed], [], ["run", "ffi"]],
      [["run", "-A", "--no-check"], [], all],
      [["-A"], [], all],
      [["run", "--allow-all"], [], all],
      [["run", ...needed, "-RE"], [], ["read", "env", "run", "ffi"]],
      [["run", ...needed, "-S", "-I"], [], ["run", "ffi", "sys", "import"]],
      [["run", ...needed, "--allow-read=/etc/passwd"], [], ["run", "ffi"]],
      [["run", ...needed, "-R=/etc/passwd"], ["--allow-net", "-A"], ["run", "ffi"]],
      [["run", "-A", "--deny-net", "--no-check"], [], all.filter((name) => name !== "net")],
    ];
    const wrong = [];
    for (const [flags, rest, expected] of cases) {
      const result = await inherited(url, flags, rest).catch((error) => error);
      const actual = result instanceof Error ? result.message : granted(result).join();
      if (actual !== expected.join()) wrong.push({ flags, actual });
    }
    assert.deepEqual(wrong, []);
  }));

test("with inherit flags are found behind one whose value is a word of its own", () =>
  withModule(async (url) => {
    const flags = ["run", "--config", "$/deno.json", "--allow-ffi", "--allow-run", "--allow-env"];
    assert.deepEqual(granted(await inherited(url, [...flags, "--no-check"], ["-A"])), [
      "env",
      "run",
      "ffi",
    ]);
  }));

test("with inherit it is not given back what our flags leave out or ignore", () =>
  withModule(async (url) => {
    const flags = ["run", "--allow-ffi", "--allow-run", "--allow-read", "--no-check"];
    const scoped = await inherited(url, [...flags, "--deny-read=/etc/passwd"]);
    assert.deepEqual([scoped.tried, scoped.some.group], ["NotCapable", "granted"]);
    const ignored = await inherited(url, [...flags, "--ignore-read=/etc/passwd"]);
    assert.deepEqual([ignored.tried, ignored.some.group], ["NotFound", "granted"]);
  }));

test("it has the descriptors, directory and environment that it is given", () =>
  withModule(
    async (url) => {
      using down = pipe();
      const options = {
        permissions: { read: true, env: true },
        fds: { 0: "pipe", 1: "pipe", 5: down.reader },
        cwd: "/",
        env: { WORD: "ü" },
      } as const;
      await using child = spawnModule(url, [], options);
      down.writer.writeSync("through 5");
      down.writer.close();
      await child.fd(0).write("through 0");
      child.fd(0).close();
      const lines = await Array.fromAsync(child.fd(1).lines());
      assert.deepEqual(lines, ["through 0", "through 5", "/", "ü"]);
      assert.equal((await child.wait()).code, 7);
    },
    `console.log(await new Response(Deno.stdin.readable).text());
    console.log(Deno.readTextFileSync("/dev/fd/5"));
    console.log(Deno.cwd());
    console.log(Deno.env.get("WORD"));
    Deno.exit(7);`,
  ));

test("a module that is served over http runs as well", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "deno_ipc_test_" });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    const body = url.endsWith("other.ts") ? `export const word: string = "imported";` : REPORT;
    return new Response(body, { headers: { "content-type": "application/typescript" } });
  });
  try {
    const url = `http://127.0.0.1:${server.addr.port}/main.ts`;
    const env = { DENO_DIR: directory, NO_COLOR: "1" };
    const result = await report(url, { env, fds: { 2: "null" } }, ["x"]);
    assert.deepEqual([result.args, granted(result)], [["x"], []]);
  } finally {
    await server.shutdown();
    Deno.removeSync(directory, { recursive: true });
  }
});

test("a module that is not there ends with an error, and more flags reach it", () =>
  withModule(async (url) => {
    const fds = { 0: "null", 1: "null", 2: "null" } as const;
    await using missing = spawnModule("file:///no/such/module.ts", [], { fds });
    assert.equal((await missing.wait()).code, 1);
    await using child = spawnModule(url, [], { flags: ["--v8-flags=--expose-gc"], fds });
    assert.equal((await child.wait()).code, 3);
  }, `Deno.exit(typeof gc === "function" ? 3 : 4);`));
