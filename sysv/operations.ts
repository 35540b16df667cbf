/**
 * Semaphore operations, as users say them and as C wants them.
 */
import {
  checked,
  integer,
  type OptionNames,
  platform,
  requireArray,
  requireRecord,
  structs,
} from "../libc/basic.ts";

/** One operation on one semaphore of a set. */
export interface SemaphoreOperation {
  /** Which semaphore of the set, from 0. Default 0. */
  index?: number;
  /**
   * What is added, from −32,768 to 32,767. A negative number waits until the value is large enough; 0
   * waits until the value is 0.
   */
  delta: number;
  /** Has the kernel take it back when this process ends, however it ends. */
  undo?: boolean;
  /** Fails with EAGAIN where this operation would have to wait. */
  noWait?: boolean;
}

const operationNames: OptionNames<SemaphoreOperation> = {
  index: true,
  delta: true,
  undo: true,
  noWait: true,
};

/** Returns what a caller wants to be done if it is an array of operations, with no name misspelt; else throws. */
export function requireOperations(
  operations: readonly SemaphoreOperation[],
): readonly SemaphoreOperation[] {
  requireArray("Operations", operations);
  if (operations.length === 0) throw new TypeError("Operations must be at least one");
  for (const operation of operations) {
    requireRecord("An operation", operation);
    checked(operation, operationNames);
  }
  return operations;
}

/** The largest value of a semaphore. */
export const LARGEST: number = platform.SEMVMX;

const SIZE = structs.sembuf.size / 2; // in 16-bit words, of which a struct sembuf is made
const { sem_num, sem_op, sem_flg } = structs.sembuf.fields;

/** Operations in memory, as `semop` wants them. */
export class OperationBuffer {
  #bytes: Buffer;
  #words: Int16Array;

  /** Room for a few operations; it grows with what is packed into it. */
  constructor() {
    this.#bytes = new Uint8Array(new ArrayBuffer(16 * structs.sembuf.size));
    this.#words = new Int16Array(this.#bytes.buffer);
  }

  /** Writes `operations` on a set of `count` semaphores, each with `flags` besides its own. */
  pack(operations: readonly SemaphoreOperation[], count: number, flags: number): Buffer {
    const { length } = operations;
    if (this.#words.length < length * SIZE) this.#grow(length);
    for (let i = 0, at = 0; i < length; i++, at += SIZE) {
      const { index = 0, delta, undo, noWait } = operations[i];
      this.#words[at + sem_num[1] / 2] = integer("Index", index, 0, count - 1);
      this.#words[at + sem_op[1] / 2] = integer("Delta", delta, -LARGEST - 1, LARGEST);
      this.#words[at + sem_flg[1] / 2] = flags |
        (undo ? platform.SEM_UNDO : 0) | (noWait ? platform.IPC_NOWAIT : 0);
    }
    return this.#bytes;
  }

  #grow(length: number): void {
    this.#bytes = new Uint8Array(new ArrayBuffer(length * structs.sembuf.size));
    this.#words = new Int16Array(this.#bytes.buffer);
  }
}

type Buffer = Uint8Array<ArrayBuffer>;

/**
 * The first operation that would have to wait if a set had these values, as the kernel goes through
 * them: in their order, each seeing what those before it have done.
 */
export function firstToWait(
  operations: readonly SemaphoreOperation[],
  values: readonly number[],
): SemaphoreOperation | undefined {
  const after = [...values];
  return operations.find(({ index = 0, delta }) => {
    const value = after[index];
    after[index] += delta;
    return delta === 0 ? value !== 0 : after[index] < 0;
  });
}
