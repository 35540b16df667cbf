/**
 * What of an object its owner can change.
 */
import { integer, type OptionNames } from "../libc/basic.ts";
import type { PermissionFields } from "./stat.ts";

/** What of an object's ownership can be changed, by its owner, its creator or root. */
export interface OwnershipChange {
  /** The new owner's user. */
  uid?: number;
  /** The new owner's group. */
  gid?: number;
  /** The new permission bits, from 0 to 0o777. */
  mode?: number;
}

/** What {@linkcode OwnershipChange} has. */
export const ownershipNames: OptionNames<OwnershipChange> = { uid: true, gid: true, mode: true };

/** The changed fields of `ipc_perm`, checked. */
export function permissionFields({ uid, gid, mode }: OwnershipChange): Partial<PermissionFields> {
  const fields: Partial<PermissionFields> = {};
  if (uid !== undefined) fields["perm.uid"] = integer("User", uid, 0, 0xffff_fffe);
  if (gid !== undefined) fields["perm.gid"] = integer("Group", gid, 0, 0xffff_fffe);
  if (mode !== undefined) fields["perm.mode"] = integer("Mode", mode, 0, 0o777);
  return fields;
}
