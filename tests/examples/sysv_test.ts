import assert from "node:assert/strict";
import { list, MessageQueue, remove, SemaphoreSet, SharedMemory } from "../../sysv/mod.ts";
import { example } from "../fixtures/examples.ts";
import { Program, run, test } from "../harness.ts";

const KEY = 0x65780001;
const HEX = "0x65780001";

function perl(name: string, ...args: unknown[]): string[] {
  const script = `${import.meta.dirname}/../../tour/peers/${name}.pl`;
  return ["perl", script, ...args.map(String)];
}

/** Removes what is under our key, whatever it is. */
function removing(): Disposable {
  return {
    [Symbol.dispose]() {
      for (const object of list()) if (object.key === KEY) remove(object);
    },
  };
}

test("the shared memory example runs alone and removes its segment", async () => {
  const output = await run(example("sysv/shared_memory", []));
  assert.match(output, /^segment \d+ of 2000 bytes\nwrote .*\nread .*\nthe same\n$/);
});

test("Perl reads what the shared memory example has written", async () => {
  using _ = removing();
  const output = await run(example("sysv/shared_memory", [], HEX));
  const { id } = SharedMemory.open(KEY);
  assert.equal(await run(perl("segment", id, "read", 0, 60)), "The kettle is on\n");
  assert.match(output, new RegExp(`^segment ${id} `));
}, { needs: ["perl"] });

test("the message queue example runs alone and removes its queue", async () => {
  assert.match(await run(example("sysv/message_queue", [])), /of type 12\nthe same\n$/);
});

test("the message queue example receives what Perl sent, and Perl what it has sent", async () => {
  using _ = removing();
  const { id } = MessageQueue.create(KEY);
  await run(perl("queue", id, "send", 12, "One ticket"));
  const output = await run(example("sysv/message_queue", [], HEX));
  assert.match(output, /received "One ticket" of type 12\nanother one\n$/);
  assert.equal(await run(perl("queue", id, "receive", 12)), "12 Two tickets, please\n");
}, { needs: ["perl"] });

test("the semaphore examples create, take, give and remove", async () => {
  using _ = removing();
  assert.match(
    await run(example("sysv/semaphore_create", [], HEX)),
    /the values 0 0 0 0 0 0 0 0 0 0\n$/,
  );
  assert.equal(await run(example("sysv/semaphore_take", [], HEX)), "taking\ntaken\n");
  assert.equal(SemaphoreSet.open(KEY).value(), 1);
  assert.equal(await run(example("sysv/semaphore_give", [], HEX)), "given\n");
  assert.equal(await run(example("sysv/semaphore_give", [], HEX)), "nobody has taken it\n");
  assert.match(await run(example("sysv/semaphore_create", [], HEX, "remove")), /^removed/);
  assert.throws(() => SemaphoreSet.open(KEY), { code: "ENOENT" });
});

test("the take example waits until Perl gives, and Perl until the give example does", async () => {
  using _ = removing();
  await run(example("sysv/semaphore_create", [], HEX));
  const set = SemaphoreSet.open(KEY);
  await run(perl("semaphore", HEX, "take"));

  await using taking = new Program(example("sysv/semaphore_take", [], HEX));
  assert.equal(await taking.line(), "taking");
  await run(perl("semaphore", HEX, "give")); // would itself wait if we had not taken it
  assert.equal(await taking.line(), "taken");
  assert.equal(set.value(), 1); // not 2: it was not taken before it was given

  await using holding = new Program(perl("semaphore", HEX, "take"));
  assert.equal(await run(example("sysv/semaphore_give", [], HEX)), "given\n");
  assert.equal(await holding.line(), "done: take");
  assert.equal(set.value(), 1);
}, { needs: ["perl"] });

test("the leftovers example finds a segment whose Perl is gone, and leaves it", async () => {
  using _ = removing();
  const make = `my $id = shmget(${KEY}, 100, IPC_CREAT | 0600) // die $!; print "$$ $id"`;
  const [pid, id] = (await run(["perl", "-MIPC::SysV=IPC_CREAT", "-e", make])).split(" ");
  const output = await run(example("sysv/leftovers", []));
  assert.ok(output.includes(`segment ${id}: key ${HEX}, user`), output);
  assert.ok(output.includes(`segment ${id} is unused, and process ${pid} that made it is gone`));
  assert.match(output, /is ours, so reclaim says false\nremoved queue \d+\nand .* true\n$/);
  assert.equal(SharedMemory.open(KEY).id, Number(id));
}, { needs: ["perl"] });

test("the leftovers example takes an old queue that nobody has a lease for", async () => {
  using _ = removing();
  const { id } = MessageQueue.create(KEY);
  const output = await run(example("sysv/leftovers", [], HEX));
  assert.ok(output.includes(`removed queue ${id}\nnow there is no old queue`), output);
});
