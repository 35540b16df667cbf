/**
 * The constants, errors and structure layouts of the machine we run on, chosen once.
 */
import * as linuxArm64 from "./linux_arm64.ts";
import * as linuxX86_64 from "./linux_x86_64.ts";

/** Whether this library knows the C library of this platform. */
export const supported: boolean = Deno.build.os === "linux" && Deno.build.env === "gnu" &&
  (Deno.build.arch === "x86_64" || Deno.build.arch === "aarch64");

// On a platform that is not supported nothing may happen at import, so it gets a table as well; the
// first call fails in library.ts before any value of it could reach C.
const table = Deno.build.arch === "aarch64" ? linuxArm64 : linuxX86_64;

/** The tables of all platforms that we know. */
export const tables = [linuxArm64, linuxX86_64] as const;

/** Numeric constants of this platform's headers, by their C names. */
export const platform: typeof linuxArm64.constants | typeof linuxX86_64.constants = table.constants;

/** Structure layouts of this platform, by their C names. */
export const structs: typeof linuxArm64.structs | typeof linuxX86_64.structs = table.structs;

/** Signal numbers of this platform, by name. */
export const signals: Readonly<Record<string, number>> = table.signals;

/** Error numbers of this platform and their texts, by name. */
export const errors: Readonly<Record<string, readonly [number: number, text: string]>> =
  table.errors;
