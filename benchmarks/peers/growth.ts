/**
 * The work of growth.c with this library: what is waited for is awaited, messages either way.
 *
 *   deno run -A growth.ts <case> <count> <bytes> <key> <directory>
 */
import { type Pipe, pipe } from "../../pipes/mod.ts";
import { socketPair } from "../../sockets/mod.ts";
import { MessageQueue } from "../../sysv/mod.ts";
import { type Operation, repeated, task } from "./task.ts";

const { name, bytes, command: key } = task;
const message = new Uint8Array(bytes).fill(0x78);
const room = new Uint8Array(64 * 1024);
const byte = message.subarray(0, 1);

/** Which one is next, as in growth.c. */
let number = 1;
const next = () => (number = number * 75 % 65_537) % bytes;

// Each case opens what it needs and returns its operation.
const cases: Record<string, () => Operation> = {
  waiting() {
    const read = ({ reader }: Pipe) => reader.read(new Uint8Array(1));
    const pipes = Array.from({ length: bytes }, pipe);
    const reads = pipes.map(read);
    return async () => {
      const which = next();
      pipes[which].writer.writeSync(byte);
      await reads[which];
      reads[which] = read(pipes[which]);
      return bytes;
    };
  },
  receives() {
    const queue = MessageQueue.open(Number(key));
    const receives = Array.from({ length: bytes }, (_, i) => queue.receive({ type: i + 1 }));
    return async () => {
      const which = next();
      queue.sendSync(byte, { type: which + 1 });
      await receives[which];
      receives[which] = queue.receive({ type: which + 1 });
      return bytes;
    };
  },
  pipe() {
    const { reader, writer } = pipe();
    return through(writer, reader);
  },
  "pipe-awaited"() {
    const { reader, writer } = pipe();
    return throughAwaited(writer, reader);
  },
  socket() {
    const { ours, theirs } = socketPair();
    return through(ours, theirs);
  },
  "socket-awaited"() {
    const { ours, theirs } = socketPair();
    return throughAwaited(ours, theirs);
  },
};

/** What pipes and sockets have. */
interface End {
  read(buffer: Uint8Array): Promise<number | null>;
  readSync(buffer: Uint8Array): number | null;
  write(data: Uint8Array): Promise<unknown>;
  writeSync(data: Uint8Array): void;
}

function through(writer: End, reader: End): Operation {
  return () => {
    writer.writeSync(message);
    let size = 0;
    while (size < bytes) size += reader.readSync(room)!;
    return size;
  };
}

function throughAwaited(writer: End, reader: End): Operation {
  return async () => {
    await writer.write(message);
    let size = 0;
    while (size < bytes) size += (await reader.read(room))!;
    return size;
  };
}

await repeated({ [name]: cases[name]() });
Deno.exit(); // whatever is still waited for
