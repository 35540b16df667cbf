/**
 * The work of signals.c with Deno's own listeners.
 *
 *   deno run -A bare_signals.ts <case> <count> <signal> <program at the other end>
 */
import { type Operation, repeated, task } from "./task.ts";

const cases: Record<string, () => Operation | Promise<Operation>> = {
  async handle() {
    const came = handled();
    const { pid } = new Deno.Command(task.command, { args: ["echo"] }).spawn();
    await came();
    return () => {
      Deno.kill(pid, "SIGUSR2");
      return came();
    };
  },
  raise() {
    const came = handled();
    return () => {
      Deno.kill(Deno.pid, "SIGUSR2");
      return came();
    };
  },
};

/** Waits for the listener's next call. */
function handled(): () => Promise<number> {
  let next = Promise.withResolvers<number>();
  Deno.addSignalListener("SIGUSR2", () => next.resolve(task.bytes));
  setInterval(() => {}, 0x7fff_ffff); // a listener alone keeps nobody alive
  return async () => {
    const number = await next.promise;
    next = Promise.withResolvers();
    return number;
  };
}

await repeated({ [task.name]: await cases[task.name]() });
Deno.exit(); // and the other end goes with us
