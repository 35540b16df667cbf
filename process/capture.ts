/**
 * What a program prints.
 */
import type { Input } from "../io/mod.ts";
import { checked, namedDescriptors, type OptionNames } from "../libc/mod.ts";
import {
  communicate,
  communicateNames,
  type CommunicateOptions,
  type Communication,
  requireCommunication,
} from "./communicate.ts";
import { spawn, type SpawnOptions } from "./spawn.ts";

/** How a program is run for what it prints. */
export interface CaptureOptions extends SpawnOptions, CommunicateOptions {
  /** What it reads from its standard input. Default nothing. */
  input?: Input;
}

const captureNames: OptionNames<Omit<CaptureOptions, keyof SpawnOptions>> = {
  input: true,
  ...communicateNames,
};

/**
 * Runs a program to its end and returns what it has written, Perl's backticks. An exit code is not an error:
 * look at `status`.
 *
 * Standard input is `input`, or /dev/null; standard output and error are captured, unless `fds` say
 * otherwise (`fds: { 2: 1 }` merges them, `fds: { 2: "inherit" }` lets errors through).
 *
 * With a process group or session of its own it takes along, by SIGKILL, what it has left there when it ends.
 *
 * @throws {SyscallError} As `spawn`.
 * @throws {CommunicationError} When `timeout`, `signal` or `maxBytes` end it, with what came until then; the
 * child is ended and reaped.
 * @throws The reason of `signal` if that is aborted already: then nothing is started.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { capture } from "@deno-ipc/ipc/process";
 *
 * const sorted = await capture("sort", ["-n"], { input: "10\n9\n", timeout: 5000 });
 * console.log(sorted.text(), sorted.status.success); // "9\n10\n" true
 * ```
 */
export async function capture(
  command: string,
  args: readonly string[] = [],
  options: CaptureOptions = {},
): Promise<Communication> {
  const { input, maxBytes, timeout, signal, ...spawning } = checked(options, captureNames);
  requireCommunication(input === undefined ? "" : input, { maxBytes, timeout, signal });
  const fds = { 0: input === undefined ? "null" : "pipe", 1: "pipe", 2: "pipe" } as const;
  const child = spawn(command, args, {
    ...spawning,
    fds: { ...fds, ...namedDescriptors(spawning.fds) },
  });
  const result = await communicate(child, input, { maxBytes, timeout, signal });
  await child[Symbol.asyncDispose](); // who leads a group is still a zombie, which only we could reap
  return result;
}
