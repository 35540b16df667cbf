/**
 * Deno and the C library: without these nothing works.
 */
import { libc } from "../libc/library.ts";
import { commandLine } from "../libc/mod.ts";
import { symbols } from "../libc/symbols.ts";
import { ownFlags } from "../process/command_line.ts";
import { whyNot } from "./access.ts";
import type { Finding } from "./finding.ts";

/** The version of Deno that everything is tested with. */
export const TESTED = "2.9.6";

/** Which Deno this is, and how it was started. */
export function examineDeno(): Finding {
  const version = Deno.version.deno;
  const flags = whyNot(["libc"]) === undefined
    ? `, started as deno ${ownFlags(commandLine()).join(" ")}`
    : "";
  if (version === TESTED) return { what: "Deno", state: "works", found: `${version}${flags}` };
  return {
    what: "Deno",
    state: "unknown",
    found: `${version}${flags}; tested is ${TESTED}: npx -y deno@${TESTED}`,
  };
}

/** Whether all functions of C that the library calls are there. */
export function examineLibrary(): Finding {
  const what = "C library";
  try {
    const groups = Object.keys(symbols) as (keyof typeof symbols)[];
    const functions = groups.flatMap((group) => Object.keys(libc(group)));
    const { os, arch } = Deno.build;
    const found = `${glibc()} on ${os} ${arch}, all ${functions.length} functions found`;
    return { what, state: "works", found };
  } catch (error) {
    return { what, state: "lacks", found: (error as Error).message, ...mending(error) };
  }
}

function glibc(): string {
  if (whyNot(["ffi"]) !== undefined) return "glibc"; // its version comes as a pointer, which needs all of FFI
  const { symbols } = Deno.dlopen("libc.so.6", {
    gnu_get_libc_version: { parameters: [], result: "pointer" },
  });
  return `glibc ${Deno.UnsafePointerView.getCString(symbols.gnu_get_libc_version()!)}`;
}

function mending(error: unknown): { mend?: string } {
  if (error instanceof Deno.errors.NotCapable) return {}; // its message says how
  if (error instanceof Deno.errors.NotSupported) return { mend: "take Debian, or its like" };
  return { mend: "take glibc 2.34 or newer, such as that of Debian 12" };
}
