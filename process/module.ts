/**
 * Another Deno on a module of ours.
 */
import {
  checked,
  commandLine,
  describe,
  executable,
  requireArray,
  requireRecord,
} from "../libc/mod.ts";
import type { Child } from "./child.ts";
import { requireArguments } from "./command.ts";
import { ownFlags } from "./command_line.ts";
import { spawn, type SpawnOptions } from "./spawn.ts";

/** What a module may do: a kind of access as a whole (`true`), or only to what is listed. */
export type ModulePermissions = Partial<Record<ModuleAccess, boolean | readonly string[]>>;

/** The kinds of access that Deno has flags for. */
export type ModuleAccess = "read" | "write" | "net" | "env" | "run" | "ffi" | "sys" | "import";

/** How a module is run. */
export interface ModuleOptions extends Omit<SpawnOptions, "arg0"> {
  /** What it may do: nothing by default, "inherit" for what our own flags allow, or what is named. */
  permissions?: "none" | "inherit" | ModulePermissions;
  /** More flags for `deno run`, such as `--v8-flags=--single-threaded`. */
  flags?: readonly string[];
}

const moduleNames = { permissions: true, flags: true } as const;

/**
 * Starts a Deno of its own on a module, the asynchronous stand-in for {@linkcode fork}: it takes 20 to 40 ms,
 * and shares nothing with us but the descriptors that it is given.
 *
 * @param module A `file:` URL, as `new URL("worker.ts", import.meta.url)`, or an `http:` or `https:` one.
 * @param args Its `Deno.args`.
 * @throws {Deno.errors.NotCapable} Without `--allow-run` for Deno itself, which is as good as all permissions.
 * @throws {SyscallError} As {@linkcode spawn}.
 * @tags allow-ffi, allow-run
 *
 * @example
 * ```ts
 * import { spawnModule } from "@deno-ipc/ipc/process";
 *
 * const module = new URL("data:text/javascript,console.log(Deno.args.length)");
 * const child = spawnModule(module, ["a", "b"], { permissions: "none", fds: { 1: "pipe" } });
 * for await (const line of child.fd(1).lines()) console.log(line); // 2
 * console.log((await child.status).success); // true
 * ```
 */
export function spawnModule(
  module: string | URL,
  args: readonly string[] = [],
  options: ModuleOptions = {},
): Child {
  const { permissions = "none", flags = [], ...spawning } = checked(options, moduleNames);
  requireArguments(args);
  requireArray("flags", flags);
  const words = [
    "run",
    "--no-prompt",
    ...permissionFlags(permissions),
    ...flags,
    urlOf(module),
    ...args,
  ];
  return spawn(executable(), words, { ...spawning, arg0: undefined });
}

function permissionFlags(permissions: NonNullable<ModuleOptions["permissions"]>): string[] {
  if (permissions === "none") return [];
  if (permissions === "inherit") return ourPermissions();
  requireRecord("permissions", permissions);
  return Object.entries(permissions).flatMap(([access, value]) => permissionFlag(access, value));
}

function urlOf(module: string | URL): string {
  if (URL.canParse(module)) return new URL(module).href;
  throw new TypeError(
    `Module must be a URL such as new URL("worker.ts", import.meta.url), got ${describe(module)}`,
  );
}

function permissionFlag(access: string, value: boolean | readonly string[]): string[] {
  if (!["read", "write", "net", "env", "run", "ffi", "sys", "import"].includes(access)) {
    throw new TypeError(`Unknown permission ${Deno.inspect(access)}`);
  }
  if (value === false) return [`--deny-${access}`];
  if (value === true) return [`--allow-${access}`];
  const name = value.find((name) => name === "" || name.includes(","));
  if (name !== undefined) {
    throw new TypeError(`Deno's flags cannot say ${Deno.inspect(name)} of --allow-${access}`);
  }
  return value.length === 0 ? [] : [`--allow-${access}=${value.join(",")}`]; // nothing is not everything
}

/** The flags about permissions that this program was started with. */
function ourPermissions(): string[] {
  return ownFlags(commandLine()).filter((word) =>
    /^(--(allow|deny|ignore)-|--no-prompt$|-[ARWNESI]+(=|$)|-P(=|$)|--permission-set)/.test(word)
  );
}
