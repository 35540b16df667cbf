/**
 * What the rows about the page's servers share.
 */
import type { Side } from "./case.ts";
import { type Edit, page } from "./perlipc.ts";
import { example, find, printed } from "./sides.ts";
import type { Running, Stage } from "./stage.ts";

/** The heading above the page's servers for TCP. */
export const TCP = "Internet TCP Clients and Servers";

/** A port of theirs. */
export const ownPort: Edit = {
  find: /2345/,
  why: "a port that nobody has: one that is an argument is tainted",
};

/** A fortune that is at another place than the page's. */
export const fortune: Edit = {
  find: /(?<=")\/usr\/games\/fortune(?=")/,
  why: "a fortune of the case's",
};

const tcpClient = page(43, TCP, /my \$remote +=/);

/** Starts a server that says when it is ready. */
export async function started(stage: Stage, command: readonly string[]): Promise<Running> {
  const running = stage.start(command);
  await running.line();
  return running;
}

/** What a client of a side's hears at a port of this machine. */
export function visit(stage: Stage, side: Side, port: number): Promise<string> {
  const ours = example("sockets/tcp_client", `127.0.0.1:${port}`);
  const args = ["127.0.0.1", port];
  return printed(stage, side === "Perl" ? tcpClient.on(stage, { args }) : ours);
}

/** Whom a server greets, whether it tells the time, and what it says then. */
export function greeting(text: string) {
  const [name, year, saying] = find(text, /^Hello there, (.*), it.*s now .*?\b(\d{4})\b.*\n(.*)/);
  return { name, year, saying };
}
