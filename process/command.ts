/**
 * Which program a command means.
 */
import { describe, getenv, SyscallError, textualPath, whyNotExecutable } from "../libc/mod.ts";

/**
 * The absolute path of `command`: itself if it has a slash, seen from our working directory; else the
 * first executable file of that name in the directories of our PATH.
 *
 * @throws {SyscallError} For a name: ENOENT if there is none, EACCES if there are only such as cannot be executed.
 */
export function findCommand(command: string): string {
  if (typeof command !== "string" || command === "" || command.includes("\0")) {
    throw new TypeError(`Command must be a string without NUL, got ${Deno.inspect(command)}`);
  }
  // What is asked for permission is what is started, whatever is linked.
  if (command.includes("/")) return textualPath(command);
  let refused = "ENOENT";
  for (const directory of searchPath().split(":")) {
    const path = textualPath(`${directory || "."}/${command}`);
    const reason = whyNotExecutable(path);
    if (reason === undefined) return path;
    if (reason === "EACCES") refused = reason; // a better one may follow, as execvp has it
  }
  throw new SyscallError("posix_spawn", refused, { path: command });
}

/**
 * Our PATH, from Deno where we may ask it: it keeps those in other threads from changing the environment meanwhile, and C
 * does not.
 */
function searchPath(): string {
  const asked = Deno.permissions.querySync({ name: "env", variable: "PATH" });
  try {
    if (asked.state === "granted") return Deno.env.get("PATH") ?? DEFAULT;
  } catch {
    // It is no UTF-8.
  }
  return getenv("PATH") ?? DEFAULT;
}

const DEFAULT = "/usr/bin:/bin";

const encoder = new TextEncoder();

/** A command and its arguments as C wants them, with `arg0` as the first. */
export function encodeArguments(
  command: string,
  args: readonly string[],
  arg0: string = command,
): Uint8Array[] {
  requireArguments(args);
  return [arg0, ...args].map((argument, i) => {
    if (typeof argument !== "string" || argument.includes("\0")) {
      throw new TypeError(
        `Argument ${i} of ${command} must be a string without NUL, got ${Deno.inspect(argument)}`,
      );
    }
    return encoder.encode(argument);
  });
}

/** Throws unless `args` is an array: of text each character would become an argument. */
export function requireArguments(args: readonly string[]): void {
  if (Array.isArray(args)) return;
  throw new TypeError(
    `Arguments must be an array of strings, before the options, got ${describe(args)}`,
  );
}
