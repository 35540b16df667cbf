/**
 * What is measured of sockets, and what the library shall reach.
 */
import type { Case, Program } from "./compare.ts";
import { atLeast, type Goal } from "./goals.ts";

const MiB = 2 ** 20;
const names: Record<string, string> = {
  tcp: "TCP",
  unix: "Unix stream",
  udp: "UDP",
  dgram: "Unix datagrams",
};

const likeDeno = [atLeast(0.9, "bare Deno")];
const likeC = [atLeast(0.8, "C"), atLeast(1.1, "Perl")];

/** Programs by their role: rows may share one, which then runs once. */
const programs = new Map<string, Program>();

function program(role: string, count: number, bytes: number): Program {
  const known = programs.get(role) ?? { role, count, bytes, oneCpu: true };
  programs.set(role, known);
  return known;
}

/** The rows of the picture: each work once, and where transports differ most. */
const pictured = new Set([
  "TCP, round trip, awaited",
  "UDP, round trip, awaited",
  "Unix stream, round trip, awaited",
  "Unix stream, round trip, sync, both ends",
  "TCP, 16 MiB sent, awaited",
  "Unix datagrams, 1000 received, sync",
  "Unix stream, a descriptor sent",
  "TCP, a connection served",
]);

/** A work over a transport: awaited, not awaited, or as the server of the program in C. */
function row(
  name: string,
  transport: string,
  [work, count, bytes]: readonly [work: string, count: number, bytes: number],
  form: "awaited" | "sync" | "served",
  goals: readonly Goal[],
): Case {
  const theirs = program(`${transport}-${work}`, count, bytes);
  const ours = form === "awaited" ? theirs : program(`${transport}-${work}-${form}`, count, bytes);
  const except = form === "served" ? { "bare Deno": ours, Perl: null } : {};
  const full = `${names[transport]}, ${name}`;
  const shown = pictured.has(full) ? { pictured: true as const } : {};
  return { name: full, ours, theirs, except, goals, ...shown };
}

const there = ["rt", 15_000, 64] as const;
const alone = ["alone", 50_000, 64] as const;

function throughput(transport: string, work: "send" | "receive") {
  return transport === "udp"
    ? [work, 1500, 32 * 1024] as const
    : [work, transport === "tcp" ? 25 : 50, 16 * MiB] as const;
}

function piece(transport: string): string {
  return transport === "udp" ? "32 datagrams of 1 KiB" : "16 MiB";
}

function* over(transport: string): Generator<Case> {
  const send = throughput(transport, "send");
  const receive = throughput(transport, "receive");
  const what = piece(transport);
  yield row("round trip, awaited", transport, there, "awaited", likeDeno);
  yield row("round trip, served", transport, there, "served", likeDeno);
  yield row(`${what} sent, awaited`, transport, send, "awaited", likeDeno);
  yield row(`${what} received, awaited`, transport, receive, "awaited", likeDeno);
  yield row("round trip, sync", transport, there, "sync", likeC);
  yield {
    ...row("round trip, sync, both ends", transport, alone, "awaited", likeC),
    except: { "bare Deno": null },
  };
  yield row(`${what} sent, sync`, transport, send, "sync", likeC);
  yield row(`${what} received, sync`, transport, receive, "sync", likeC);
}

/** All rows. */
export const cases: readonly Case[] = [
  ...over("tcp"),
  ...over("unix"),
  ...over("udp"),
  ...(["send", "receive"] as const).map((work) =>
    row(
      `1000 ${work === "send" ? "sent" : "received"}, sync`,
      "dgram",
      [work, 100, 64_000],
      "sync",
      [
        atLeast(0.8, "C"),
        atLeast(1.5, "bare Deno"),
      ],
    )
  ),
  ...([["give", "sent"], ["take", "received"]] as const).map(([work, name]): Case => ({
    ...row(`a descriptor ${name}`, "unix", [work, 80_000, 1], "awaited", [atLeast(0.7, "C")]),
    except: { Perl: null, "bare Deno": null },
  })),
  row("a connection served", "tcp", ["visit", 1500, 64], "served", []),
  row("a connection served", "unix", ["visit", 3000, 64], "served", []),
];
