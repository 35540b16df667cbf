/**
 * Asking many hosts at once over UDP.
 */
import { countdown, isTimeout, requirePatience, waitNames, type WaitOptions } from "../io/mod.ts";
import { bytes, checked, integer, type OptionNames, requireArray } from "../libc/mod.ts";
import type { Address } from "./address.ts";
import type { Message } from "./messages.ts";
import { connectUdp } from "./udp.ts";

/** How many hosts are asked. */
export interface AskAllOptions extends WaitOptions {
  /** How long all may take together, in milliseconds. Default 1000. */
  timeout?: number;
  /** How often a host that does not answer is asked in that time, since datagrams get lost. Default 3. */
  attempts?: number;
}

const askAllNames: OptionNames<AskAllOptions> = { attempts: true, ...waitNames };

/** What a host has answered. */
export interface Answer {
  /** The host as it was named. */
  readonly address: Address;
  /** What it has answered; `undefined` if nothing in time. */
  readonly data: Uint8Array<ArrayBuffer> | undefined;
  /** How long it took from the first asking on, in milliseconds. */
  readonly after: number | undefined;
  /** Why it could not be asked, if it could not: it has no address, or nobody listens there. */
  readonly error: unknown;
}

/**
 * Sends one message to many hosts at once, and collects their answers until all have come or the time is over, like the
 * page's client that compares the clocks of a network.
 *
 * @param hosts Such as "localhost:time(37)".
 * @param message What each is asked; an empty one will do for many services.
 * @returns One answer for each host, in their order. That one does not answer is no error.
 * @throws The reason of `signal`.
 * @tags allow-net, allow-ffi
 *
 * @example
 * ```ts
 * import { askAll } from "@deno-ipc/ipc/sockets";
 *
 * for (const { address, data, after } of await askAll(["127.0.0.1:time(37)"], "", { timeout: 200 })) {
 *   console.log(address, data ? `answered after ${after} ms` : "did not answer");
 * }
 * ```
 */
export async function askAll(
  hosts: readonly Address[],
  message: string | Uint8Array,
  options: AskAllOptions = {},
): Promise<Answer[]> {
  const { timeout = 1000, attempts = 3, signal } = checked(options, askAllNames);
  requireArray("Hosts", hosts);
  requirePatience({ timeout, signal });
  integer("Attempts", attempts, 1, 1000);
  const asked = bytes("Message", message);
  const left = countdown(timeout);
  const asking = hosts.map((address) => ask(address, asked, { left, attempts, signal }));
  return await Promise.all(asking);
}

interface Limits {
  /** How many milliseconds are left. */
  readonly left: () => number;
  readonly attempts: number;
  readonly signal: AbortSignal | undefined;
}

async function ask(
  address: Address,
  message: Uint8Array,
  { left, attempts, signal }: Limits,
): Promise<Answer> {
  const begin = performance.now();
  const none = { address, data: undefined, after: undefined, error: undefined };
  try {
    using socket = await connectUdp(address, { timeout: left(), signal });
    for (let more = attempts; more > 0; more--) {
      await socket.send(message, { timeout: left(), signal });
      const data = await unlessLate(socket.receive({ timeout: left() / more, signal }));
      if (data) return { address, data, after: performance.now() - begin, error: undefined };
    }
    return none;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    return isTimeout(error) ? none : { ...none, error };
  }
}

/** What a message says, unless it does not come in time. */
async function unlessLate(
  receiving: Promise<Message | null>,
): Promise<Message["data"] | undefined> {
  try {
    return (await receiving)?.data;
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
}
