/**
 * The programs on the other end of the tour and the tests.
 */
import type { Check } from "./finding.ts";

/** Programs that are there when these commands succeed, the first of which tells their version. */
function program(
  what: string,
  purpose: string,
  packages: string,
  ...commands: (readonly string[])[]
): Check {
  return {
    what,
    needs: ["run"],
    async look() {
      const [version] = await Promise.all(commands.map((command) => output(command, purpose)));
      return `${version.match(/\d+(\.\d+)+/)?.[0] ?? "there"}, for ${purpose}`;
    },
    mend: `apt-get install ${packages}`,
  };
}

async function output([command, ...args]: readonly string[], purpose: string): Promise<string> {
  const program = new Deno.Command(command, { args, stdin: "null", stderr: "null" });
  try {
    const { success, stdout } = await program.output();
    if (success) return new TextDecoder().decode(stdout);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new Error(`missing, for ${purpose}`);
}

function perl(module: string): string[] {
  return ["perl", `-M${module}`, "-e", `print $${module}::VERSION`];
}

// The distribution's Python has its packages; another one that comes first in PATH need not.
function python(module: string, version: string): string[] {
  return ["/usr/bin/python3", "-c", `import ${module}; print(${module}.${version})`];
}

const TERMINALS = "tests of terminals";
const PERLDOC = ["perldoc", "-l", "perlipc"];
const GCC = ["gcc", "-dumpfullversion"];
const UTILITIES = [["ipcs", "--version"], ["flock", "--version"]];
const PROCESSES = [["ps", "--version"], ["kill", "--version"]];
const INTERACTIVE = [["bc", "--version"], ["less", "--version"]];
const ARM64 = [["aarch64-linux-gnu-gcc", "--version"], ["qemu-aarch64-static", "--version"]];
const ARM64_PACKAGES = "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static";

/** What the tour and the tests talk with, and the packages of Debian that bring it. */
export const programs: readonly Check[] = [
  program("Perl IPC::SysV", "the tour and most tests", "perl", perl("IPC::SysV")),
  program("Perl Expect", TERMINALS, "libexpect-perl", perl("Expect")),
  program("perl-doc", "reading the page: perldoc perlipc", "perl-doc", PERLDOC),
  program("Python sysv_ipc", "many tests", "python3-sysv-ipc", python("sysv_ipc", "VERSION")),
  program("Python pexpect", TERMINALS, "python3-pexpect", python("pexpect", "__version__")),
  program("gcc", "tests and benchmarks in C, deno task abi", "gcc libc6-dev", GCC),
  program("ipcs and flock", "tests of System V, tour row 26", "util-linux", ...UTILITIES),
  program("ps and kill", "examples, and tests of processes", "procps", ...PROCESSES),
  program("ip", "tests of Deno's own SIGUSR1", "iproute2", ["ip", "-V"]),
  program("bc and less", "examples, and tests of terminals", "bc less", ...INTERACTIVE),
  program("gcc for arm64", "deno task abi", ARM64_PACKAGES, ...ARM64),
];
