import assert from "node:assert/strict";
import { denoCommand, run, test } from "./harness.ts";
import { entries, files, root } from "./shipped.ts";

/** The house, from the ground up: a room may import from the floors below its own. */
const floors = [
  ["libc"],
  ["io"],
  ["process"],
  ["signals", "fifo", "pipes", "sockets", "sysv", "pty"],
  ["mod.ts"],
];

/** Where a file of ours lives: its folder, or `mod.ts` itself. */
function room(path: string): string {
  return path.split("/")[0];
}

function floor(path: string): number {
  return floors.findIndex((rooms) => rooms.includes(room(path)));
}

/** One import or re-export, as Deno's own parser sees it. */
interface Import {
  /** The file that imports, as a path from the root. */
  from: string;
  /** As it is written. */
  specifier: string;
  /** The file that is imported, as a path from the root if it is ours. */
  to: string;
}

let known: Promise<Import[]> | undefined;

function imports(): Promise<Import[]> {
  return known ??= readImports();
}

async function readImports(): Promise<Import[]> {
  const everything = await Deno.makeTempFile({ prefix: "deno_ipc_", suffix: ".ts" });
  try {
    const lines = files.map((path) => `import "${new URL(path, root)}";`);
    await Deno.writeTextFile(everything, lines.join("\n"));
    const { modules } = JSON.parse(await run(denoCommand("info", "--json", everything))) as Graph;
    return modules.flatMap(({ specifier: from, dependencies = [] }) =>
      from.startsWith(root.href) ? dependencies.map((one) => toImport(from, one)) : []
    );
  } finally {
    await Deno.remove(everything);
  }
}

/** What `deno info --json` prints, as far as it matters here. */
interface Graph {
  modules: { specifier: string; dependencies?: Dependency[] }[];
}

interface Dependency {
  specifier: string;
  code?: { specifier?: string };
  type?: { specifier?: string };
}

function toImport(from: string, { specifier, code, type }: Dependency): Import {
  const to = code?.specifier ?? type?.specifier ?? specifier;
  return { from: local(from), specifier, to: local(to) };
}

function local(url: string): string {
  return url.startsWith(root.href) ? url.slice(root.href.length) : url;
}

/** Those imports that lead from one room to another. */
async function crossings(): Promise<Import[]> {
  return (await imports()).filter(({ from, to }) => !to.includes(":") && room(from) !== room(to));
}

function written({ from, specifier }: Import): string {
  return `${from} imports ${specifier}`;
}

test("every shipped folder stands on a floor of the house", () => {
  assert.deepEqual(files.filter((path) => floor(path) < 0), []);
});

test("imports lead down, never up and never to a peer", async () => {
  const wrong = (await crossings()).filter(({ from, to }) => floor(to) >= floor(from));
  assert.deepEqual(wrong.map(written), []);
});

test("shipped code imports nothing that is not shipped", async () => {
  const wrong = (await crossings()).filter(({ to }) => floor(to) < 0);
  assert.deepEqual(wrong.map(written), []);
});

test("a neighbour is entered through its mod.ts, or through the smaller door that two of them have", async () => {
  const doors = /(^|\/)(mod|libc\/basic|io\/waiting)\.ts$/;
  const wrong = (await crossings()).filter(({ to }) => !doors.test(to));
  assert.deepEqual(wrong.map(written), []);
});

test("a specifier is relative and ends in .ts, or is a built-in of node:", async () => {
  const all = await imports();
  assert.ok(all.length > files.length, "the imports were not found");
  const wrong = all.filter(({ specifier }) => !/^(\.\.?\/.*\.ts|node:.*)$/.test(specifier));
  assert.deepEqual(wrong.map(written), []);
});

test("only libc opens libraries and handles addresses", () => {
  const wrong = files.filter((path) => {
    const code = Deno.readTextFileSync(new URL(path, root)).replace(/^ *(\*|\/\/).*$/gm, "");
    return room(path) !== "libc" && /\b(dlopen|Unsafe(Pointer|FnPointer|Callback)\w*)\b/.test(code);
  });
  assert.deepEqual(wrong, []);
});

test("importing an entry point needs no permission and says nothing", async () => {
  for (const entry of Object.values(entries)) {
    assert.deepEqual(await importing(entry), { entry, code: 0, said: "" });
  }
});

test("importing an entry point opens no library, even where it may", async () => {
  for (const entry of Object.values(entries)) {
    assert.deepEqual(await importing(entry, "--allow-ffi"), { entry, code: 0, said: "" });
  }
});

/** Imports an entry point in a process of its own, in which opening a library is said aloud. */
async function importing(entry: string, ...flags: string[]): Promise<Record<string, unknown>> {
  const [command, ...args] = denoCommand("run", "--quiet", "--no-prompt", ...flags, "-");
  const child = new Deno.Command(command, {
    args,
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const program = new Blob([
    'Deno.dlopen = (path) => { console.log("opened", path); throw new Error(); };\n',
    `await import("${entry}");`,
  ]);
  await program.stream().pipeTo(child.stdin);
  const { code, stdout, stderr } = await child.output();
  return { entry, code, said: await new Blob([stdout, stderr]).text() };
}
