/**
 * All System V objects of this machine, as `ipcs` shows them, and their removal, as by `ipcrm`.
 */
import {
  allocate,
  check,
  describe,
  integer,
  type Layout,
  platform,
  requireRecord,
} from "../libc/basic.ts";
import { readStruct, semctl } from "../libc/basic.ts";
import { Handle } from "./handle.ts";
import { type Kind, queueKind, segmentKind, setKind } from "./kind.ts";
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
    objects(queueKind, (id, raw) => ({ kind: "queue", id, ...queueStat(raw) })),
  set: (): SetInfo[] =>
    objects(setKind, (id, raw) => {
      const stat = setStat(raw);
      return { kind: "set", id, ...stat, lastProcesses: lastProcesses(id, stat.count) };
    }),
  segment: (): SegmentInfo[] =>
    objects(segmentKind, (id, raw) => ({ kind: "segment", id, ...segmentStat(raw) })),
};

// The kernel keeps its objects in an array with holes; these calls take an index into it, not an id.
function objects<L extends Layout, T>(
  { syscall, layout, info: [infoCommand, infoLayout], statAt, control }: Kind<L>,
  describe: (id: number, raw: RawStat<L>) => T,
): T[] {
  const last = check(syscall, control(0, infoCommand, allocate(infoLayout)));
  const bytes = allocate(layout);
  const result: T[] = [];
  for (let index = 0; index <= last; index++) {
    let id = control(index, statAt[0], bytes);
    if (id === -1) id = control(index, statAt[1], bytes);
    if (id !== -1) result.push(describe(id, readStruct(layout, bytes)));
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
 * @throws {SyscallError} EIDRM if there is no such object, EPERM if we are neither its owner nor its
 * creator.
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
export function remove(object: Pick<ObjectInfo, "kind" | "id">): void {
  requireRecord("Object", object);
  const { kind, id } = object;
  if (!Object.hasOwn(handles, kind)) throw unknownKind(kind);
  handles[kind](integer("Identifier", id, 0, 0x7fff_ffff)).remove();
}

const handles = {
  queue: (id: number) => new Handle(queueKind, id, false),
  set: (id: number) => new Handle(setKind, id, false),
  segment: (id: number) => new Handle(segmentKind, id, false),
};

function unknownKind(kind: unknown): TypeError {
  return new TypeError(`Kind must be "queue", "set" or "segment", got ${describe(kind)}`);
}
