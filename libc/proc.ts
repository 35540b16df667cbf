/**
 * What /proc tells about this process. Read through C, since Deno wants all permissions for it.
 */
import { errorCode, SyscallError } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { whyNotExecutable } from "./files.ts";
import { cString, fromCString } from "./text.ts";

const scratch = new Uint8Array(new ArrayBuffer(4096));

/** The identifiers of a process's threads, as text; none if it has ended. */
export function threads(process: "self" | number = "self"): string[] {
  return entries(`/proc/${process}/task`);
}

/** The descriptors that this process has open. */
export function openDescriptors(): number[] {
  return entries("/proc/self/fd").map(Number);
}

/** The names in a directory; none if there is no such one. */
function entries(path: string): string[] {
  const { open, close } = libc("descriptors");
  const { getdents64 } = libc("threads");
  const flags = platform.O_RDONLY | platform.O_DIRECTORY | platform.O_CLOEXEC;
  const directory = open(cString(path, "Path"), flags, 0);
  if (directory === -1) return [];
  const result: string[] = [];
  let length: number;
  while ((length = getdents64(directory, scratch, BigInt(scratch.length))) > 0) {
    for (let at = 0; at < length;) {
      const entry = scratch.subarray(at, length);
      const name = fromCString(entry, structs.dirent64.fields.d_name[1]);
      if (!name.startsWith(".")) result.push(name);
      at += entry[structs.dirent64.fields.d_reclen[1]] |
        entry[structs.dirent64.fields.d_reclen[1] + 1] << 8;
    }
  }
  close(directory);
  return result;
}

/** What a file about a thread says, up to 4 KiB; nothing if the thread has ended. */
export function ofThread(thread: string, file: "syscall" | "comm"): string {
  return fromCString(readAll(`/proc/self/task/${thread}/${file}`, 4096) ?? new Uint8Array());
}

/** The numbers of a process's children; none if it has ended. */
export function childrenOf(pid: number): number[] {
  return threads(pid).flatMap((thread) => {
    const bytes = readAll(`/proc/${pid}/task/${thread}/children`, Infinity) ?? new Uint8Array();
    return decoder.decode(bytes).split(" ").filter((word) => word !== "").map(Number);
  });
}

/** The words of the command line that this process was started with. */
export function commandLine(): string[] {
  const path = "/proc/self/cmdline";
  const bytes = readAll(path, Infinity);
  if (bytes === undefined) throw new SyscallError("open", errorCode(), { path }); // with no words Deno would be a prompt
  return decoder.decode(bytes).split("\0").slice(0, -1);
}

const decoder = new TextDecoder();

function readAll(path: string, limit: number): Uint8Array | undefined {
  const { open, close, read } = libc("descriptors");
  const fd = open(cString(path, "Path"), platform.O_RDONLY | platform.O_CLOEXEC, 0);
  if (fd === -1) return undefined;
  let whole = new Uint8Array();
  while (whole.length < limit) {
    const length = read(fd, scratch, BigInt(scratch.length));
    if (length <= 0) break;
    const longer = new Uint8Array(whole.length + length);
    longer.set(whole);
    longer.set(scratch.subarray(0, length), whole.length);
    whole = longer;
  }
  close(fd);
  return whole;
}

/** The path of the program that this process runs: of Deno. */
export function executable(): string {
  const path = "/proc/self/exe";
  const found = linkedTo(path);
  if (found === undefined) throw new SyscallError("readlink", "ENOENT", { path });
  // Its file was replaced, by a newer version perhaps: that is what now has the name.
  const name = found.replace(/ \(deleted\)$/, "");
  return name === found || whyNotExecutable(name) === undefined ? name : path;
}

/** Where the file is that `fd` is open for; `undefined` where that cannot be looked up. */
export function pathOf(fd: number): string | undefined {
  return linkedTo(`/proc/self/fd/${fd}`);
}

function linkedTo(path: string): string | undefined {
  const { readlink } = libc("execution");
  const length = readlink(cString(path, "Path"), scratch, BigInt(scratch.length));
  return length === -1 ? undefined : decoder.decode(scratch.subarray(0, length));
}
