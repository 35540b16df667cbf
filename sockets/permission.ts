/**
 * What Deno's own API would ask for, asked before we call C: FFI permission alone reaches nobody.
 */
import { requirePath } from "../io/mod.ts";
import { absolutePath, type Endpoint } from "../libc/mod.ts";
import { hostAndPort, isPlace, type SocketFamily } from "./kinds.ts";

/** Throws unless this program may use this place so: for a path Deno wants more to connect than to send a datagram. */
export function requireEndpoint(
  family: SocketFamily,
  endpoint: Endpoint,
  use: "bind" | "connect" | "send",
): void {
  if (isPlace(family, endpoint)) return requireUnix(endpoint.path, use);
  const { hostname, port } = endpoint;
  requireNet(hostAndPort({ hostname: hostname.split("%")[0], port }));
}

function requireUnix(path: string, use: "bind" | "connect" | "send"): void {
  if (path === "" || path.startsWith("\0")) return requireNet(undefined); // a name that has no place in a list
  if (use !== "send") requirePath("read", path);
  requirePath("write", path);
  requireNet(`unix:${absolutePath(path)}`);
}

function requireNet(host: string | undefined): void {
  if (Deno.permissions.querySync({ name: "net", host }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `Requires net access${host ? ` to ${JSON.stringify(host)}` : ""}, run again with --allow-net`,
  );
}
