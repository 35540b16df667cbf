/**
 * Options are checked here: `deno run` checks no types, so a name that is misspelt would be ignored, and a message for
 * somebody else received. Names that resemble none of ours are the caller's own: an object that has a `signal` may be
 * passed on with all that it has, as TypeScript allows.
 */
import { describe } from "./argument.ts";

/** The names of the options `T`. The compiler tells of one that is missing where such a table is written. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

/**
 * Returns `options` if it is an object in which none of these names is misspelt, else throws. They are all that the caller
 * itself looks at: what it passes on is checked there. It is on the way of the quickest calls, so what is rare is apart.
 */
export function checked<T extends object>(
  options: T,
  names: Partial<OptionNames<T>> & Partial<Record<keyof typeof endless, boolean>>,
): T {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw noOptions(options, names);
  }
  for (const name in options) {
    if (names[name] !== true) lookAt(name, options, names as Record<string, boolean>);
  }
  return options;
}

/** Names of options for what blocks until it is done: with a `timeout` that nobody keeps the program would hang. */
export const endless = { timeout: false } as const;

function noOptions(options: unknown, names: object): TypeError {
  const [name] = Object.keys(names);
  return new TypeError(
    `Options must be an object such as { ${name}: … }, got ${describe(options)}`,
  );
}

/** Looks at a name that is none of these. */
function lookAt(name: string, options: object, names: Record<string, boolean>): void {
  if (!Object.hasOwn(options, name)) {
    // What is inherited is nobody's mistake here, unless it is an AbortSignal that was meant as `{ signal }`.
    if (options instanceof AbortSignal) throw noOptions(options, names);
    return;
  }
  const meant = name in names ? name : Object.keys(names).find((one) => isNear(name, one));
  if (meant === undefined) return;
  if (names[meant] === false) {
    throw new TypeError(`There is no option "${name}" here: this blocks until it is done`);
  }
  if (meant in options) return; // who has the right one as well means something else by this one
  throw new TypeError(`There is no option ${JSON.stringify(name)}: did you mean "${meant}"?`);
}

// With another letter in it a short word is another word: `info` is not `into`, and `id` not `uid`.
function isNear(name: string, option: string): boolean {
  const length = Math.min(name.length, option.length);
  return length > 2 && becomes(name, option, length > 5 ? 2 : 1, length > 5);
}

/** Whether `a` becomes `b` by so many letters left out, added, swapped with the next one, or perhaps exchanged. */
function becomes(a: string, b: string, changes: number, exchanged: boolean): boolean {
  if (a === b) return true;
  if (a[0] === b[0]) return becomes(a.slice(1), b.slice(1), changes, exchanged);
  if (changes === 0) return false;
  const rest = (i: number, k: number) => becomes(a.slice(i), b.slice(k), changes - 1, exchanged);
  return rest(1, 0) || rest(0, 1) || exchanged && rest(1, 1) ||
    a[0] === b[1] && a[1] === b[0] && rest(2, 2);
}
