/**
 * Command lines. What is wrong with one is said in a line, with what there is instead.
 */
import { parseArgs, type ParseArgsConfig } from "node:util";

/** The command line is wrong. */
export class Misuse extends Error {}

/** The options that our command line sets. */
export function parse<T extends NonNullable<ParseArgsConfig["options"]>>(options: T) {
  try {
    return parseArgs({ args: Deno.args, options }).values;
  } catch (error) {
    const [what] = (error as Error).message.split(/\. |\.?\n/);
    const all = Object.keys(options).map((name) => `--${name}`).join(", ");
    throw new Misuse(`${what}; the options are ${all}`);
  }
}

/** Ends with the exit code that `main` returns; with 2 and one line if the command line is wrong. */
export async function endWith(main: () => number | Promise<number>): Promise<never> {
  try {
    Deno.exit(await main());
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
