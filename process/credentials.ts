/**
 * Whom a child, or a daemon, is to be.
 */
import { type Credentials, integer, requireArray } from "../libc/mod.ts";

/** The ids among `options`, checked. */
export function credentials({ uid, gid, groups }: Credentials): Credentials {
  const id = (what: string, value: number) => integer(what, value, 0, 0xffff_fffe);
  if (uid !== undefined) id("User", uid);
  if (gid !== undefined) id("Group", gid);
  if (groups !== undefined) requireArray("groups", groups);
  groups?.forEach((group) => id("Group", group));
  return { uid, gid, groups };
}
