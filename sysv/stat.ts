/**
 * What the kernel keeps about every System V object.
 */
import { integer, isAlive, type Layout } from "../libc/mod.ts";

/** What the kernel keeps about every System V object. */
export interface ObjectStat {
  /** The key, a signed 32-bit integer; 0 for an object made "private". */
  key: number;
  /** The owner's user. */
  uid: number;
  /** The owner's group. */
  gid: number;
  /** The user that made the object. */
  creatorUid: number;
  /** The group that made the object. */
  creatorGid: number;
  /** The permission bits, from 0 to 0o777. */
  mode: number;
  /** When it was made or last changed by `set`, in whole seconds. */
  changeTime: Date;
}

/** A process that the kernel remembers as the last to have done something. */
export interface LastProcess {
  /** Its process number. */
  pid: number;
  /** Whether a process with that number exists now: maybe another one that was given it since. */
  alive: boolean;
}

/** What of an object's ownership can be changed, by its owner, its creator or root. */
export interface OwnershipChange {
  /** The new owner's user. */
  uid?: number;
  /** The new owner's group. */
  gid?: number;
  /** The new permission bits, from 0 to 0o777. */
  mode?: number;
}

/** The fields of a structure about an object, by their C names. */
export type RawStat<L extends Layout> = Record<keyof L["fields"], number>;

/** The fields of the `ipc_perm` that every object's structure begins with. */
export type PermissionFields = Record<
  "perm.__key" | "perm.uid" | "perm.gid" | "perm.cuid" | "perm.cgid" | "perm.mode",
  number
>;

/** The part of a stat that is the same for every object. */
export function objectStat(raw: PermissionFields, changeTime: number): ObjectStat {
  return {
    key: raw["perm.__key"],
    uid: raw["perm.uid"],
    gid: raw["perm.gid"],
    creatorUid: raw["perm.cuid"],
    creatorGid: raw["perm.cgid"],
    mode: raw["perm.mode"] & 0o777,
    changeTime: new Date(changeTime * 1000),
  };
}

/** A time in seconds, where 0 stands for never. */
export function time(seconds: number): Date | null {
  return seconds === 0 ? null : new Date(seconds * 1000);
}

/** A process number, where 0 stands for nobody, or for one outside our pid namespace. */
export function lastProcess(pid: number): LastProcess | null {
  return pid === 0 ? null : { pid, alive: isAlive(pid) };
}

/** The changed fields of `ipc_perm`, checked. */
export function permissionFields({ uid, gid, mode }: OwnershipChange): Partial<PermissionFields> {
  const fields: Partial<PermissionFields> = {};
  if (uid !== undefined) fields["perm.uid"] = integer("User", uid, 0, 0xffff_fffe);
  if (gid !== undefined) fields["perm.gid"] = integer("Group", gid, 0, 0xffff_fffe);
  if (mode !== undefined) fields["perm.mode"] = integer("Mode", mode, 0, 0o777);
  return fields;
}
