/**
 * Files as descriptors.
 */
import { check, close, integer, open, type OptionNames, pathOf, platform } from "../libc/mod.ts";
import { requireOrdinary, requirePath } from "./permission.ts";

/** How a file is opened. By default for reading. */
export interface OpenOptions {
  /** For reading; the default unless it is for writing. */
  read?: boolean;
  /** For writing. */
  write?: boolean;
  /** For writing, always at the end. */
  append?: boolean;
  /** Empties it first. */
  truncate?: boolean;
  /** Makes it if it is not there. */
  create?: boolean;
  /** Makes it; fails with EEXIST if it is there, be it as a symbolic link. */
  createNew?: boolean;
  /** Whether `path` may be a symbolic link; else that is ELOOP. Default true. */
  followLinks?: boolean;
  /** The permission bits of a new file, less the umask. Default 0o666. */
  mode?: number;
}

/** What {@linkcode OpenOptions} are called. */
export const openNames: OptionNames<OpenOptions> = {
  read: true,
  write: true,
  append: true,
  truncate: true,
  create: true,
  createNew: true,
  followLinks: true,
  mode: true,
};

/** Opens a file: its descriptor. */
export function openFile(path: string, options: OpenOptions): number {
  const flags = flagsOf(path, options);
  // To open a device may do something: so it is looked at before, and afterwards in case it was replaced.
  const seen = open(path, platform.O_PATH | platform.O_CLOEXEC | flags & platform.O_NOFOLLOW);
  if (seen !== -1) close(ordinary(seen, path)); // else there is none yet, or the same error comes once more
  return ordinary(check("open", open(path, flags, options.mode ?? 0o666), { path }), path);
}

/** Returns `fd` unless it may not be used. */
function ordinary(fd: number, path: string): number {
  try {
    requireOrdinary(pathOf(fd) ?? path, path); // a link may have led there
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

function flagsOf(path: string, options: OpenOptions): number {
  const { append = false, truncate, create, createNew, followLinks = true, mode = 0o666 } = options;
  const write = options.write || append;
  const read = options.read ?? !write;
  if (!read && !write) throw new TypeError("A file must be opened for reading or writing");
  if (!write && (truncate || create || createNew)) {
    throw new TypeError("truncate, create and createNew need write or append");
  }
  integer("Mode", mode, 0, 0o777);
  if (read) requirePath("read", path);
  if (write) requirePath("write", path);
  const access = read && write ? platform.O_RDWR : write ? platform.O_WRONLY : platform.O_RDONLY;
  return access | platform.O_CLOEXEC | platform.O_NOCTTY |
    (followLinks ? 0 : platform.O_NOFOLLOW) |
    (append ? platform.O_APPEND : 0) |
    (truncate ? platform.O_TRUNC : 0) |
    (create || createNew ? platform.O_CREAT : 0) |
    (createNew ? platform.O_EXCL : 0);
}
