/**
 * What the examples do as all programs of Unix do: they look at their arguments, and say in one line what is wrong. Not
 * an example itself.
 */
import { basename } from "node:path";

const name = basename(Deno.mainModule);
let line = "";

/**
 * The arguments. Too few or too many end the program, with 2.
 *
 * @param usage What they must be, as in "FILE [COMMAND [ARG...]]".
 */
export function operands(usage: string): string[] {
  line = usage;
  let depth = 0;
  let [required, all] = [0, 0];
  for (const word of usage.split(" ").filter(Boolean)) {
    if (depth === 0 && !word.startsWith("[")) required++;
    all = word.includes("...") ? Infinity : all + 1;
    depth += word.split("[").length - word.split("]").length;
  }
  if (Deno.args.length < required) misused("too few arguments");
  if (Deno.args.length > all) misused("too many arguments");
  return Deno.args;
}

/** The number that an operand is, 0x7ea for example; if it is none the program ends, with 2. */
export function numeric(what: string, word: string, radix = 10): number {
  const digits = radix === 8 ? /^[0-7]+$/ : /^(-?\d+(\.\d+)?|0x[\da-f]+)$/i;
  if (!digits.test(word)) misused(`${what} must be a number, got ${JSON.stringify(word)}`);
  return radix === 8 ? parseInt(word, 8) : Number(word);
}

/** Ends the program since it was called wrongly. */
export function misused(why: string): never {
  console.error(`${name}: ${why}\nusage: ${name}${line && ` ${line}`}`);
  Deno.exit(2);
}

/** Ends the program since it cannot do what it is there for. */
export function failed(error: unknown): never {
  console.error(`${name}: ${error instanceof Error ? error.message : Deno.inspect(error)}`);
  Deno.exit(1);
}

// Where nobody has caught an error, who calls the program needs to know what is wrong, and not where in the code.
globalThis.addEventListener("unhandledrejection", ({ reason }) => failed(reason));
globalThis.addEventListener("error", ({ error }) => failed(error));
