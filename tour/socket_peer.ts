/**
 * The program on the other end of a socket: Perl, or another Deno where there is no Perl.
 */
import { type Child, type ChildDescriptors, spawn } from "../process/mod.ts";
import type { Company } from "./row.ts";
import { another } from "./talk.ts";

/** What the program on the other end is called. */
export function peerName({ perl }: Company): string {
  return perl ? "Perl" : "another Deno";
}

/** A program on the other end, which does what tour/peers/sockets.pl has under this name; killed when disposed. */
export class SocketPeer implements AsyncDisposable {
  /** The program. */
  readonly child: Child;
  /** Aborted also when the program fails, for who waits for it to come. */
  readonly signal: AbortSignal;
  readonly #lines: AsyncGenerator<string, void>;

  constructor(
    company: Company,
    action: string,
    words: readonly (string | number)[] = [],
    fds: ChildDescriptors = {},
  ) {
    const args = words.map(String);
    const given = { ...fds, 1: "pipe" } as const;
    const script = `${import.meta.dirname}/peers/sockets.pl`;
    this.child = company.perl
      ? spawn("perl", [script, action, ...args], { fds: given })
      : another(action, args, { fds: given, module: "sockets" });
    const failure = new AbortController();
    this.signal = AbortSignal.any([company.signal, failure.signal]);
    this.child.status.then(({ success }) => {
      if (!success) failure.abort(new Error("The program on the other end has failed"));
    });
    this.#lines = this.child.fd(1).lines({ signal: company.signal });
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    const { value } = await this.#lines.next();
    if (value === undefined) {
      throw new Error("The program on the other end has ended without a word");
    }
    return value;
  }

  /** Where it listens, which it prints first. */
  async address(): Promise<string> {
    return `127.0.0.1:${await this.line()}`;
  }

  /** The lines that it prints until it ends. */
  rest(): Promise<string[]> {
    return Array.fromAsync(this.#lines);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.child[Symbol.asyncDispose]();
  }
}
