/**
 * Which program a command means.
 */
import { absolutePath, describe, getenv, SyscallError, whyNotExecutable } from "../libc/mod.ts";

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
  if (command.includes("/")) return absolute(command); // whether it can be executed shows when it is
  let refused = "ENOENT";
  for (const directory of (getenv("PATH") ?? "/usr/bin:/bin").split(":")) {
    const path = absolute(`${directory || "."}/${command}`);
    const reason = whyNotExecutable(path);
    if (reason === undefined) return path;
    if (reason === "EACCES") refused = reason; // a better one may follow, as execvp has it
  }
  throw new SyscallError("posix_spawn", refused, { path: command });
}

/**
 * The path from the root, with "." and ".." taken out as text. That is how Deno understands a path when it is
 * asked for permission, so the program that is asked for is the one that is started, whatever is linked.
 */
function absolute(path: string): string {
  const parts: string[] = [];
  for (const part of absolutePath(path).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

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
