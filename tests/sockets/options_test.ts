import assert from "node:assert/strict";
import {
  Socket,
  type SocketFamily,
  type SocketOptions,
  type SocketType,
} from "../../sockets/mod.ts";
import { spawn } from "../../process/mod.ts";
import { platform } from "../../libc/mod.ts";
import { fixture } from "../harness.ts";
import { test } from "../fixtures/warm_reactor.ts";

/** What Python finds these options of `socket` to be, which it inherits. */
async function seen(socket: Socket, ...options: string[]): Promise<number[]> {
  const args = [fixture("socket_options.py"), ...options];
  const fds = { 1: "pipe", 3: socket.fd } as const;
  await using child = spawn("/usr/bin/python3", args, { fds });
  const values = [];
  for await (const line of child.fd(1).lines()) values.push(Number(line));
  assert.equal((await child.wait()).code, 0);
  return values;
}

const switches: [keyof SocketOptions, name: string, SocketFamily, SocketType][] = [
  ["reuseAddress", "SOL_SOCKET:SO_REUSEADDR", "inet", "stream"],
  ["reusePort", "SOL_SOCKET:SO_REUSEPORT", "inet", "stream"],
  ["broadcast", "SOL_SOCKET:SO_BROADCAST", "inet", "datagram"],
  ["keepAlive", "SOL_SOCKET:SO_KEEPALIVE", "inet6", "stream"],
  ["noDelay", "IPPROTO_TCP:TCP_NODELAY", "inet", "stream"],
  ["ipv6Only", "IPPROTO_IPV6:IPV6_V6ONLY", "inet6", "stream"],
  ["multicastLoop", "IPPROTO_IP:IP_MULTICAST_LOOP", "inet", "datagram"],
];

for (const [option, name, family, type] of switches) {
  test(`${option} is on and off where we say so, as Python sees it`, async () => {
    using socket = Socket.open(family, type);
    const before = await seen(socket, name);
    assert.equal(socket.getOption(option), before[0] !== 0);
    for (const value of [true, false, true]) {
      socket.setOption(option, value as never);
      assert.equal(socket.getOption(option), value);
      assert.equal((await seen(socket, name))[0] !== 0, value);
    }
  }, { needs: ["python"] });
}

test(
  "buffers have at least the size that was asked for, and the one that Python sees",
  async () => {
    const names = ["SOL_SOCKET:SO_SNDBUF", "SOL_SOCKET:SO_RCVBUF"];
    for (const family of ["inet", "unix"] as const) {
      using socket = Socket.open(family, "datagram");
      const sizes = () => [socket.getOption("sendBuffer"), socket.getOption("receiveBuffer")];
      assert.deepEqual(sizes(), await seen(socket, ...names));
      socket.setOption("sendBuffer", 20_000);
      socket.setOption("receiveBuffer", 30_000);
      assert.deepEqual(sizes(), [40_000, 60_000]); // the kernel doubles them
      assert.deepEqual(sizes(), await seen(socket, ...names));
    }
  },
  { needs: ["python"] },
);

test("multicastTtl is a number from 0 to 255, as Python sees it", async () => {
  using socket = Socket.open("inet", "datagram");
  for (const value of [0, 1, 255]) {
    socket.setOption("multicastTtl", value);
    assert.equal(socket.getOption("multicastTtl"), value);
    assert.deepEqual(await seen(socket, "IPPROTO_IP:IP_MULTICAST_TTL"), [value]);
  }
  assert.throws(() => socket.setOption("multicastTtl", 256), { code: "EINVAL" });
}, { needs: ["python"] });

test("any option goes by C's numbers for its level and itself", async () => {
  using socket = Socket.open("inet", "stream");
  const low = [platform.SOL_SOCKET, 18] as const; // SO_RCVLOWAT
  socket.setOption(low, 77);
  assert.equal(socket.getOption(low), 77);
  assert.deepEqual(await seen(socket, "SOL_SOCKET:SO_RCVLOWAT"), [77]);
  const named = [platform.SOL_SOCKET, platform.SO_KEEPALIVE] as const;
  socket.setOption(named, 1);
  assert.equal(socket.getOption("keepAlive"), true);
  const none = [platform.SOL_SOCKET, 9999] as const;
  assert.throws(() => socket.getOption(none), { syscall: "getsockopt", code: "ENOPROTOOPT" });
  assert.throws(() => socket.setOption(none, 1), { syscall: "setsockopt", code: "ENOPROTOOPT" });
}, { needs: ["python"] });

test("a name or a value that is none is an error before anything is set", () => {
  using socket = Socket.open("inet", "stream");
  const set = socket.setOption.bind(socket) as (option: unknown, value: unknown) => void;
  const get = socket.getOption.bind(socket) as (option: unknown) => void;
  for (const option of ["linger", "toString", "__proto__", 1, null, undefined, {}, ["a", 1]]) {
    assert.throws(() => get(option), TypeError, Deno.inspect(option));
    assert.throws(() => set(option, 1), TypeError, Deno.inspect(option));
  }
  for (const option of [[], [1], [1, 2, 3]]) assert.throws(() => get(option), TypeError);
  assert.throws(() => get([-1, 1]), RangeError);
  for (const value of [1, "true", null, undefined]) {
    assert.throws(() => set("keepAlive", value), TypeError);
  }
  for (const value of [true, "1", 1n]) assert.throws(() => set("sendBuffer", value), TypeError);
  for (const value of [1.5, NaN, 2 ** 31]) {
    assert.throws(() => set("sendBuffer", value), RangeError);
  }
  assert.equal(socket.getOption("keepAlive"), false);
});

test("an option of another protocol is an error of the kernel's", () => {
  using socket = Socket.open("unix", "stream");
  const failed = { syscall: "setsockopt", code: "EOPNOTSUPP" };
  assert.throws(() => socket.setOption("noDelay", true), failed);
});
