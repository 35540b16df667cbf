/**
 * What must be so before the first test. `deno task test` preloads this file for the examples in the
 * documentation, which import nothing else of the tests.
 */
import { libc } from "../libc/library.ts";
import { defaultSignals, disposition, isIgnored, signalNumber } from "../libc/mod.ts";
import { symbols } from "../libc/symbols.ts";

// All of the C library is open: Deno counts what a test opens as left open, but it stays open on purpose.
for (const group of Object.keys(symbols)) libc(group as keyof typeof symbols);

// A program in the background of a script, or under nohup, ignores signals, and so would all that we start.
const inheritable = ["SIGHUP", "SIGINT", "SIGQUIT"].map(signalNumber);
defaultSignals(inheritable.filter((number) => isIgnored(disposition(number))));
