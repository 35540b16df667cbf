/**
 * The kernel objects that the peers work on. They have keys, since Python's sysv_ipc opens nothing by its
 * identifier; made and removed here, so that a peer that dies leaves nothing behind.
 */
import { MessageQueue, SemaphoreSet, SharedMemory } from "../sysv/mod.ts";

/** Names of the objects; the semaphores are two, the others one each. */
export type ObjectName = "queue" | "semaphores" | "smallMemory" | "largeMemory";

let next = 0x4000_0000 + Deno.pid * 64; // keys that two runs at once do not share

/** Makes all objects, to be removed with `stack`, and returns their keys. */
export function makeObjects(stack: DisposableStack): Record<ObjectName, number[]> {
  const made = (make: (key: number) => { remove(): void }) => {
    const object = make(next);
    stack.defer(() => object.remove());
    return next++;
  };
  // Sets of one semaphore each, because sysv_ipc knows no others.
  const semaphore = () => made((key) => SemaphoreSet.create(key, { count: 1 }));
  const memory = (size: number) => made((key) => SharedMemory.create(key, { size }));
  return {
    queue: [made((key) => MessageQueue.create(key))],
    semaphores: [semaphore(), semaphore()],
    smallMemory: [memory(4096)],
    largeMemory: [memory(2 ** 20)],
  };
}
