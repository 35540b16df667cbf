/**
 * Measures one program in one language.
 */
import type { Program } from "./compare.ts";
import type { Command } from "./languages.ts";

const LIMIT = 60_000; // milliseconds: nothing here takes a tenth of it unless it hangs

/**
 * Runs `program` with the peer `command` and returns how many nanoseconds one operation, or a piece of it, took.
 *
 * @param words What else the peer is told.
 */
export async function measure(
  command: Command,
  program: Program,
  words: readonly (string | number)[],
): Promise<number> {
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, AbortSignal.timeout(LIMIT)]);
  await using partner = program.partner ? start(program.partner) : undefined;
  // Without it, the other one would wait for it for ever.
  partner?.status.then(({ success }) => success || failure.abort());
  const { stdout, success } = await start(program.role).output();
  if (!success) throw new Error(`${command.join(" ")} ${program.role} failed`);
  return Number(new TextDecoder().decode(stdout)) / (program.pieces ?? 1);

  function start(role: string): Deno.ChildProcess {
    const [executable, ...args] = command;
    const task = [role, program.count, program.bytes, ...words].map(String);
    return new Deno.Command(executable, {
      args: [...args, ...task],
      stdout: "piped",
      signal,
    }).spawn();
  }
}
