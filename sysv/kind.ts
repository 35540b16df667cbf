/**
 * How C speaks about the three kinds of object.
 */
import { type Layout, msgctl, platform, semctlBuffer, shmctl, structs } from "../libc/basic.ts";

/** How C speaks about one kind of object. */
export interface Kind<L extends Layout> {
  /** The name of our class, for errors. */
  readonly name: string;
  /** The name of the C function behind `control`. */
  readonly syscall: string;
  /** The structure about an object. */
  readonly layout: L;
  /** The command for the highest index in use, and what that fills. */
  readonly info: readonly [command: number, layout: Layout];
  /** The commands for the structure at an index: as of Linux 4.17 of any object, before of readable ones. */
  readonly statAt: readonly [any: number, readable: number];
  /** `msgctl` and its sisters. */
  control(id: number, command: number, buffer: Uint8Array<ArrayBuffer>): number;
}

/** Message queues. */
export const queueKind: Kind<typeof structs.msqid_ds> = {
  name: "MessageQueue",
  syscall: "msgctl",
  layout: structs.msqid_ds,
  info: [platform.MSG_INFO, structs.msginfo],
  statAt: [platform.MSG_STAT_ANY, platform.MSG_STAT],
  control: msgctl,
};

/** Semaphore sets. */
export const setKind: Kind<typeof structs.semid_ds> = {
  name: "SemaphoreSet",
  syscall: "semctl",
  layout: structs.semid_ds,
  info: [platform.SEM_INFO, structs.seminfo],
  statAt: [platform.SEM_STAT_ANY, platform.SEM_STAT],
  control: (id, command, buffer) => semctlBuffer(id, 0, command, buffer),
};

/** Shared memory segments. */
export const segmentKind: Kind<typeof structs.shmid_ds> = {
  name: "SharedMemory",
  syscall: "shmctl",
  layout: structs.shmid_ds,
  info: [platform.SHM_INFO, structs.shm_info],
  statAt: [platform.SHM_STAT_ANY, platform.SHM_STAT],
  control: shmctl,
};
