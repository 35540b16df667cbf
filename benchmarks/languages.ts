/**
 * Which languages can take part on this machine, and how their peers are started.
 */

/** Whom we are compared with. */
export type Other =
  | "C"
  | "Perl"
  | "Python"
  | "Node"
  | "Deno.Command"
  | "spawnModule"
  | "empty Deno"
  | "bare Deno";

/** Everybody who takes part. */
export type Language = Other | "Deno";

/** A program and its first arguments. */
export type Command = readonly string[];

/** How the peer of a language is found: its command, or why there is none. */
export type Finder = () => Promise<Command> | Command;

/** The peers that can take part in `area`. */
export async function findPeers(
  area: string,
  finders: Partial<Record<Language, Finder>>,
): Promise<Map<Language, Command>> {
  const peers = new Map<Language, Command>();
  for (const [language, find] of Object.entries(finders)) {
    try {
      peers.set(language as Language, await find());
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      console.log(`${area}: ${language} is left out: ${error.message}.`);
    }
  }
  return peers;
}

/** A language cannot take part. */
class Missing extends Error {}

/** The command that runs a program of ours. */
export function deno(program: string, ...flags: string[]): Command {
  return [Deno.execPath(), "run", "-A", ...flags, path(program)];
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

/** Compiles a program in C into `directory`. */
export async function compiled(source: string, directory: string): Promise<Command> {
  const program = `${directory}/compiled`;
  if (await succeeds(["gcc", "-O2", "-o", program, path(source)])) return [program];
  throw new Missing("there is no gcc that compiles it");
}

/** The command that runs a program in Perl which needs `module`. */
export async function perl(program: string, module = "Time::HiRes"): Promise<Command> {
  if (await succeeds(["perl", `-M${module}`, "-e", "1"])) return ["perl", path(program)];
  throw new Missing(`there is no perl with ${module}`);
}

/** The command that runs a program in Python which needs `module`. */
export async function python(program: string, module = "subprocess"): Promise<Command> {
  // A python3 that comes first in PATH need not be the distribution's, which has its packages.
  for (const python of ["python3", "/usr/bin/python3"]) {
    if (await succeeds([python, "-c", `import ${module}`])) return [python, path(program)];
  }
  throw new Missing(`there is no python3 with ${module}`);
}

/** The command that runs a program in Node. */
export async function node(program: string): Promise<Command> {
  if (await succeeds(["node", "--version"])) return ["node", path(program)];
  throw new Missing("there is no node");
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
