/**
 * Which languages can take part on this machine, and how their peers are started.
 */

/** Whom we are compared with. */
export type Other = "C" | "Perl" | "Python";

/** Everybody who takes part. */
export type Language = Other | "Deno";

/** A program and its first arguments. */
export type Command = readonly string[];

/** The command of each language's peer; `directory` is a place for what must be compiled. */
export async function findPeers(directory: string): Promise<Map<Language, Command>> {
  const peers = new Map<Language, Command>();
  const add = (language: Language, command: Command | undefined, missing: string) => {
    if (command) peers.set(language, command);
    else console.log(`${language} is left out: ${missing}.`);
  };
  add("C", await compiled(directory), "there is no gcc that compiles it");
  add("Deno", deno("peers/peer.ts"), "");
  add("Perl", await perl(), "there is no perl with Time::HiRes");
  add("Python", await python(), "there is no python3 with sysv_ipc (Debian's python3-sysv-ipc)");
  return peers;
}

/** The command that runs a program of ours. */
export function deno(program: string): Command {
  return [Deno.execPath(), "run", "-A", path(program)];
}

/**
 * What to put before a command so that it stays on one CPU: where the scheduler puts two processes
 * that talk decides more about their speed than the language.
 */
export async function pinning(): Promise<string[]> {
  const prefix = ["taskset", "-c", "0"];
  if (await succeeds([...prefix, "true"])) return prefix;
  console.log("Processes are not pinned to one CPU: taskset is missing.");
  return [];
}

async function compiled(directory: string): Promise<Command | undefined> {
  const program = `${directory}/peer`;
  return await succeeds(["gcc", "-O2", "-o", program, path("peers/peer.c")])
    ? [program]
    : undefined;
}

async function perl(): Promise<Command | undefined> {
  return await succeeds(["perl", "-MTime::HiRes", "-e", "1"])
    ? ["perl", path("peers/peer.pl")]
    : undefined;
}

// A python3 that comes first in PATH need not be the distribution's, which has its packages.
async function python(): Promise<Command | undefined> {
  for (const program of ["python3", "/usr/bin/python3"]) {
    if (await succeeds([program, "-c", "import sysv_ipc"])) return [program, path("peers/peer.py")];
  }
}

async function succeeds([program, ...args]: readonly string[]): Promise<boolean> {
  try {
    const child = new Deno.Command(program, { args, stdout: "null", stderr: "null" });
    return (await child.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function path(file: string): string {
  return new URL(file, import.meta.url).pathname;
}
