/**
 * What arguments are that are no numbers and no bytes, for those who call us without types: null and its like would else
 * fail somewhere inside, or be taken for nothing.
 */
import { describe } from "./argument.ts";

/** Throws, naming `value` as `what`, unless it is an object with names and values of its own. */
export function requireRecord(what: string, value: unknown): void {
  const plain = typeof value === "object" && value !== null && !Array.isArray(value);
  // The entries of a Map are none of its properties, so that nothing would be seen of them.
  if (plain && !(value instanceof Map)) return;
  throw new TypeError(`${what} must be an object, got ${describe(value)}`);
}

/** Throws, naming `value` as `what`, unless it is an array: of text each character would be taken for one. */
export function requireArray(what: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw new TypeError(`${what} must be an array, got ${describe(value)}`);
}

/** Throws, naming `value` as `what`, unless it is a function. */
export function requireFunction(what: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new TypeError(`${what} must be a function, got ${describe(value)}`);
}

/** Throws, naming `value` as `what`, unless it is one of these objects of ours. */
export function requireInstance(
  what: string,
  Kind: { readonly name: string; [Symbol.hasInstance](value: unknown): boolean },
  value: unknown,
): void {
  if (value instanceof Kind) return;
  throw new TypeError(`${what} must be a ${Kind.name}, got ${describe(value)}`);
}

/** Descriptors of a child as the caller has named them, which may be in an array; throws if it is neither. */
export function namedDescriptors<T extends object>(fds: T | undefined): T | undefined {
  if (fds !== undefined && !Array.isArray(fds)) requireRecord("fds", fds);
  return fds;
}
