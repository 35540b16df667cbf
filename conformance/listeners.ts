/**
 * The servers that clients are tried with: Perl's are scripts, ours run here.
 */
import { type Connection, listenTcp, serve, udp } from "../sockets/mod.ts";
import type { Side } from "./case.ts";
import { peer } from "./sides.ts";
import type { Stage } from "./stage.ts";

const SECONDS_OF_70_YEARS = 2_208_988_800;

type Handler = (client: Connection, words: readonly string[]) => Promise<void>;

const handlers: Record<string, Handler> = {
  async say(client, lines) {
    for (const line of lines) await client.writeLine(line);
  },

  async web(client) {
    const asked = await client.readLine();
    while (await client.readLine() !== "");
    await client.writeLine("HTTP/1.0 200 OK");
    await client.writeLine("");
    await client.writeLine(`asked by ${asked}`);
  },

  async echo(client) {
    for (;;) {
      await client.write("? ");
      const line = await client.readLine();
      if (line === null || line.trim() === "bye") return;
      await client.writeLine(`you said ${line}`);
    }
  },
};

/** Starts a server of a side's that does this under this name; returns its port. */
export async function serving(
  stage: Stage,
  side: Side,
  action: keyof typeof handlers,
  ...words: string[]
): Promise<number> {
  if (side === "Perl") {
    return Number(await stage.start(peer("Perl", "sockets", action, ...words)).line());
  }
  return await listening(stage, "127.0.0.1:0", (client) => handlers[action](client, words));
}

/** Serves until the case is over; returns the port. */
export async function listening(
  stage: Stage,
  address: string,
  handler: (client: Connection) => Promise<void>,
): Promise<number> {
  const end = new AbortController();
  const listener = await listenTcp(address);
  const served = serve(listener, handler, { signal: end.signal });
  stage.defer(() => (end.abort(), served));
  return (listener.addr as Deno.NetAddr).port;
}

/** Has clocks of a side's at 127.0.0.1, 127.0.0.2 and so on, wrong by so many seconds. */
export async function clocks(
  stage: Stage,
  side: Side,
  transport: "tcp" | "udp",
  port: number,
  offsets: readonly number[],
): Promise<void> {
  if (side === "Perl") {
    const action = transport === "tcp" ? "time" : "udptime";
    await stage.start(peer("Perl", "sockets", action, port, ...offsets)).line();
    return;
  }
  for (const [i, offset] of offsets.entries()) {
    const address = `127.0.0.${i + 1}:${port}`;
    if (transport === "udp") await answer(stage, address, offset);
    else await listening(stage, address, async (client) => void await client.write(now(offset)));
  }
}

async function answer(stage: Stage, address: string, offset: number): Promise<void> {
  const socket = stage.use(await udp(address));
  const answering = async () => {
    for (;;) {
      const asked = await socket.receive();
      await socket.send(now(offset), { to: asked!.from as Deno.NetAddr });
    }
  };
  answering().catch(() => {}); // it is closed at the end
}

function now(offset: number): Uint8Array {
  const bytes = new Uint8Array(4);
  const seconds = Math.floor(Date.now() / 1000) + SECONDS_OF_70_YEARS + offset;
  new DataView(bytes.buffer).setUint32(0, seconds);
  return bytes;
}
