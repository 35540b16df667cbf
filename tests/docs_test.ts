import assert from "node:assert/strict";
import { errors } from "../libc/platform.ts";
import { test } from "./harness.ts";
import { files, root } from "./shipped.ts";

const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

/** All pages, as paths from the root. */
const pages = ["", "docs/"].flatMap((folder) =>
  [...Deno.readDirSync(new URL(`./${folder}`, root))]
    .filter(({ name }) => name.endsWith(".md"))
    .map(({ name }) => folder + name)
);

/** A page without its code, in which nothing is a link or a heading. */
function prose(page: string): string {
  return read(page).replace(/^(`{3,}).*?^\1$/gms, "").replace(
    /`[^`\n]*`/g,
    (code) => code.replace(/[[\]()#]/g, " "),
  );
}

/** The anchors of a page's headings, as they are made of them where Markdown is shown. */
function anchors(page: string): string[] {
  const headings = [...read(page).replace(/^(`{3,}).*?^\1$/gms, "").matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, text]) =>
    text.toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-")
  );
}

test("every relative link leads to a file, and every #anchor to a heading", () => {
  const links = pages.flatMap((page) =>
    [...prose(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, to]) => ({ page, to }))
  );
  assert.ok(links.length > 50, "the links were not found");
  assert.deepEqual(links.filter(({ page, to }) => !leadsSomewhere(page, to)), []);
});

function leadsSomewhere(page: string, to: string): boolean {
  const url = new URL(to, new URL(page, root));
  const path = url.pathname.slice(root.pathname.length);
  if (!exists(url)) return false;
  return url.hash === "" || anchors(path).includes(decodeURIComponent(url.hash.slice(1)));
}

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url.pathname) !== undefined;
  } catch {
    return false;
  }
}

const ROWS = 63;

test("the page's rows are all there, each once, but for those that the page says are not there yet", () => {
  const page = read("docs/perlipc.md");
  const [there, missing = ""] = page.split("## Not there yet");
  const numbers = [...there.matchAll(/^### (\d+)\. /gm)].map(([, number]) => Number(number));
  const admitted = [...missing.matchAll(/^\| (\d+) +\|/gm)].map(([, number]) => Number(number));
  const all = [...numbers, ...admitted].sort((a, b) => a - b);
  assert.deepEqual(all, Array.from({ length: ROWS }, (_, i) => i + 1));
});

test("every code that our sources speak of is explained in errors.md", () => {
  const code = files.filter((path) => !path.startsWith("libc/linux_")).map(read).join("\n");
  const spoken = new Set(
    [
      ...code.matchAll(/"(E[A-Z0-9]+)"/g), // thrown, or told from others
      ...[...code.matchAll(/@throws(.|\n *\* (?!@))*/g)].flatMap(([text]) => [
        ...text.matchAll(/\b(E[A-Z0-9]+)\b/g),
      ]),
    ].map(([, name]) => name).filter((name) => Object.hasOwn(errors, name)),
  );
  assert.ok(spoken.size > 40, "the codes were not found");
  const explained = read("docs/errors.md");
  assert.deepEqual([...spoken].filter((name) => !new RegExp(`\\b${name}\\b`).test(explained)), []);
});
