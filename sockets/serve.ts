/**
 * Serving every connection of a listener.
 */
import { checked, type OptionNames, requireFunction, requireInstance } from "../libc/mod.ts";
import type { Connection } from "./connection.ts";
import { Listener } from "./listener.ts";
import { acceptLoop, limitNames, type LimitOptions } from "./accept_loop.ts";

/** How connections are served. */
export interface ServeOptions extends LimitOptions {
  /**
   * Called with what a handler has thrown, and awaited; the connection is closed after it. By default it is printed. The
   * others are served on, unless this throws as well.
   */
  onError?: (error: unknown, connection: Connection) => unknown;
}

const serveNames: OptionNames<ServeOptions> = { onError: true, ...limitNames };

/**
 * Serves the connections of a listener, several at a time, each by a call of `handler`; a connection is closed when its
 * handler is done. When `signal` is aborted the listener is closed, and those that are served may end.
 *
 * @param handler Called with each connection, and with the signal that ends the serving: a handler that waits for an
 * idle client should give it to what it waits with, or it ends only when the client does.
 * @returns Resolves when the serving has ended and the last handler is done.
 * @throws What `onError` throws, or the closing of the listener, at once: it is closed then, and those that are served may end.
 * @tags allow-net
 *
 * @example
 * ```ts
 * import { connectTcp, listenTcp, serve } from "@deno-ipc/ipc/sockets";
 *
 * const server = new AbortController();
 * const listener = await listenTcp("127.0.0.1:0");
 * const { port } = listener.addr as Deno.NetAddr;
 * const served = serve(listener, async (connection, signal) => {
 *   for await (const line of connection.lines({ signal })) {
 *     await connection.writeLine(line.toUpperCase());
 *   }
 * }, { limit: 100, signal: server.signal });
 *
 * {
 *   using client = await connectTcp(`127.0.0.1:${port}`);
 *   await client.writeLine("hello");
 *   console.log(await client.readLine()); // HELLO
 * }
 * server.abort();
 * await served;
 * ```
 */
export async function serve(
  listener: Listener,
  handler: (connection: Connection, signal: AbortSignal) => unknown,
  options: ServeOptions = {},
): Promise<void> {
  const { onError = printed, limit, signal = never } = checked(options, serveNames);
  requireInstance("Listener", Listener, listener);
  requireFunction("Handler", handler);
  requireFunction("onError", onError);
  using _ = listener;
  await acceptLoop(listener, async (connection) => {
    using _ = connection;
    try {
      await handler(connection, signal);
    } catch (error) {
      if (signal.aborted && error === signal.reason) return; // it ended as it was told
      await onError(error, connection);
    }
  }, { limit, signal });
}

const never = new AbortController().signal;

function printed(error: unknown): void {
  console.error("A connection has failed:", error);
}
