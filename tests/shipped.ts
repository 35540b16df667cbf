/**
 * What is published of the repository.
 */
import config from "../deno.json" with { type: "json" };

/** Where the repository is. */
export const root: URL = new URL("../", import.meta.url);

/** The paths of the entry points, by the names under which they are imported. */
export const entries: Readonly<Record<string, string>> = config.exports;

/** The paths of all modules that are published, from the root. */
export const files: readonly string[] = shippedFiles(root);

function shippedFiles(directory: URL): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const url = new URL(isDirectory ? `${name}/` : name, directory);
    const path = url.pathname.slice(root.pathname.length);
    if (name.startsWith(".") || config.publish.exclude.includes(path.replace(/\/$/, ""))) return [];
    if (isDirectory) return shippedFiles(url);
    return name.endsWith(".ts") ? [path] : [];
  });
}
