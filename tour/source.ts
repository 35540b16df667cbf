/**
 * The code behind a row, as it is written: its types are gone from what a function itself tells.
 */

/** The code behind a row. */
export interface Source {
  /** The file's name in this folder. */
  readonly file: string;
  /** The number of its first line. */
  readonly line: number;
  readonly code: string;
}

/**
 * Finds the `walk` of the row with this number: the first one below the line that has the number, up to the
 * line that closes it, which is indented as the one that opens it.
 */
export function sourceOf(number: number): Source {
  const here = import.meta.dirname!;
  for (const { name: file } of Deno.readDirSync(here)) {
    if (!file.endsWith(".ts")) continue;
    const lines = Deno.readTextFileSync(`${here}/${file}`).split("\n");
    const row = lines.findIndex((line) => line.trim() === `number: ${number},`);
    if (row < 0) continue;
    const first = lines.findIndex((line, i) => i > row && /^ *(async )?walk\(/.test(line));
    const margin = lines[first].search(/\S/);
    const last = lines.indexOf(" ".repeat(margin) + "},", first);
    const code = lines.slice(first, last + 1).map((line) => line.slice(margin)).join("\n");
    return { file, line: first + 1, code: code.replace(/,$/, "") };
  }
  throw new Error(`The code of row ${number} is in no file of ${here}`);
}
