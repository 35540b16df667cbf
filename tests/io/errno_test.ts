/**
 * What errno says may be of something that the runtime did between a call and our reading it: EAGAIN of any of its
 * locks, and once in the life of a program ENOENT. It cannot be had at will, so here it is put in errno's place.
 */
import assert from "node:assert/strict";
import { pipe } from "../../io/mod.ts";
import { libc } from "../../libc/library.ts";
import { Socket } from "../../sockets/mod.ts";
import { MessageQueue, SemaphoreSet } from "../../sysv/mod.ts";
import { LockPlace } from "../fixtures/lock_place.ts";
import { test } from "../harness.ts";

const ENOENT = 2;

/** What `action` comes to if errno is ENOENT the first times that it is looked at; and that it was. */
function doubtful<T>(times: number, action: () => T): T {
  const base = libc("base") as {
    memmoveFrom: (into: Int32Array, from: bigint, size: bigint) => void;
  };
  const { memmoveFrom } = base;
  let left = times;
  base.memmoveFrom = (into, from, size) => {
    left > 0 ? into[0] = ENOENT : memmoveFrom(into, from, size);
    left--;
  };
  try {
    return action();
  } finally {
    base.memmoveFrom = memmoveFrom;
    assert.ok(left <= 0, "nobody has looked at errno");
  }
}

test("a call that means to wait does so, whatever else looked for a file meanwhile", () => {
  using ends = pipe();
  using place = new LockPlace();
  using mine = place.open();
  using theirs = place.open();
  using _ = mine.lockSync();
  using full = pipe();
  while (full.writer.tryWrite(new Uint8Array(4096)) !== undefined);
  using socket = Socket.open("inet", "datagram");
  using queue = MessageQueue.create("private");
  using set = SemaphoreSet.create("private", { count: 1 });
  const nothing: Record<string, () => unknown> = {
    read: () => ends.reader.tryRead(new Uint8Array(10)),
    write: () => full.writer.tryWrite(new Uint8Array(1)),
    flock: () => theirs.tryLock(),
    recvfrom: () => socket.tryReceive(),
    msgrcv: () => queue.tryReceive(),
    semop: () => set.tryAcquire() || undefined,
  };
  for (const [name, action] of Object.entries(nothing)) {
    assert.equal(doubtful(1, action), undefined, name);
  }
});

test("a file that is not there is said so, in the end", () => {
  using ends = pipe();
  assert.throws(() => doubtful(2, () => ends.reader.tryRead(new Uint8Array(10))), {
    code: "ENOENT",
    syscall: "read",
  });
});
