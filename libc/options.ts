/**
 * Options are checked here: `deno run` checks no types, so a name that is misspelt would be ignored, and a message for
 * somebody else received. Names that resemble none of ours are the caller's own: an object that has a `signal` may be
 * passed on with all that it has, as TypeScript allows.
 */
import { describe } from "./argument.ts";

/** The names of the options `T`. The compiler tells of one that is missing. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

/** Returns `options` if it is an object in which none of these names is misspelt, else throws. */
export function checked<T extends object>(options: T, names: OptionNames<T>): T {
  // An AbortSignal that was meant as `{ signal }` has no name of its own that could be unknown.
  if (
    typeof options !== "object" || options === null || Array.isArray(options) ||
    options instanceof AbortSignal
  ) {
    throw noOptions(options, names);
  }
  for (const name in options) {
    if (names[name] !== true) refuseMisspelt(name, options, names);
  }
  return options;
}

/** These names but some. */
export function without<T extends object, Name extends keyof T>(
  names: T,
  ...some: Name[]
): Omit<T, Name> {
  const kept = Object.entries(names).filter(([name]) => !some.includes(name as Name));
  return Object.fromEntries(kept) as Omit<T, Name>;
}

function noOptions(options: unknown, names: object): TypeError {
  const [name] = Object.keys(names);
  return new TypeError(
    `Options must be an object such as { ${name}: … }, got ${describe(options)}`,
  );
}

// What is inherited is nobody's mistake here, and who has the right name as well means something else by this one.
function refuseMisspelt(name: string, options: object, names: object): void {
  if (!Object.hasOwn(options, name)) return;
  const changes = name.length > 4 ? 2 : 1; // `cwd` and `gid` have only one letter in common
  const near = (changes: number) => Object.keys(names).find((one) => isNear(name, one, changes));
  const meant = near(1) ?? near(changes);
  if (meant === undefined || meant in options) return;
  throw new TypeError(`There is no option ${JSON.stringify(name)}: did you mean "${meant}"?`);
}

/** Whether `a` becomes `b` by so many letters left out, added, exchanged, or swapped with the next one. */
function isNear(a: string, b: string, changes: number): boolean {
  if (a === b) return true;
  if (a[0] === b[0]) return isNear(a.slice(1), b.slice(1), changes);
  if (changes === 0) return false;
  return isNear(a.slice(1), b, changes - 1) || isNear(a, b.slice(1), changes - 1) ||
    isNear(a.slice(1), b.slice(1), changes - 1) ||
    a[0] === b[1] && a[1] === b[0] && isNear(a.slice(2), b.slice(2), changes - 1);
}
