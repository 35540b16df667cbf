/**
 * Our environment, as C has it: read from C itself, since a child inherits it without our program being
 * allowed to see it.
 */
import { addressOfSymbol, bytesAt, pointerAt } from "./address.ts";

/** The address of the array of C strings that is our environment now. */
export function environ(): bigint {
  variable ??= addressOfSymbol("environ");
  return pointerAt(variable);
}

let variable: bigint | undefined; // where it is never changes, what it holds does

/** All of our environment, as `NAME=value` in bytes. */
export function environment(): Uint8Array<ArrayBuffer>[] {
  const entries = [];
  const start = environ();
  for (let at = start; start !== 0n; at += 8n) {
    const entry = pointerAt(at);
    if (entry === 0n) break;
    entries.push(bytesAt(entry));
  }
  return entries;
}

/** The value of one variable, if it is set. */
export function getenv(name: string): string | undefined {
  const prefix = `${name}=`;
  for (const entry of environment()) {
    const text = decoder.decode(entry);
    if (text.startsWith(prefix)) return text.slice(prefix.length);
  }
}

const decoder = new TextDecoder();
