/**
 * The work of process.c with `Deno.Command`.
 *
 *   deno run -A deno_command.ts <case> <count> <bytes> <command> [<argument>…]
 */
import { repeated, task } from "./task.ts";

const { bytes, command, args } = task;
const inherited = { args, stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;

await repeated({
  spawn: () => new Deno.Command(command, inherited).outputSync(),
  "spawn-awaited": () => new Deno.Command(command, inherited).spawn().status,
  together: () =>
    Promise.all(
      Array.from({ length: bytes }, () => new Deno.Command(command, inherited).spawn().status),
    ),
  async read() {
    const child = new Deno.Command(command, { ...inherited, stdout: "piped" }).spawn();
    let total = 0;
    for await (const chunk of child.stdout) total += chunk.length;
    await child.status;
    return total;
  },
  async capture() {
    const options = { args, stdin: "null", stdout: "piped", stderr: "piped" } as const;
    return (await new Deno.Command(command, options).output()).stdout.length;
  },
});
