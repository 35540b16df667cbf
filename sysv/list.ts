/**
 * All System V objects of this machine, as `ipcs` shows them, and their removal, as by `ipcrm`.
 */
import {
  allocate,
  check,
  describe,
  integer,
  type Layout,
  msgctl,
  platform,
  readStruct,
  semctl,
  semctlBuffer,
  shmctl,
  structs,
} from "../libc/mod.ts";
import { type LastProcess, lastProcess, type RawStat } from "./stat.ts";
import { type QueueStat, queueStat, type SegmentStat, segmentStat } from "./stat.ts";
import { type SetStat, setStat } from "./stat.ts";

/** A message queue in a list. */
export interface QueueInfo extends QueueStat {
  /** What it is. */
  kind: "queue";
  /** Its identifier. */
  id: number;
}

/** A semaphore set in a list. */
export interface SetInfo extends SetStat {
  /** What it is. */
  kind: "set";
  /** Its identifier. */
  id: number;
  /** Who last operated on its semaphores, each once; none if its mode does not allow us to see. */
  lastProcesses: LastProcess[];
}

/** A shared memory segment in a list. */
export interface SegmentInfo extends SegmentStat {
  /** What it is. */
  kind: "segment";
  /** Its identifier. */
  id: number;
}

/** Any System V object in a list. */
export type ObjectInfo = QueueInfo | SetInfo | SegmentInfo;

/**
 * Lists the System V objects of this machine (of this IPC namespace), also those that we may not use:
 * owner, permissions, times, sizes, and which processes used them last. What `ipcs -a` shows.
 *
 * @param kind Only the objects of this kind. By default all of them.
 * @returns The objects as they were one after another; others may have come and gone meanwhile.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { list } from "@deno-ipc/ipc/sysv";
 *
 * for (const { kind, id, key, uid } of list()) console.log(kind, id, key.toString(16), uid);
 * const unused = list("segment").filter((segment) => segment.attachCount === 0);
 * ```
 *
 * @see https://man7.org/linux/man-pages/man1/ipcs.1.html
 */
export function list(): ObjectInfo[];
/** Lists only the message queues. */
export function list(kind: "queue"): QueueInfo[];
/** Lists only the semaphore sets. */
export function list(kind: "set"): SetInfo[];
/** Lists only the shared memory segments. */
export function list(kind: "segment"): SegmentInfo[];
export function list(kind?: ObjectInfo["kind"]): ObjectInfo[] {
  if (kind !== undefined && !Object.hasOwn(listers, kind)) {
    throw unknownKind(kind);
  }
  return kind === undefined
    ? [...listers.queue(), ...listers.set(), ...listers.segment()]
    : listers[kind]();
}

const listers = {
  queue: (): QueueInfo[] =>
    objects({
      syscall: "msgctl",
      call: msgctl,
      info: [platform.MSG_INFO, structs.msginfo],
      stat: [platform.MSG_STAT_ANY, platform.MSG_STAT, structs.msqid_ds],
      tell: (id, raw) => ({ kind: "queue", id, ...queueStat(raw) }),
    }),
  set: (): SetInfo[] =>
    objects({
      syscall: "semctl",
      call: (index, command, buffer) => semctlBuffer(index, 0, command, buffer),
      info: [platform.SEM_INFO, structs.seminfo],
      stat: [platform.SEM_STAT_ANY, platform.SEM_STAT, structs.semid_ds],
      tell: (id, raw) => {
        const stat = setStat(raw);
        return { kind: "set", id, ...stat, lastProcesses: lastProcesses(id, stat.count) };
      },
    }),
  segment: (): SegmentInfo[] =>
    objects({
      syscall: "shmctl",
      call: shmctl,
      info: [platform.SHM_INFO, structs.shm_info],
      stat: [platform.SHM_STAT_ANY, platform.SHM_STAT, structs.shmid_ds],
      tell: (id, raw) => ({ kind: "segment", id, ...segmentStat(raw) }),
    }),
};

/** How one kind of object is listed. */
interface Listing<L extends Layout, T> {
  /** The name of the C function. */
  syscall: string;
  /** The function: `msgctl` and its sisters. */
  call(index: number, command: number, buffer: Uint8Array<ArrayBuffer>): number;
  /** What asks for the highest index in use, and what that call fills. */
  info: readonly [command: number, layout: Layout];
  /** What asks about an index: as of Linux 4.17 without permission to read, before it with. */
  stat: readonly [any: number, readable: number, layout: L];
  /** The object in our words. */
  tell(id: number, raw: RawStat<L>): T;
}

// The kernel keeps its objects in an array with holes; these calls take an index into it, not an id.
function objects<L extends Layout, T>({ syscall, call, info, stat, tell }: Listing<L, T>): T[] {
  const [any, readable, layout] = stat;
  const last = check(syscall, call(0, info[0], allocate(info[1])));
  const bytes = allocate(layout);
  const result: T[] = [];
  for (let index = 0; index <= last; index++) {
    let id = call(index, any, bytes);
    if (id === -1) id = call(index, readable, bytes);
    if (id !== -1) result.push(tell(id, readStruct(layout, bytes)));
  }
  return result;
}

function lastProcesses(id: number, count: number): LastProcess[] {
  const pids = new Set<number>();
  for (let index = 0; index < count; index++) {
    const pid = semctl(id, index, platform.GETPID, 0);
    if (pid === -1) break; // not readable for us, or removed meanwhile
    if (pid !== 0) pids.add(pid);
  }
  return [...pids].map((pid) => lastProcess(pid)!);
}

/**
 * Removes an object by its kind and identifier, as `ipcrm` does. Waiting processes get EIDRM; a segment
 * stays usable for those who have attached it.
 *
 * @param object What `list` gave, or just its `kind` and `id`.
 * @throws {SyscallError} EINVAL or EIDRM if there is no such object, EPERM if we are neither its owner
 * nor its creator.
 * @tags allow-ffi
 *
 * @example
 * ```ts
 * import { list, MessageQueue, remove } from "@deno-ipc/ipc/sysv";
 *
 * MessageQueue.create(0x1eaf);
 * for (const object of list()) {
 *   if (object.key === 0x1eaf) remove(object);
 * }
 * ```
 *
 * @see https://man7.org/linux/man-pages/man1/ipcrm.1.html
 */
export function remove({ kind, id }: Pick<ObjectInfo, "kind" | "id">): void {
  integer("Identifier", id, 0, 0x7fff_ffff);
  switch (kind) {
    case "queue":
      check("msgctl", msgctl(id, platform.IPC_RMID, null), { id });
      break;
    case "set":
      check("semctl", semctl(id, 0, platform.IPC_RMID, 0), { id });
      break;
    case "segment":
      check("shmctl", shmctl(id, platform.IPC_RMID, null), { id });
      break;
    default:
      throw unknownKind(kind);
  }
}

function unknownKind(kind: unknown): TypeError {
  return new TypeError(`Kind must be "queue", "set" or "segment", got ${describe(kind)}`);
}
