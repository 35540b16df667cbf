/**
 * Who is signalled in the tour.
 */
import assert from "node:assert/strict";
import { type Child, spawn } from "../process/mod.ts";
import type { Company } from "./row.ts";
import { another, talker } from "./talk.ts";

/** A Deno that is signalled: does what tour/peers/signals.ts has under this name. */
export class Receiver implements AsyncDisposable {
  readonly child: Child;
  readonly #lines: AsyncIterator<string, void>;
  readonly #company: Company;

  constructor(company: Company, action: string, ...args: string[]) {
    this.#company = company;
    this.child = another(action, args, { fds: { 0: "pipe", 1: "pipe" }, module: "signals" });
    this.#lines = this.child.fd(1).lines({ signal: company.signal });
  }

  /** The next line that it prints. */
  async line(): Promise<string | void> {
    return (await this.#lines.next()).value;
  }

  /** Has it go on. */
  async goOn(): Promise<void> {
    await this.child.fd(0).write("\n", { signal: this.#company.signal });
  }

  /** Has the other program signal it. */
  async send(...signals: (string | number)[]): Promise<void> {
    const [command, args] = talker(this.#company).talk("kill", this.child.pid, ...signals);
    await using sender = spawn(command, args);
    assert.equal((await sender.wait({ signal: this.#company.signal })).code, 0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.child[Symbol.asyncDispose]();
  }
}
