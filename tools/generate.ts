/**
 * Builds and runs `probe.c` for an architecture and turns what it prints into the TypeScript of
 * `libc/linux_*.ts`. Run as a program (`deno task generate`) it writes those files; the ABI test
 * imports it and compares instead.
 */
const here = new URL(".", import.meta.url);

/** How to build and run a C program for each supported target. */
export const targets = {
  linux_x86_64: { cc: "x86_64-linux-gnu-gcc", run: [] },
  linux_arm64: {
    cc: "aarch64-linux-gnu-gcc",
    run: ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"],
  },
} as const;

/** The name of a supported target, which is also the name of its file in `libc/`. */
export type Target = keyof typeof targets;

/** The committed file for `target`. */
export function generatedFile(target: Target): URL {
  return new URL(`../libc/${target}.ts`, here);
}

/** What the committed file for `target` should contain, asked of that target's C compiler. */
export async function generate(target: Target): Promise<string> {
  const { cc, run } = targets[target];
  const directory = await Deno.makeTempDir({ prefix: "deno_ipc_probe_" });
  try {
    const program = `${directory}/probe`;
    await output([cc, "-Wall", "-Werror", "-o", program, new URL("probe.c", here).pathname]);
    const probed = JSON.parse(await output([...run, program]));
    return await format(`${header(target)}
      export const constants = ${JSON.stringify(probed.constants)} as const;
      /** Error numbers and what \`strerror\` says of them. */
      export const errors = ${JSON.stringify(probed.errors)} as const;
      /** Signal numbers. Real-time signals lie behind them. */
      export const signals = ${JSON.stringify(probed.signals)} as const;
      /** Structure sizes; each field as its type and its offset in bytes. */
      export const structs = ${JSON.stringify(probed.structs)} as const;
    `);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function header(target: Target): string {
  return `// Generated from tools/probe.c for ${target} by tools/generate.ts. Do not edit.\n`;
}

async function format(source: string): Promise<string> {
  const config = new URL("../deno.json", here).pathname;
  return await output([Deno.execPath(), "fmt", "--config", config, "-"], source);
}

async function output([command, ...args]: readonly string[], input = ""): Promise<string> {
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, code } = await child.output();
  if (!success) throw new Error(`${command} ended with ${code}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  for (const target of Object.keys(targets) as Target[]) {
    await Deno.writeTextFile(generatedFile(target), await generate(target));
    console.log(`wrote ${generatedFile(target).pathname}`);
  }
}
