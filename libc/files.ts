/**
 * What must be asked about files.
 */
import { describe } from "./argument.ts";
import { errorCode, SyscallError } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { allocate, readStruct } from "./struct.ts";
import { cString, fromCString } from "./text.ts";

/** Why the file at `path` cannot be executed; `undefined` if it can, as far as permissions tell. */
export function whyNotExecutable(path: string): string | undefined {
  const type = typeOf(path);
  if (typeof type === "string") return type;
  return type === platform.S_IFREG ? whyNotAccessible(path) : "EACCES";
}

/** Why one cannot change to the directory at `path`; `undefined` if one can. */
export function whyNotDirectory(path: string): string | undefined {
  const type = typeOf(path);
  if (typeof type === "string") return type;
  return type === platform.S_IFDIR ? whyNotAccessible(path) : "ENOTDIR";
}

/** The type of a file, or the error if there is none. */
function typeOf(path: string): number | string {
  const status = allocate(structs.statx);
  const result = libc("paths").statx(
    platform.AT_FDCWD,
    cString(path, "Path"),
    0,
    platform.STATX_TYPE,
    status,
  );
  return result === -1 ? errorCode() : readStruct(structs.statx, status).stx_mode & platform.S_IFMT;
}

function whyNotAccessible(path: string): string | undefined {
  const result = libc("paths").access(cString(path, "Path"), platform.X_OK);
  return result === -1 ? errorCode() : undefined;
}

/** @see https://man7.org/linux/man-pages/man3/getcwd.3.html */
export function getcwd(): string {
  const path = new Uint8Array(new ArrayBuffer(4096));
  if (libc("paths").getcwd(path, BigInt(path.length)) === 0n) {
    throw new SyscallError("getcwd", errorCode());
  }
  return fromCString(path);
}

/**
 * The path from the root, by which a file is found also when our directory has changed. No link leads to our directory's
 * own path, so that ".." in front of a path means there what it means as text. The empty path leads nowhere.
 */
export function absolutePath(path: string): string {
  if (typeof path !== "string") throw new TypeError(`Path must be a string, got ${describe(path)}`);
  if (path === "" || path.startsWith("/")) return path;
  let [directory, rest] = [getcwd(), path];
  for (let step; (step = /^(\.\.?)(\/+|$)/.exec(rest));) {
    if (step[1] === "..") directory = directory.replace(/\/[^/]*$/, "");
    rest = rest.slice(step[0].length);
  }
  return `${directory}/${rest}`;
}

/**
 * The path from the root, with "." and ".." taken out as text. That is how Deno understands a path when it is asked for
 * permission.
 */
export function textualPath(path: string): string {
  const parts: string[] = [];
  for (const part of absolutePath(path).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The first bytes of a file, one character each; `undefined` if we may not read it. */
export function beginning(path: string, length: number): string | undefined {
  const { open, read, close } = libc("descriptors");
  const fd = open(cString(path, "Path"), platform.O_RDONLY | platform.O_CLOEXEC, 0);
  if (fd === -1) return undefined;
  const bytes = new Uint8Array(new ArrayBuffer(length));
  const size = read(fd, bytes, BigInt(length));
  close(fd);
  return String.fromCharCode(...bytes.subarray(0, Math.max(size, 0)));
}
