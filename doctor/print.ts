/**
 * What the doctor prints for people, in a screenful. `%c` colours a terminal and nothing else, and respects NO_COLOR.
 */
import { fold } from "../tour/terminal.ts";
import type { Finding } from "./finding.ts";

const marks = {
  works: ["✓", "color: green"],
  lacks: ["✗", "color: red"],
  unknown: ["–", "color: yellow"],
} as const;

/** A line for each finding, and the verdict. */
export function printFindings(findings: readonly Finding[], works: boolean): void {
  const shown = together(findings);
  const width = Math.max(...shown.map(({ what }) => what.length));
  for (const { what, state, found, mend } of shown) {
    const [mark, color] = marks[state];
    const head = `${mark} ${what.padEnd(width)}  `;
    const text = mend === undefined ? found : `${found} → ${mend}`;
    console.log("%c%s%c%s", color, head, "", fold(text, head.length));
  }
  console.log(works ? "The library works here." : "The library cannot work here.");
}

/** The findings, and then in one line for each reason what this run may not look at. */
function together(findings: readonly Finding[]): Finding[] {
  const unknown = findings.filter(({ state }) => state === "unknown");
  const joined = [...Map.groupBy(unknown, ({ found }) => found)].map(([found, all]): Finding =>
    all.length === 1
      ? all[0]
      : { what: "", state: "unknown", found: `${all.map(({ what }) => what).join(", ")}: ${found}` }
  );
  return [...findings.filter(({ state }) => state !== "unknown"), ...joined];
}
