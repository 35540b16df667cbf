/**
 * Prompts for commands and does them, for one client at a time; the others wait in the queue.
 *
 *     deno run --allow-ffi --allow-net --allow-run=who,cat examples/sockets/command_server.ts [ADDRESS]
 */
import { capture } from "../../process/mod.ts";
import { type Connection, getnameinfo, hasCode, listenTcp, serve } from "../../sockets/mod.ts";
import { on } from "../../signals/mod.ts";
import { operands } from "../program.ts";

const [address = "localhost:9000"] = operands("[ADDRESS]");

const commands: Record<string, () => string | Promise<string>> = {
  date: () => `${new Date()}\n`,
  who: () => output("who"),
  motd: () => output("cat", "/etc/motd"),
};

const end = new AbortController();
const { signal } = end;
using _ = on(["INT", "TERM"], () => end.abort());

const listener = await listenTcp(address);
const { hostname, port } = listener.addr as Deno.NetAddr;
console.log(`accepting clients at ${hostname}:${port}`);
await serve(listener, converse, { limit: 1, signal, onError: report });

async function converse(client: Connection): Promise<void> {
  const { hostname } = client.remoteAddr as Deno.NetAddr;
  console.log(`connection from ${await getnameinfo(hostname).catch(() => hostname)}`);
  await client.writeLine("Welcome; type help for a list of commands.");
  for (;;) {
    await client.write("Command? ");
    // Who types nothing for five minutes, or a line without an end, does not keep the others waiting.
    const line = await client.readLine({ maxLength: 200, timeout: 300_000, signal });
    const word = line?.trim().toLowerCase();
    if (word === undefined || /^(quit|exit)$/.test(word)) return;
    if (word === "") continue;
    if (Object.hasOwn(commands, word)) await client.write(await commands[word]());
    else await client.writeLine(`Commands: quit ${Object.keys(commands).join(" ")}`);
  }
}

async function output(command: string, ...args: string[]): Promise<string> {
  try {
    return (await capture(command, args, { timeout: 5000, signal, fds: { 2: 1 } })).text();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return `There is no ${command} here.\n`;
    throw error;
  }
}

function report(error: unknown): void {
  if (!signal.aborted) console.log(`hung up: ${error instanceof Error ? error.message : error}`);
}
