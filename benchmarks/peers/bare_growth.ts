/**
 * The work of growth.c with Deno's own Unix sockets, since it makes no pipes.
 *
 *   deno run -A bare_growth.ts <case> <count> <bytes> <key> <directory>
 */
import { type Operation, repeated, task } from "./task.ts";

const { name, bytes, args: [directory] } = task;
const message = new Uint8Array(bytes).fill(0x78);
const room = new Uint8Array(64 * 1024);
const byte = message.subarray(0, 1);

/** Which one is next, as in growth.c. */
let number = 1;
const next = () => (number = number * 75 % 65_537) % bytes;

/** Pairs of sockets that are connected with each other. */
async function pairs(count: number): Promise<[Deno.Conn, Deno.Conn][]> {
  const path = `${directory}/pairs.${Deno.pid}`;
  using listener = Deno.listen({ transport: "unix", path });
  const made: [Deno.Conn, Deno.Conn][] = [];
  for (let i = 0; i < count; i++) {
    const accepted = listener.accept();
    made.push([await Deno.connect({ transport: "unix", path }), await accepted]);
  }
  return made;
}

// Each case opens what it needs and returns its operation.
const cases: Record<string, () => Promise<Operation>> = {
  async waiting() {
    const sockets = await pairs(bytes);
    const reads = sockets.map(([_, reader]) => reader.read(new Uint8Array(1)));
    return async () => {
      const which = next();
      const [writer, reader] = sockets[which];
      await writer.write(byte);
      await reads[which];
      reads[which] = reader.read(new Uint8Array(1));
      return bytes;
    };
  },
  async "socket-awaited"() {
    const [[writer, reader]] = await pairs(1);
    return async () => {
      let rest = message;
      do rest = rest.subarray(await writer.write(rest)); while (rest.length > 0);
      let size = 0;
      while (size < bytes) size += (await reader.read(room))!;
      return size;
    };
  },
};

await repeated({ [name]: await cases[name]() });
Deno.exit(); // whatever is still waited for
