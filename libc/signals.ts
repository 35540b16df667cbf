/**
 * Signals' names and numbers on this platform, and sets of them.
 */
import { platform, signals, structs } from "./platform.ts";
import { allocate } from "./struct.ts";
import { describe } from "./argument.ts";

/** The number of a signal, given by number or name, such as `SIGTERM`, `TERM` or `SIGRTMIN+3`. */
export function signalNumber(signal: string | number): number {
  if (typeof signal === "number") {
    if (Number.isInteger(signal) && signal >= 1 && signal <= platform.SIGRTMAX) return signal;
    throw new RangeError(
      `Signal must be a number from 1 to ${platform.SIGRTMAX} or a name, got ${signal}`,
    );
  }
  const number = typeof signal === "string" ? named(signal) : undefined;
  if (number === undefined) throw new TypeError(`Unknown signal ${describe(signal)}`);
  return number;
}

function named(name: string): number | undefined {
  const full = name.startsWith("SIG") ? name : `SIG${name}`;
  const known = signals[aliases[full] ?? full];
  if (known !== undefined) return known;
  const realTime = /^SIGRT(MIN|MAX)(?:([+-])(\d+))?$/.exec(full);
  if (realTime === null) return undefined;
  const [, base, sign, digits = "0"] = realTime;
  const offset = sign === "-" ? -Number(digits) : Number(digits);
  const number = (base === "MIN" ? platform.SIGRTMIN : platform.SIGRTMAX) + offset;
  return number >= platform.SIGRTMIN && number <= platform.SIGRTMAX ? number : undefined;
}

const aliases: Record<string, string> = {
  SIGCLD: "SIGCHLD",
  SIGIO: "SIGPOLL",
  SIGIOT: "SIGABRT",
};

/** The name of a signal, such as `SIGTERM` or `SIGRTMIN+3`. */
export function signalName(number: number): string {
  names ??= new Map(Object.entries(signals).map(([name, number]) => [number, name]));
  const offset = number - platform.SIGRTMIN;
  return names.get(number) ?? (offset === 0 ? "SIGRTMIN" : `SIGRTMIN+${offset}`);
}

let names: Map<number, string> | undefined;

/** A C set of signals with these numbers in it. */
export function signalSet(numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  const set = allocate(structs.sigset);
  for (const number of numbers) set[number - 1 >> 3] |= 1 << (number - 1 & 7);
  return set;
}

/**
 * A C set of all signals, also of the two that glibc keeps to itself and leaves out of `sigfillset`: a
 * child must not inherit even those.
 */
export function allSignals(): Uint8Array<ArrayBuffer> {
  return allocate(structs.sigset).fill(0xff);
}
