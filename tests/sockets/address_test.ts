import assert from "node:assert/strict";
import {
  type Address,
  connectTcp,
  connectUdp,
  getservbyname,
  listenTcp,
  udp,
} from "../../sockets/mod.ts";
import { resolveAddress } from "../../sockets/address.ts";
import { portOf } from "../fixtures/net_pairs.ts";
import { test } from "../fixtures/warm_reactor.ts";

const read = (address: Address) => resolveAddress(address, "tcp");

async function assertRead(...cases: [Address, string | undefined, number][]): Promise<void> {
  for (const [address, hostname, port] of cases) {
    assert.deepEqual(await read(address), { hostname, port }, Deno.inspect(address));
  }
}

test("an address is a host and a port, or a service with the port that it has otherwise", () =>
  assertRead(
    ["localhost:80", "localhost", 80],
    ["host:daytime(13)", "host", 13],
    ["host:no-such-service(13)", "host", 13],
    ["10.1.2.3:0", "10.1.2.3", 0],
    ["http(80)", undefined, 80],
    ["no-such-service(99)", undefined, 99],
    [":9000", undefined, 9000],
    ["9000", undefined, 9000],
    [9000, undefined, 9000],
    [0, undefined, 0],
    [65535, undefined, 65535],
    ["[::1]:80", "::1", 80],
    ["[fe80::1%2]:daytime(13)", "fe80::1%2", 13],
    [{ port: 80 }, undefined, 80],
    [{ port: "80" }, undefined, 80],
    [{ hostname: "::1", port: "no-such-service(7)" }, "::1", 7],
    [{ hostname: "localhost", port: 0 }, "localhost", 0],
  ));

test("a service that is known has its own port", () =>
  assertRead(
    ["localhost:http", "localhost", 80],
    ["localhost:http(8080)", "localhost", 80],
    ["smtp", undefined, 25],
    [":smtp", undefined, 25],
    ["[::1]:http", "::1", 80],
    [{ port: "http" }, undefined, 80],
  ), { needs: ["netbase"] });

test("a service is looked up for the protocol that carries it", async () => {
  assert.deepEqual(await resolveAddress("tftp", "udp"), { hostname: undefined, port: 69 });
  await assert.rejects(resolveAddress("tftp", "tcp"), { name: "NotFound" });
  await assert.rejects(connectTcp("localhost:tftp"), { name: "NotFound" });
}, { needs: ["netbase"] });

test("a service that is not known and has no number is an error", async () => {
  for (
    const address of ["no-such-service", ":no-such-service", "host:80x", {
      port: "no-such-service",
    }]
  ) {
    await assert.rejects(read(address), { name: "NotFound" });
    for (const use of [connectTcp, listenTcp, connectUdp, udp]) {
      await assert.rejects(use(address), { name: "NotFound" });
    }
  }
  const error = await getservbyname("no-such-service").catch((error) => error);
  assert.ok(`${error}`.includes("no-such-service")); // it names it
});

test("what is no address is refused", async () => {
  const none: unknown[] = [
    "",
    ":",
    "host:",
    "[::1]",
    "::1",
    "[::1]80",
    "::1:80",
    "a:b:80",
    "http(",
    "http()",
  ];
  none.push("http(x)", "(80)", "host:http (80)", "http(80)x", "[]:80", "[::1:80", "a b:c d", null);
  none.push(undefined, true, {}, { port: null }, { port: "" }, { hostname: 5, port: 80 }, 80n);
  none.push({ hostname: "", port: 80 }, { hostname: "a\0b", port: 80 }, {
    hostname: null,
    port: 80,
  });
  for (const address of none) {
    await assert.rejects(read(address as Address), { name: "TypeError" }, Deno.inspect(address));
  }
  const wrong: unknown[] = [-1, 65536, 1.5, NaN, Infinity, "65536", "host:99999", "http(65536)"];
  wrong.push({ port: -1 }, { port: "70000" });
  for (const address of wrong) {
    await assert.rejects(read(address as Address), { name: "RangeError" }, Deno.inspect(address));
  }
});

test("every form reaches the server", async () => {
  using listener = await listenTcp("[::]:0"); // and IPv4
  const port = portOf(listener);
  const forms: Address[] = [port, `${port}`, `:${port}`, `no-such-service(${port})`, { port }];
  forms.push(`localhost:${port}`, `127.0.0.1:no-such-service(${port})`, `[::1]:${port}`);
  forms.push({ hostname: "::1", port: `${port}` }, `:no-such-service(${port})`);
  for (const form of forms) {
    using client = await connectTcp(form, { timeout: 10_000 });
    using server = await listener.accept({ timeout: 10_000 });
    await server.writeLine("welcome");
    assert.equal(await client.readLine(), "welcome", Deno.inspect(form));
  }
});
