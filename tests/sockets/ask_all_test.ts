import assert from "node:assert/strict";
import { type Answer, askAll, type Socket, udp } from "../../sockets/mod.ts";
import { timed } from "../fixtures/processes.ts";
import { test } from "../fixtures/warm_reactor.ts";
import { language, Program } from "../harness.ts";

const decoder = new TextDecoder();
const said = ({ data }: Answer) => data && decoder.decode(data);

/** A Perl server that ignores so many datagrams and takes so long to answer: it, and where it is. */
async function peer(ignored: number, delay = 0): Promise<{ server: Program; address: string }> {
  const server = new Program(language.perl("net_udp.pl", "serve", "127.0.0.1", ignored, delay));
  return { server, address: `127.0.0.1:${await server.line()}` };
}

/** A port at which nobody is: who has it, so that nobody else gets it meanwhile, hears only itself. */
async function nobody(): Promise<{ socket: Socket; address: string }> {
  const socket = await udp("127.0.0.1:0");
  const own = socket.localAddr as Deno.NetAddr;
  socket.connectSync(own);
  return { socket, address: `127.0.0.1:${own.port}` };
}

test(
  "who answers, who is silent, who refuses and who is not known, in the order of the asking",
  async () => {
    const { server, address } = await peer(0);
    await using _ = server;
    const refusing = await nobody();
    using _taken = refusing.socket;
    using silent = await udp("127.0.0.1:0");
    const quiet = `127.0.0.1:${(silent.localAddr as Deno.NetAddr).port}`;
    const hosts = [
      "nowhere.invalid:7",
      quiet,
      address,
      refusing.address,
      "127.0.0.1:no-such-service",
    ];
    const [answers, took] = await timed(() =>
      askAll(hosts, "what time is it?", { timeout: 10_000 })
    );
    assert.deepEqual(answers.map(({ address }) => address), hosts);
    assert.deepEqual(answers.map(said), [
      undefined,
      undefined,
      "WHAT TIME IS IT?",
      undefined,
      undefined,
    ]);
    const [unknown, nothing, good, refused, noService] = answers;
    assert.equal((unknown.error as { code: string }).code, "ENOTFOUND");
    assert.equal(nothing.error, undefined);
    assert.equal(good.error, undefined);
    assert.ok(good.after! >= 0 && good.after! <= took, `${good.after} of ${took} ms`);
    assert.deepEqual([nothing.after, refused.after], [undefined, undefined]);
    assert.equal((refused.error as { code: string }).code, "ECONNREFUSED");
    assert.ok(noService.error instanceof Deno.errors.NotFound);
    // The silent one was asked three times.
    for (let i = 0; i < 3; i++) {
      assert.equal(decoder.decode(silent.tryReceive()!.data), "what time is it?");
    }
    assert.equal(silent.tryReceive(), undefined);
  },
  { needs: ["perl"] },
);

test("one deadline holds for all, and when all have answered it is not waited for", async () => {
  using silent = await udp("127.0.0.1:0");
  const quiet = `127.0.0.1:${(silent.localAddr as Deno.NetAddr).port}`;
  const [answers, took] = await timed(() => askAll(Array(60).fill(quiet), "", { timeout: 500 }));
  assert.ok(answers.every(({ data, error }) => data === undefined && error === undefined));
  assert.ok(took >= 499, `${took} ms`);
  assert.ok(took < 60 * 500, `${took} ms`); // together, not one after the other
  const { server, address } = await peer(0);
  await using _ = server;
  const [[answer], soon] = await timed(() => askAll([address], "x", { timeout: 60_000 }));
  assert.equal(said(answer), "X");
  assert.ok(soon < 30_000);
}, { needs: ["perl"] });

test("a host that has not got the first datagram is asked again", async () => {
  const { server, address } = await peer(2);
  await using _ = server;
  const [answer] = await askAll([address], "hello", { timeout: 30_000, attempts: 300 });
  assert.equal(said(answer), "HELLO");
  // From the first asking on: two waits of 100 ms, or less if some of the time was gone by then.
  assert.ok(answer.after! >= 150, `${answer.after}`);
  for (let i = 0; i < 3; i++) assert.equal(await server.line(), "got hello");
}, { needs: ["perl"] });

test("a host is asked no more often than one says", async () => {
  const { server, address } = await peer(1);
  await using _ = server;
  const [answer] = await askAll([address], "once", { timeout: 100, attempts: 1 });
  assert.equal(answer.data, undefined);
  assert.equal(await server.line(), "got once");
  const [second] = await askAll([address], "twice", { timeout: 30_000, attempts: 1 });
  assert.equal(said(second), "TWICE");
}, { needs: ["perl"] });

test("it is told who answered when", async () => {
  const [slow, quick] = [await peer(0, 1500), await peer(0)];
  await using _slow = slow.server;
  await using _quick = quick.server;
  const asked = [slow.address, quick.address];
  // The quick one, or we, may be held up for longer than the slow one takes: once is enough.
  for (let tries = 5;; tries--) {
    const [one, other] = await askAll(asked, "x", { timeout: 30_000, attempts: 1 });
    assert.deepEqual([said(one), said(other)], ["X", "X"]);
    assert.ok(one.after! >= 1499, `${one.after}`);
    if (other.after! < one.after!) break;
    assert.ok(tries > 1, `${other.after} and ${one.after}`);
  }
}, { needs: ["perl"] });

test("an empty message is one, and an empty answer is one as well", async () => {
  const { server, address } = await peer(0);
  await using _ = server;
  const [answer] = await askAll([address], "", { timeout: 10_000 });
  assert.equal(answer.data?.length, 0);
  assert.equal(await server.line(), "got ");
}, { needs: ["perl"] });

test("a signal ends it, and misuse is refused", async () => {
  using silent = await udp("127.0.0.1:0");
  const quiet = `127.0.0.1:${(silent.localAddr as Deno.NetAddr).port}`;
  const abort = new AbortController();
  const asking = askAll([quiet, quiet], "x", { timeout: 60_000, signal: abort.signal });
  await silent.receive();
  abort.abort("enough");
  await assert.rejects(asking, (reason) => reason === "enough");
  await assert.rejects(
    askAll([quiet], "x", { signal: abort.signal }),
    (reason) => reason === "enough",
  );
  for (const attempts of [0, -1, 1.5, NaN]) {
    await assert.rejects(askAll([quiet], "x", { attempts }), { name: "RangeError" });
  }
  await assert.rejects(askAll([quiet], "x", { timeout: -1 }), { name: "RangeError" });
  // deno-lint-ignore no-explicit-any
  await assert.rejects(askAll([quiet], 5 as any), { name: "TypeError" });
  assert.deepEqual(await askAll([], "x"), []);
});

test("one host that is no list of hosts is refused", async () => {
  const expected = { name: "TypeError", message: 'Hosts must be an array, got "127.0.0.1:1"' };
  await assert.rejects(askAll("127.0.0.1:1" as unknown as string[], ""), expected);
});
