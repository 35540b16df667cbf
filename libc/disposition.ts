/**
 * What this process does on a signal, as C keeps it.
 */
import { addressOfSymbol } from "./address.ts";
import { check } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { allocate, readStruct, writeStruct } from "./struct.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/** The disposition of a signal: its `struct sigaction`. */
export function disposition(signal: number): Buffer {
  const action = allocate(structs.sigaction);
  check("sigaction", libc("signals").sigaction(signal, null, action));
  return action;
}

/** Puts a disposition in force. One that is all zero is the default. */
export function setDisposition(signal: number, action: Buffer): void {
  check("sigaction", libc("signals").sigaction(signal, action, null));
}

/** Whether a function is called on the signal: it is neither ignored nor left to its default. */
export function isHandled(action: Buffer): boolean {
  const { sa_handler } = readStruct(structs.sigaction, action);
  return sa_handler !== platform.SIG_DFL && sa_handler !== platform.SIG_IGN;
}

/** Whether the signal has its default action. */
export function isDefault(action: Buffer): boolean {
  return readStruct(structs.sigaction, action).sa_handler === platform.SIG_DFL;
}

/** Whether the signal is ignored. */
export function isIgnored(action: Buffer): boolean {
  return readStruct(structs.sigaction, action).sa_handler === platform.SIG_IGN;
}

/** The disposition of a signal that is ignored. */
export function ignored(): Buffer {
  const action = allocate(structs.sigaction);
  writeStruct(structs.sigaction, action, { sa_handler: platform.SIG_IGN });
  return action;
}

/** The disposition of a signal that is left to its default action. */
export function defaulted(): Buffer {
  return allocate(structs.sigaction);
}

/** The disposition of a signal that does nothing but interrupt: it calls C's own `abs`, with the signal's number. */
export function idle(): Buffer {
  const action = allocate(structs.sigaction);
  writeStruct(structs.sigaction, action, { sa_handler: Number(addressOfSymbol("abs")) });
  return action;
}

/** Whether the signal does nothing but interrupt. */
export function isIdle(action: Buffer): boolean {
  const { sa_handler } = readStruct(structs.sigaction, action);
  return sa_handler === readStruct(structs.sigaction, idle()).sa_handler;
}
