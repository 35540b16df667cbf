/**
 * Where something was measured, and with which versions.
 */
import type { Command, Language } from "./languages.ts";
import type { Results } from "./results.ts";
import type { Stand } from "./rounds.ts";

/** The machine that this runs on. */
export function thisMachine(): Results["machine"] {
  const cpu = Deno.readTextFileSync("/proc/cpuinfo").match(/^model name\s*: (.*)$/m)?.[1];
  return {
    cpu: cpu ?? Deno.build.arch,
    cpus: navigator.hardwareConcurrency,
    kernel: `Linux ${Deno.osRelease()}`,
  };
}

/** How those who can be asked are asked for their version. */
const questions: Partial<Record<Language, (program: string) => Command>> = {
  C: () => ["gcc", "-dumpfullversion"],
  Perl: (perl) => [perl, "-e", "printf '%vd', $^V"],
  Python: (python) => [python, "-c", "import platform; print(platform.python_version())"],
  Node: (node) => [node, "-p", "process.versions.node"],
};

/** The versions of all that take part at `stands`; of C that of the compiler. */
export async function versionsOf(stands: readonly Stand[]): Promise<Record<string, string>> {
  const found = new Map<string, Set<string>>([["Deno", new Set([Deno.version.deno])]]);
  for (const { peers } of stands) {
    for (const [language, [program]] of peers) {
      const question = questions[language]?.(program);
      if (!question) continue;
      const versions = found.get(language) ?? new Set();
      // There may be two, where only one has a package that is needed.
      found.set(language, versions.add(await answer(question)));
    }
  }
  return Object.fromEntries([...found].map(([name, all]) => [name, [...all].join(" and ")]));
}

async function answer([program, ...args]: Command): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args }).output();
  return new TextDecoder().decode(stdout).trim();
}
