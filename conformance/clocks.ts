/**
 * The rows about the page's clients that ask for the time.
 */
import { udp } from "../sockets/mod.ts";
import { between, type Row, type Side } from "./case.ts";
import { clocks } from "./listeners.ts";
import { page } from "./perlipc.ts";
import { example, freePort, peer, printed } from "./sides.ts";
import type { Stage } from "./stage.ts";

const timeClient = page(46, "Internet TCP Clients and Servers", /SECS_OF_70_YEARS/);
const udpClient = page(53, "UDP: Message Passing", /SECS_OF_70_YEARS/);

/** By how many minutes two clocks are found to be wrong, the first by none and the second by an hour. */
function differences(transport: "tcp" | "udp") {
  return async (stage: Stage, side: Side, server: Side) => {
    const port = freePort();
    await clocks(stage, server, transport, port, [0, -3600]);
    const hosts = ["127.0.0.1", "127.0.0.2"];
    const program = transport === "tcp" ? timeClient : udpClient;
    const ours = transport === "tcp" ? "sockets/time_client" : "sockets/udp_time";
    const command = side === "Perl"
      ? program.on(stage, { args: hosts, services: { time: port } })
      : example(ours, ...hosts.map((host) => `${host}:${port}`));
    const lines = (await printed(stage, command)).split("\n");
    const seconds = lines.map((line) => line.match(/ (-?\d+) (?:s from us|\w{3} \w{3} )/)?.[1]);
    const found = seconds.filter((one) => one !== undefined).map(Number).slice(-2);
    return found.map((one) => Math.round(one / 60) || 0).sort((a, b) => b - a);
  };
}

const times: Row = {
  number: 46,
  title: "the time client over several hosts",
  note: "The time service is at a port of the case's.",
  cases: [between("two clocks, one an hour late", differences("tcp"))],
};

/** Waits for a datagram from anywhere: where, and what. */
async function hearing(stage: Stage, side: Side) {
  if (side === "Perl") {
    const running = stage.start(peer("Perl", "sockets", "hear"));
    return { port: Number(await running.line()), heard: () => running.line() };
  }
  const socket = stage.use(await udp("0.0.0.0:0"));
  const heard = async () => new TextDecoder().decode((await socket.receive(stage))!.data);
  return { port: (socket.localAddr as Deno.NetAddr).port, heard };
}

/** Sends a datagram to all, first without being allowed to. */
async function broadcast(stage: Stage, port: number): Promise<string> {
  const to = { hostname: "127.255.255.255", port };
  using forbidden = await udp(0);
  const refused = await forbidden.send("?", { to }).then(() => "allowed", (error) => error.code);
  using socket = await udp(0, { broadcast: true });
  await socket.send("to all", { to, ...stage });
  return `${refused}\n`;
}

const datagrams: Row = {
  number: 53,
  title: "UDP: many hosts, one deadline, broadcast",
  note:
    "The time service is at a port of the case's. Ours asks again what does not answer; Perl's does not.",
  cases: [
    between("two clocks, one an hour late", differences("udp")),
    between("to all, and forbidden without the option", async (stage, sender, hearer) => {
      const { port, heard } = await hearing(stage, hearer);
      const refused = sender === "ours"
        ? await broadcast(stage, port)
        : await printed(stage, peer("Perl", "sockets", "broadcast", port, "to all"));
      return [refused, await heard()];
    }),
  ],
};

/** The page's clients that ask for the time. */
export const asking: readonly Row[] = [times, datagrams];
