/**
 * A child's environment.
 */
import { mayRunAll, requireRunAll } from "../io/mod.ts";
import { environment, type OptionNames, requireRecord } from "../libc/mod.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a child finds in its environment. */
export interface EnvironmentOptions {
  /** Variables to set, or with `undefined` to leave out. By default the child has ours. */
  env?: Record<string, string | undefined>;
  /** Gives the child only what `env` names. Default false. */
  clearEnv?: boolean;
}

/** What {@linkcode EnvironmentOptions} are called. */
export const environmentNames: OptionNames<EnvironmentOptions> = { env: true, clearEnv: true };

/** The environment as C wants it, without the variables named `without`; `undefined` for ours as it is. */
export function childEnvironment(
  { env: wanted = {}, clearEnv = false }: EnvironmentOptions,
  without: readonly string[] = [],
): Uint8Array[] | undefined {
  requireRecord("env", wanted);
  const env = { ...wanted, ...Object.fromEntries(without.map((name) => [name, undefined])) };
  const names = Object.keys(env);
  for (const name of names) requireVariable(name, env[name]);
  const unchanged = names.length === 0 && !clearEnv;
  if (unchanged && mayRunAll()) return undefined;
  // Not decoded and encoded again: a value need not be UTF-8.
  const kept = clearEnv ? [] : environment().filter((entry) => !Object.hasOwn(env, nameOf(entry)));
  const added = names.filter((name) => env[name] !== undefined);
  for (const name of [...kept.map(nameOf), ...added]) requireHarmless(name);
  return unchanged
    ? undefined
    : [...kept, ...added.map((name) => encoder.encode(`${name}=${env[name]}`))];
}

// The dynamic linker runs any code for these; Deno.Command asks for the same.
function requireHarmless(name: string): void {
  if (/^(LD|DYLD)_/.test(name)) requireRunAll(`Starting a program with ${name} set`);
}

function nameOf(entry: Uint8Array): string {
  const end = entry.indexOf(61); // "="
  return decoder.decode(end < 0 ? entry : entry.subarray(0, end));
}

function requireVariable(name: string, value: string | undefined): void {
  if (name === "" || /[=\0]/.test(name)) {
    throw new TypeError(
      `Name of a variable must be without "=" and NUL, got ${Deno.inspect(name)}`,
    );
  }
  if (value !== undefined && (typeof value !== "string" || value.includes("\0"))) {
    throw new TypeError(
      `Value of ${name} must be a string without NUL, got ${Deno.inspect(value)}`,
    );
  }
}
