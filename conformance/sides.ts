/**
 * The programs of both sides.
 */
import assert from "node:assert/strict";
import { kill } from "../signals/mod.ts";
import { denoCommand } from "../tests/programs.ts";
import type { Side } from "./case.ts";
import type { Command, RunOptions, Stage } from "./stage.ts";

type Words = readonly (string | number)[];

/** Our module or the other's script in conformance/peers: both do the same under this name of an action. */
export function peer(side: Side, name: string, action: string, ...words: Words): Command {
  const path = new URL(`peers/${name}`, import.meta.url).pathname;
  const rest = [action, ...words.map(String)];
  return side === "Perl" ? ["perl", `${path}.pl`, ...rest] : deno(`${path}.ts`, ...rest);
}

/** Our module in conformance/peers, in a Deno that can fork. */
export function forking(name: string, action: string, ...words: Words): Command {
  const path = new URL(`peers/${name}.ts`, import.meta.url).pathname;
  const flags = ["-A", "--v8-flags=--single-threaded"];
  return denoCommand("run", ...flags, path, action, ...words.map(String));
}

/** One of our examples, such as "sockets/tcp_client". */
export function example(name: string, ...words: Words): Command {
  return deno(new URL(`../examples/${name}.ts`, import.meta.url).pathname, ...words);
}

/** A script of the tour's, such as "queue.pl". */
export function tourPeer(name: string, ...words: Words): Command {
  return ["perl", new URL(`../tour/peers/${name}`, import.meta.url).pathname, ...words.map(String)];
}

function deno(path: string, ...words: Words): Command {
  return denoCommand("run", "-A", "--quiet", path, ...words.map(String));
}

/** Has a side send signals to a process, one after the other; returns who has sent them. */
export async function send(
  stage: Stage,
  side: Side,
  pid: number,
  ...signals: Words
): Promise<number> {
  if (side === "ours") {
    for (const signal of signals) kill(pid, signal);
    return Deno.pid;
  }
  const sender = stage.start(peer(side, "signals", "kill", pid, ...signals));
  if (await sender.end() !== 0) throw new Error("nobody was signalled");
  return sender.pid;
}

/** What a program prints, without the ends that belong to the network. */
export async function printed(
  stage: Stage,
  command: Command,
  options?: RunOptions,
): Promise<string> {
  const { printed, said, end } = await stage.run(command, options);
  assert.equal(end, 0, said);
  return printed.replaceAll("\r", "");
}

// Of programs side by side each has forty of its own.
let lastPort = 20_000 + Deno.pid % 300 * 40;

/** A port of this machine that nobody has, below those that the kernel gives to who asks for any. */
export function freePort(): number {
  for (;;) {
    lastPort = lastPort >= 32_000 ? 20_000 : lastPort + 1;
    try {
      Deno.listen({ hostname: "0.0.0.0", port: lastPort }).close();
      return lastPort;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** What a pattern finds in a text; it must. */
export function find(text: string, pattern: RegExp): string[] {
  const found = text.match(pattern);
  if (found === null) throw new Error(`${pattern} is not in ${JSON.stringify(text)}`);
  return found.slice(1);
}
