/**
 * Arguments are checked here, before C sees them: the checks of the foreign function interface change
 * once the engine has compiled a call (a 32-bit parameter refuses NaN while cold and passes 0 when hot).
 */

/** Returns `value` if it is an integer from `min` to `max`, else throws, naming it `what`. */
export function integer(what: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw outside(what, value, min, max);
}

// Apart, so that the check itself stays small enough to be inlined.
function outside(what: string, value: unknown, min: number, max: number): Error {
  if (typeof value !== "number") {
    return new TypeError(`${what} must be a number, got ${describe(value)}`);
  }
  return new RangeError(`${what} must be an integer from ${min} to ${max}, got ${value}`);
}

/** Returns `value` if it is bytes, or UTF-8 of it if it is text, else throws, naming it `what`. */
export function bytes(what: string, value: string | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) {
    // An array whose buffer was transferred, or detached with its shared memory, has lost what it had.
    if (value.length === 0 && (value.buffer as ArrayBuffer).detached) {
      throw new TypeError(`${what} must not be an array whose buffer is detached`);
    }
    return value;
  }
  if (typeof value === "string") return encoder.encode(value);
  throw new TypeError(`${what} must be a string or a Uint8Array, got ${describe(value)}`);
}

const encoder = new TextEncoder();

/** How an argument of the wrong kind is shown in an error. */
export function describe(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "object" && value !== null
    ? `an object (${value.constructor?.name ?? "no prototype"})`
    : Deno.inspect(value);
}
