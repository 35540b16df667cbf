/**
 * The page's own programs, as Perl's copy of the page on this machine has them. Nothing of their text is kept here:
 * a program is found by the heading above it and something that stands in it.
 */
import type { Command, Stage } from "./stage.ts";

/** Where Perl keeps the page; a path, or nothing. */
const WHERE =
  'for (map { ("$_/pod/perlipc.pod", "$_/pods/perlipc.pod") } @INC) { print and last if -e }';

const peers = new URL("peers", import.meta.url).pathname;

/** A piece of code of the page. */
interface Piece {
  readonly heading: string;
  readonly code: string;
}

let known: Piece[] | undefined;

/** All pieces of code on the page. */
export function pieces(): readonly Piece[] {
  return known ??= read(location());
}

/** Where the page is. */
export function location(): string {
  const { stdout } = new Deno.Command("perl", { args: ["-e", WHERE] }).outputSync();
  const path = new TextDecoder().decode(stdout);
  if (path === "") throw new Error("Perl's documentation is not here (Debian: perl-doc)");
  return path;
}

// Paragraphs that are indented are code; several with nothing between them are one piece.
function read(path: string): Piece[] {
  const found: { heading: string; code: string }[] = [];
  let heading = "";
  let within = false;
  for (const paragraph of Deno.readTextFileSync(path).split(/\n(?:[ \t]*\n)+/)) {
    const isCode = /^[ \t]/.test(paragraph);
    if (isCode && within) found.at(-1)!.code += `\n\n${paragraph}`;
    else if (isCode) found.push({ heading, code: paragraph });
    within = isCode;
    heading = paragraph.match(/^=(?:head\d|item) (.*)/)?.[1] ?? heading;
  }
  return found.map(({ heading, code }) => ({ heading, code: unindented(code) }));
}

function unindented(code: string): string {
  const indent = Math.min(...[...code.matchAll(/^ *(?=\S)/mg)].map(([blanks]) => blanks.length));
  return `${code.replaceAll(new RegExp(`^ {${indent}}`, "mg"), "")}\n`;
}

/** Something in a program of the page that must be another here, and why. */
export interface Edit {
  readonly find: RegExp;
  readonly why: string;
}

/** What is put around a program of the page, and into it. */
export interface Frame {
  /** Perl code before it: what the page takes for granted. */
  readonly before?: string;
  /** Perl code behind it: what lets one see what it has done. */
  readonly after?: string;
  /** What is replaced in it. */
  readonly edits?: readonly Edit[];
}

/** How a program of the page is run. */
export interface PageOptions {
  readonly args?: readonly (string | number)[];
  /** Ports at which services are found instead of their own. */
  readonly services?: Readonly<Record<string, number>>;
  /** What stands for each of the edits. */
  readonly replacements?: readonly (string | number)[];
}

/** A program of the page, used by a row. */
export class PageProgram {
  constructor(
    readonly row: number,
    readonly heading: string,
    readonly pattern: RegExp,
    readonly frame: Frame = {},
  ) {
    programs.push(this);
  }

  /** The page's code. */
  get piece(): Piece {
    const found = pieces().filter(({ heading, code }) =>
      heading === this.heading && this.pattern.test(code)
    );
    if (found.length === 1) return found[0];
    throw new Error(
      `The page has ${found.length} programs with ${this.pattern} below ${this.heading}`,
    );
  }

  /** Writes it onto the stage, and returns where. */
  write(stage: Stage, replacements: PageOptions["replacements"] = []): string {
    const { before = "", after = "" } = this.frame;
    const lines = [before, this.text(replacements), after].filter(Boolean).join("\n");
    return stage.write(`page${this.row}_${programs.indexOf(this)}`, lines, 0o755);
  }

  /** Writes it onto the stage, and returns how it is run. */
  on(stage: Stage, { args = [], services = {}, replacements }: PageOptions = {}): Command {
    const path = this.write(stage, replacements);
    const flags = this.piece.code.match(/^#!\S+ (-\w+)/)?.slice(1) ?? [];
    const setting = ["-MStage", ...Object.entries(services).flat()].join(",").replace(",", "=");
    return ["perl", ...flags, `-I${peers}`, setting, path, ...args.map(String)];
  }

  /** The page's text, with what is replaced in it. */
  text(replacements: NonNullable<PageOptions["replacements"]> = []): string {
    const { edits = [] } = this.frame;
    let { code } = this.piece;
    for (const [i, { find }] of edits.entries()) {
      if (!find.test(code)) throw new Error(`The page's program has nothing like ${find}`);
      code = code.replace(find, () => String(replacements[i]));
    }
    return code;
  }
}

/** All programs of the page that rows use. */
export const programs: PageProgram[] = [];

/** The program of the page below `heading` that has `pattern` in it, for a row. */
export function page(row: number, heading: string, pattern: RegExp, frame?: Frame): PageProgram {
  return new PageProgram(row, heading, pattern, frame);
}
