/**
 * What every test runs in: a watchdog against hanging, a look at what it leaves behind, and a way to
 * need a program that may be missing.
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { list } from "../sysv/mod.ts";
import "./setup.ts";
import { emulated } from "./programs.ts";

export { denoCommand, emulated, fixture, language, limited, Program, run } from "./programs.ts";

/** What a test may need from the machine. */
const peers = {
  perl: ["perl", "-MIPC::SysV", "-e", "1"],
  "perl-doc": [
    "perl",
    "-e",
    'exit !grep { -e "$_/pod/perlipc.pod" || -e "$_/pods/perlipc.pod" } @INC',
  ],
  python: ["/usr/bin/python3", "-c", "import sysv_ipc"],
  "Expect.pm": ["perl", "-MExpect", "-e", "1"],
  pexpect: ["/usr/bin/python3", "-c", "import pexpect"],
  bc: ["bc", "--version"],
  less: ["less", "--version"],
  gcc: ["gcc", "--version"],
  "gcc for arm64": ["aarch64-linux-gnu-gcc", "--version"],
  qemu: ["qemu-aarch64-static", "--version"],
  "deno for arm64": ["sh", "-c", 'test -x "$DENO_ARM64"'],
  ipcs: ["ipcs", "--version"],
  unshare: ["unshare", "--version"],
  procps: ["ps", "--version"],
  iproute2: ["ip", "-V"],
  netbase: ["test", "-e", "/etc/services"],
  root: ["sh", "-c", 'test "$(id -u)" = 0'],
  // Not so where the clone, or Deno, is in a home that only its owner may enter.
  "another user who may run Deno and read this clone": [
    ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
    ...["sh", "-c", 'test -x "$0" && test -r "$1"', Deno.execPath(), import.meta.filename!],
  ],
  // Packages of npm's, which only the benchmarks' pictures need.
  plotting: [Deno.execPath(), "cache", new URL("../benchmarks/plot.ts", import.meta.url).pathname],
} as const;

/** The name of something that a test may need. */
export type Peer = keyof typeof peers;

/** How often something is repeated: a shorter way usually, and in full under `deno task soak`. */
export function times({ short, soak }: { short: number; soak: number }): number {
  return Deno.env.has("SOAK") ? soak : short;
}

/** How a test is run. */
export interface TestOptions {
  /** What it needs. Where that is missing it is skipped with a printed reason; under CI it fails. */
  needs?: readonly Peer[];
  /** How long it may take before it counts as hanging, in seconds. Default 60. */
  watchdog?: number;
  /** Whether it runs under emulation, where starting Deno takes seconds. Default true. */
  emulated?: boolean;
}

/** Declares a test whose name is a sentence. It must leave the machine as it found it. */
export function test(name: string, body: () => void | Promise<void>, options: TestOptions = {}) {
  if (emulated && options.emulated === false) {
    console.log(`left out under emulation: ${name}`);
    return;
  }
  const missing = (options.needs ?? []).filter((peer) => !available(peer));
  if (missing.length > 0 && !Deno.env.get("CI")) {
    console.log(`skipped: ${name} (this machine lacks ${missing.join(", ")})`);
    Deno.test.ignore(name, () => {});
    return;
  }
  Deno.test(name, async () => {
    assert.deepEqual(missing, [], "missing on a machine that must have it");
    const before = traces();
    await watched(body, options.watchdog ?? 60);
    await settled(before);
    assert.deepEqual(traces(), before, "the test left something behind");
  });
}

const found = new Map<Peer, boolean>();

function available(peer: Peer): boolean {
  let answer = found.get(peer);
  if (answer === undefined) {
    answer = succeeds(peers[peer]);
    found.set(peer, answer);
  }
  return answer;
}

function succeeds([command, ...args]: readonly string[]): boolean {
  try {
    return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

async function watched(body: () => void | Promise<void>, seconds: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`hangs: no end after ${seconds} s`)),
    seconds * 1e3,
  );
  try {
    await Promise.race([body(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

// What is on its way out, such as a process that was killed just now, may take a moment.
async function settled(before: unknown): Promise<void> {
  const end = performance.now() + 10_000;
  while (!isDeepStrictEqual(traces(), before) && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What a test could leave behind: descriptors, children, System V objects, temporary files. */
function traces(): Record<string, string[]> {
  return {
    descriptors: names("/proc/self/fd").map((fd) => `${fd} ${target(`/proc/self/fd/${fd}`)}`)
      // But for the one that reads this very list, and what the runtime looks up about the machine.
      .filter((entry) => !/\/proc\/\d+\/fd$| gone$| \/sys\//.test(entry)),
    children: names("/proc/self/task").flatMap((task) => childrenOf(task)),
    objects: list().map(({ kind, id }) => `${kind} ${id}`),
    temporary: names("/tmp").filter((name) => name.startsWith("deno_ipc_test_")),
  };
}

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map((entry) => entry.name).sort();
}

function childrenOf(task: string): string[] {
  try {
    return Deno.readTextFileSync(`/proc/self/task/${task}/children`).split(" ").filter(Boolean);
  } catch {
    return []; // the thread has ended
  }
}

function target(link: string): string {
  try {
    return Deno.readLinkSync(link);
  } catch {
    return "gone";
  }
}
