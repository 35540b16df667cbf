/**
 * Opens the C library, one group of symbols at a time, when the group is first used; and reads the
 * errno that its functions leave behind.
 */
import { supported } from "./platform.ts";
import { symbols } from "./symbols.ts";

type Groups = typeof symbols;
type Opened = { -readonly [G in keyof Groups]?: Deno.DynamicLibrary<Groups[G]>["symbols"] };

const opened: Opened = {};

/** The functions of one group, ready to be called. */
export function libc<G extends keyof Groups>(group: G): NonNullable<Opened[G]> {
  return opened[group] ?? open(group);
}

function open<G extends keyof Groups>(group: G): NonNullable<Opened[G]> {
  if (!supported) {
    const { os, arch, env } = Deno.build;
    throw new Deno.errors.NotSupported(
      `Cannot call the C library on ${os} ${arch}${env ? ` (${env})` : ""}: ` +
        "only Linux with glibc on x86-64 and arm64 is supported",
    );
  }
  // The base comes along with whatever is opened first: opening anything costs about 0.3 ms.
  const wanted = opened.base ? symbols[group] : { ...symbols[group], ...symbols.base };
  const library = Deno.dlopen(path(), wanted).symbols;
  opened[group] = library as NonNullable<Opened[G]>;
  opened.base ??= library as unknown as NonNullable<Opened["base"]>;
  // Found now, because finding it after a call has failed would overwrite what we want to read.
  errnoLocation ??= opened.base.__errno_location();
  return opened[group]!;
}

const number = new Int32Array(new ArrayBuffer(8)); // an explicit buffer lies off V8's heap
let errnoLocation: bigint | undefined;

/** This thread's errno. Valid only as the next thing after the synchronous call that failed. */
export function errno(): number {
  libc("base").memmoveFrom(number, errnoLocation!, 4n);
  return number[0];
}

// A scoped --allow-ffi=<path> grants one exact absolute path and refuses the bare name, so ask which
// of the places where distributions keep glibc was granted. Asking never prompts; dlopen would.
const paths = [
  "libc.so.6",
  `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  `/usr/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  "/lib64/libc.so.6",
  "/usr/lib64/libc.so.6",
  "/lib/libc.so.6",
  "/usr/lib/libc.so.6",
];

function path(): string {
  const all = Deno.permissions.querySync({ name: "ffi" }).state === "granted";
  const granted = all
    ? paths[0]
    : paths.find((path) => Deno.permissions.querySync({ name: "ffi", path }).state === "granted");
  if (granted === undefined) {
    throw new Deno.errors.NotCapable(
      `Requires ffi access to the C library, run again with --allow-ffi or --allow-ffi=${paths[1]}`,
    );
  }
  return granted;
}
