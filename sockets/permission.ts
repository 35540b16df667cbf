/**
 * What Deno's own API would ask for, asked before we call C: FFI permission alone reaches nobody.
 */
import { requirePath } from "../io/mod.ts";
import { type Endpoint, getcwd } from "../libc/mod.ts";

/** Throws unless this program may connect to, or listen at, this place. To listen at a path is to write it. */
export function requireEndpoint(endpoint: Endpoint, use: "connect" | "bind"): void {
  if ("path" in endpoint) return requireUnix(endpoint.path, use);
  const { hostname, port } = endpoint;
  requireNet(
    hostname.includes(":") ? `[${hostname.split("%")[0]}]:${port}` : `${hostname}:${port}`,
  );
}

function requireUnix(path: string, use: "connect" | "bind"): void {
  if (path === "" || path.startsWith("\0")) return requireNet(undefined); // a name that has no place in a list
  requirePath("read", path);
  if (use === "bind") requirePath("write", path);
  requireNet(`unix:${path.startsWith("/") ? path : `${getcwd()}/${path}`}`);
}

function requireNet(host: string | undefined): void {
  if (Deno.permissions.querySync({ name: "net", host }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    `Requires net access${host ? ` to ${JSON.stringify(host)}` : ""}, run again with --allow-net`,
  );
}
