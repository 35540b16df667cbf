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
  if (number === undefined) throw unknown(signal);
  return number;
}

function unknown(signal: unknown): TypeError {
  const near = typeof signal === "string"
    ? signalNames().filter((name) => isNear(signal, name))
    : [];
  const meant = near.length === 0 ? "" : `: did you mean ${near.join(" or ")}?`;
  return new TypeError(`Unknown signal ${describe(signal)}${meant}`);
}

/** Whether a wrong name differs from a right one in its case and two letters at most. */
function isNear(wrong: string, right: string): boolean {
  const typed = wrong.toUpperCase();
  return distance(typed.startsWith("SIG") ? typed : `SIG${typed}`, right) <= 2;
}

/** How many letters must be added, dropped or replaced to come from `a` to `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The names of all signals but the real-time ones, in the order of their numbers. */
export function signalNames(): string[] {
  return Object.entries(signals).sort(([, a], [, b]) => a - b).map(([name]) => name);
}

function named(name: string): number | undefined {
  const full = name.startsWith("SIG") ? name : `SIG${name}`;
  const known = signals[aliases[full] ?? full];
  if (known !== undefined) return known;
  const numbered = Number(/^SIGNUM([1-9]\d*)$/.exec(full)?.[1]);
  if (numbered < platform.SIGRTMIN && signalName(numbered) === full) return numbered;
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
  const known = names.get(signalNumber(number));
  if (known !== undefined) return known;
  const offset = number - platform.SIGRTMIN;
  if (offset < 0) return `SIGNUM${number}`; // C keeps these to itself; Perl calls them so
  return offset === 0 ? "SIGRTMIN" : `SIGRTMIN+${offset}`;
}

let names: Map<number, string> | undefined;

/** A C set of signals with these numbers in it. */
export function signalSet(numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  const set = allocate(structs.sigset);
  for (const number of numbers) set[number - 1 >> 3] |= 1 << (number - 1 & 7);
  return set;
}

/** Whether a C set of signals has this number in it. */
export function isInSet(set: Uint8Array, number: number): boolean {
  return (set[number - 1 >> 3] & 1 << (number - 1 & 7)) !== 0;
}

/**
 * A C set of all signals, also of the two that glibc keeps to itself and leaves out of `sigfillset`: a
 * child must not inherit even those.
 */
export function allSignals(): Uint8Array<ArrayBuffer> {
  return allocate(structs.sigset).fill(0xff);
}
