/**
 * Starts a program that goes on without us, and ends.
 *
 *     deno run --allow-ffi --allow-run examples/process/background.ts COMMAND [ARG...]
 *
 * As `nohup setsid COMMAND &` in a shell: it has no terminal whose end could end it, and nobody need reap it.
 */
import { background, SyscallError } from "../../process/mod.ts";
import { operands } from "../program.ts";

const [command, ...args] = operands("COMMAND [ARG...]");

try {
  const pid = background(command, args, { cwd: "/" });
  console.log(`${command} runs as process ${pid}`);
} catch (error) {
  if (!(error instanceof SyscallError)) throw error;
  console.error(`${command} does not run: ${error.code}`); // a shell would have said so too late
  Deno.exitCode = 1;
}
