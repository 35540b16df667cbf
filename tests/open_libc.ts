/**
 * Opens all of the C library before the first test. Deno counts what a test opens as left open, but the
 * library stays open on purpose. `deno task test` preloads this file for the examples in the
 * documentation, which import nothing else of the tests.
 */
import { libc } from "../libc/library.ts";
import { symbols } from "../libc/symbols.ts";

for (const group of Object.keys(symbols)) libc(group as keyof typeof symbols);
