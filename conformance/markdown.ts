/**
 * Writes the table as docs/conformance.md.
 */
import { type Row, type Way, ways } from "./case.ts";
import { cell } from "./cells.ts";
import type { Verdict } from "./judge.ts";
import { type PageProgram, pieces, programs } from "./perlipc.ts";

const path = new URL("../docs/conformance.md", import.meta.url);

/** Writes what has been found, and with what. */
export async function writeTable(found: ReadonlyMap<Row, readonly Verdict[]>): Promise<void> {
  const rows = [...found];
  const text = [
    `# Proved against Perl

Written by \`deno task conformance --write\` on ${today()}, with ${versions().join(", ")}.

Each row of the [page](perlipc.md) is done by this library and by Perl, with the same observable
result: text, a status, numbers. Where two programs speak, both are also put together: in "ours →
Perl" ours starts the other, serves, sends or asks, and Perl is on the other end, in "Perl → ours"
it is the other way round. All ways of a case must come to the same.

✓ the same; ≠ not the same, on purpose: the case expects of each side what the note says; – there
are no two programs, or nothing to do for one of them; ✗ failed.`,
    table(
      ["row", "facility", ...ways, "note"],
      rows.map(([row, verdicts]) => [
        String(row.number),
        row.title,
        ...ways.map((way) => cell(verdicts, way)),
        row.note ?? "",
      ]),
    ),
    `## The cases`,
    rows.map(([row, verdicts]) => casesOf(row, verdicts)).join("\n"),
    `## The page's own programs

Perl's copy of the page has ${pieces().length} pieces of code. ${used()} of them are read from it when the cases
run, and are what stands for Perl there. Some are whole programs; to others is added what the page
takes for granted, such as a file that is open, and what lets one see the result. The others are not
for running: lines of a shell, what programs print, and an open for both directions that does not
work, as the page says itself.`,
    table(["row", "below the heading", "changed"], programs.toSorted(byRow).map(programRow)),
  ];
  await Deno.writeTextFile(path, `${text.join("\n\n")}\n`);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path.pathname] }).output();
}

function table(heads: readonly string[], lines: readonly string[][]): string {
  const rule = heads.map(() => "---");
  return [heads, rule, ...lines].map((cells) => `| ${cells.map(escaped).join(" | ")} |`).join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}

function casesOf({ number, cases }: Row, verdicts: readonly Verdict[]): string {
  return cases.map(({ what, ways, differing }) => {
    const count = Object.keys(ways).length;
    const good = verdicts.filter((one) => one.what === what && one.outcome !== "failed").length;
    const compared = differing ? "each in its own way" : `${good} of ${count} ways the same`;
    return `- ${number}: ${what} (${compared})`;
  }).join("\n");
}

function used(): number {
  return new Set(programs.map(({ piece }) => piece)).size;
}

function byRow(a: PageProgram, b: PageProgram): number {
  return a.row - b.row;
}

function programRow({ row, heading, frame }: PageProgram): string[] {
  const changes = (frame.edits ?? []).map(({ why }) => why);
  const framed = frame.before || frame.after;
  return [
    String(row),
    heading,
    changes.join("; ") || (framed ? "no, but there is code around it" : "no"),
  ];
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** What it ran with. */
function versions(): string[] {
  const script = 'use IPC::SysV; printf "Perl %vd, IPC::SysV %s", $^V, $IPC::SysV::VERSION';
  const perl = new Deno.Command("perl", { args: ["-e", script] }).outputSync().stdout;
  const [name, architecture] = [
    Deno.build.os === "linux" ? "Linux" : Deno.build.os,
    Deno.build.arch,
  ];
  const kernel = `${name} ${Deno.osRelease()} on ${architecture}`;
  return [`Deno ${Deno.version.deno}`, new TextDecoder().decode(perl), kernel];
}

/** The marks of each row in a table that was written. */
export function readTable(): Map<number, Record<Way, string>> {
  const rows = Deno.readTextFileSync(path).matchAll(/^\| +(\d+) +\|[^|]*\|(.*)\|[^|]*\|$/mg);
  return new Map([...rows].map(([, number, cells]) => {
    const marks = cells.split("|").map((mark) => mark.trim());
    return [Number(number), Object.fromEntries(ways.map((way, i) => [way, marks[i]]))];
  })) as Map<number, Record<Way, string>>;
}
