/**
 * Says what this machine and this run of Deno can do for the library, its tour and its tests, and how to mend
 * what is missing. Looks only as far as it may, and never asks for more. `deno task doctor`
 */
import { endWith, parse } from "../tour/command_line.ts";
import { examinePermissions } from "./access.ts";
import { examine } from "./finding.ts";
import { kernel } from "./kernel.ts";
import { limits } from "./limits.ts";
import { examineDeno, examineLibrary } from "./platform.ts";
import { printFindings } from "./print.ts";
import { programs } from "./programs.ts";

const HELP = `Says what this machine can do, and how to mend what is missing.

  deno task doctor                       for people
  deno task doctor --json                one JSON document
  deno run --allow-ffi doctor/main.ts    what a program can do that has these permissions

It ends with 0 if the library can work here, with 1 if it cannot.`;

await endWith(main);

async function main(): Promise<number> {
  const { json, help } = parse({ json: { type: "boolean" }, help: { type: "boolean" } });
  if (help) {
    console.log(HELP);
    return 0;
  }
  const library = examineLibrary();
  const works = library.state === "works";
  const findings = [
    examineDeno(),
    library,
    ...examinePermissions(),
    ...await Promise.all([...kernel, ...limits, ...programs].map(examine)),
  ];
  if (json) console.log(JSON.stringify({ works, findings }, null, 2));
  else printFindings(findings, works);
  return works ? 0 : 1;
}
