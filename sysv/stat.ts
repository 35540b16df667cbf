/**
 * What the kernel keeps about System V objects, in our words.
 */
import { isAlive, type Layout, platform, type structs } from "../libc/basic.ts";

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

/** What the kernel keeps about a queue. */
export interface QueueStat extends ObjectStat {
  /** How many messages are in it. */
  messages: number;
  /** How many bytes they have together. */
  bytes: number;
  /** How many bytes it may hold. */
  maxBytes: number;
  /** When a message was last sent. */
  sendTime: Date | null;
  /** When a message was last received. */
  receiveTime: Date | null;
  /** Who last sent a message. */
  lastSender: LastProcess | null;
  /**
   * Who last received a message. Of a receiver that was waiting the kernel notes the thread, not the process,
   * and Deno ends its waiting threads when they have been idle: so `alive: false` proves nothing.
   */
  lastReceiver: LastProcess | null;
}

/** What the kernel keeps about a set. */
export interface SetStat extends ObjectStat {
  /** How many semaphores it has. */
  count: number;
  /** When an operation last succeeded. */
  operationTime: Date | null;
}

/** What the kernel keeps about a segment. */
export interface SegmentStat extends ObjectStat {
  /** Its size in bytes. */
  size: number;
  /** How many times it is attached, by all processes together. */
  attachCount: number;
  /** When it was last attached. */
  attachTime: Date | null;
  /** When it was last detached. */
  detachTime: Date | null;
  /** Who made it. */
  creator: LastProcess | null;
  /** Who last attached or detached it. */
  lastProcess: LastProcess | null;
  /** Whether it has been removed, and goes when the last one detaches it. */
  removed: boolean;
  /** Whether it is locked in memory. */
  locked: boolean;
}

/** The fields of a structure about an object, by their C names. */
export type RawStat<L extends Layout> = Record<keyof L["fields"], number>;

/** The fields of the `ipc_perm` that every object's structure begins with. */
export type PermissionFields = Record<
  "perm.__key" | "perm.uid" | "perm.gid" | "perm.cuid" | "perm.cgid" | "perm.mode",
  number
>;

/** The kernel's structure about a queue, in our words. */
export function queueStat(raw: RawStat<typeof structs.msqid_ds>): QueueStat {
  return {
    ...objectStat(raw, raw.msg_ctime),
    messages: raw.msg_qnum,
    bytes: raw.__msg_cbytes,
    maxBytes: raw.msg_qbytes,
    sendTime: time(raw.msg_stime),
    receiveTime: time(raw.msg_rtime),
    lastSender: lastProcess(raw.msg_lspid),
    lastReceiver: lastProcess(raw.msg_lrpid),
  };
}

/** The kernel's structure about a set, in our words. */
export function setStat(raw: RawStat<typeof structs.semid_ds>): SetStat {
  return {
    ...objectStat(raw, raw.sem_ctime),
    count: raw.sem_nsems,
    operationTime: time(raw.sem_otime),
  };
}

/** The kernel's structure about a segment, in our words. */
export function segmentStat(raw: RawStat<typeof structs.shmid_ds>): SegmentStat {
  return {
    ...objectStat(raw, raw.shm_ctime),
    size: raw.shm_segsz,
    attachCount: raw.shm_nattch,
    attachTime: time(raw.shm_atime),
    detachTime: time(raw.shm_dtime),
    creator: lastProcess(raw.shm_cpid),
    lastProcess: lastProcess(raw.shm_lpid),
    removed: (raw["perm.mode"] & platform.SHM_DEST) !== 0,
    locked: (raw["perm.mode"] & platform.SHM_LOCKED) !== 0,
  };
}

/** The part of a stat that is the same for every object. */
function objectStat(raw: PermissionFields, changeTime: number): ObjectStat {
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
function time(seconds: number): Date | null {
  return seconds === 0 ? null : new Date(seconds * 1000);
}

/** A process number, where 0 stands for nobody, or for one outside our pid namespace. */
export function lastProcess(pid: number): LastProcess | null {
  return pid === 0 ? null : { pid, alive: isAlive(pid) };
}
