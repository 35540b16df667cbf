/**
 * The work of signals.c with this library, and what only we have: signals that are awaited.
 *
 *   deno run -A signals.ts <case> <count> <signal> <program at the other end>
 */
import { spawn } from "../../process/mod.ts";
import {
  enableSignalInfo,
  ignore,
  kill,
  on,
  queue,
  raise,
  signalInfo,
  sigwait,
  sigwaitSync,
} from "../../signals/mod.ts";
import { type Operation, repeated, task } from "./task.ts";

const USR2 = ["USR2"];
const VALUE = 4711;
const echo = () => spawn(task.command, ["echo"]);

// Each case opens what it needs and returns its operation.
const cases: Record<string, () => Operation | Promise<Operation>> = {
  async handle() {
    const came = handled();
    const other = echo();
    await came();
    return () => {
      kill(other, "USR2");
      return came();
    };
  },
  async info() {
    const { other, next } = await informed();
    return () => {
      kill(other, "USR2");
      return next();
    };
  },
  async "info-begun"() {
    const { other, next } = await informed();
    return () => {
      const number = next(); // which waits in the reactor, since there is no signal yet
      kill(other, "USR2");
      return number;
    };
  },
  async "wait-awaited"() {
    enableSignalInfo(USR2);
    const other = echo();
    await sigwait(USR2);
    return async () => {
      kill(other, "USR2");
      return (await sigwait(USR2)).number;
    };
  },
  wait() {
    enableSignalInfo(USR2);
    const other = echo();
    sigwaitSync(USR2);
    return () => {
      kill(other, "USR2");
      return sigwaitSync(USR2).number;
    };
  },
  raise() {
    const came = handled();
    return () => {
      raise("USR2");
      return came();
    };
  },
  queue() {
    ignore("USR2");
    return () => {
      queue(Deno.pid, "USR2", VALUE);
      return task.bytes;
    };
  },
  "queue-wait"() {
    enableSignalInfo(["RTMIN+1"]);
    return () => {
      queue(Deno.pid, "RTMIN+1", VALUE);
      return sigwaitSync(["RTMIN+1"]).value!;
    };
  },
};

/** Waits for the handler's next call. */
function handled(): () => Promise<number> {
  let next = Promise.withResolvers<number>();
  on("USR2", () => next.resolve(task.bytes));
  setInterval(() => {}, 0x7fff_ffff); // a handler alone keeps nobody alive
  return async () => {
    const number = await next.promise;
    next = Promise.withResolvers();
    return number;
  };
}

async function informed() {
  enableSignalInfo(USR2);
  const signals = signalInfo(USR2);
  const next = async () => (await signals.next()).value!.number;
  const other = echo();
  await next();
  return { other, next };
}

await repeated({ [task.name]: await cases[task.name]() });
Deno.exit(); // and the other end goes with us
