import assert from "node:assert/strict";
import { type Endpoint, Socket, type SocketFamily, type SocketType } from "../../sockets/mod.ts";
import { language, Program, run } from "../harness.ts";
import { endpoint, type Form, forms } from "../fixtures/socket_forms.ts";
import { Directory } from "../fixtures/temporary.ts";
import { test } from "../fixtures/warm_reactor.ts";

const languages = { perl: "Perl", python: "Python" } as const;
const file = { perl: "socket_peer.pl", python: "socket_peer.py" };

const kinds: Record<string, [family: SocketFamily, type: SocketType, place: string]> = {
  "TCP": ["inet", "stream", "127.0.0.1"],
  "TCP over IPv6": ["inet6", "stream", "::1"],
  "UDP": ["inet", "datagram", "127.0.0.1"],
  "UDP over IPv6": ["inet6", "datagram", "::1"],
  "a Unix stream": ["unix", "stream", "path"],
  "Unix datagrams": ["unix", "datagram", "path"],
  "Unix seqpackets": ["unix", "seqpacket", "path"],
  "an abstract Unix stream": ["unix", "stream", "@"],
  "abstract Unix datagrams": ["unix", "datagram", "@"],
  "abstract Unix seqpackets": ["unix", "seqpacket", "@"],
};

const decoder = new TextDecoder();

/** What comes next, of a stream or as a message; null at the end. */
async function next(form: Form, socket: Socket): Promise<string | null> {
  if (socket.type !== "stream") {
    const message = await form.receive(socket);
    return message && decoder.decode(message.data);
  }
  const buffer = new Uint8Array(100);
  const size = await form.read(socket, buffer);
  return size === null ? null : decoder.decode(buffer.subarray(0, size));
}

async function put(form: Form, socket: Socket, text: string): Promise<void> {
  await (socket.type === "stream" ? form.write(socket, text) : form.send(socket, text));
}

async function ask(form: Form, socket: Socket, address: Endpoint): Promise<string> {
  if (socket.family === "unix" && socket.type === "datagram") socket.bind({ path: "" });
  await form.connect(socket, address);
  let answers = "";
  for (const word of ["one\n", "two\n", "bye\n"]) {
    await put(form, socket, word);
    answers += await next(form, socket);
  }
  return answers;
}

async function answer(form: Form, socket: Socket): Promise<void> {
  if (socket.type !== "datagram") {
    using client = await form.accept(socket);
    assert.deepEqual([client.family, client.type], [socket.family, socket.type]);
    for (let text; (text = await next(form, client)) !== null;) {
      await put(form, client, text.toUpperCase());
    }
    return;
  }
  for (;;) {
    const { data, from } = (await form.receive(socket))!;
    const text = decoder.decode(data);
    await form.send(socket, text.toUpperCase(), endpoint(from));
    if (text === "bye\n") return;
  }
}

/** An address where nobody is yet: as we have it, and as the peers' command line has it. */
function somewhere(place: string, directory: Directory): { ours: Endpoint; theirs: string } {
  const name = crypto.randomUUID();
  if (place === "@") return { ours: { path: `\0${name}` }, theirs: `@${name}` };
  if (place !== "path") return { ours: { hostname: place, port: 0 }, theirs: place };
  return { ours: { path: directory.file(name) }, theirs: directory.file(name) };
}

for (const peer of ["perl", "python"] as const) {
  for (const [kind, [family, type, place]] of Object.entries(kinds)) {
    const speak = (...args: string[]) => language[peer](file[peer], ...args);

    test(`${languages[peer]} answers us over ${kind}, awaited and not`, async () => {
      using directory = new Directory();
      for (const form of Object.values(forms)) {
        const { ours, theirs } = somewhere(place, directory);
        await using program = new Program(speak("serve", family, type, theirs));
        const line = await program.line();
        using socket = Socket.open(family, type);
        const address = "path" in ours ? ours : { ...ours, port: Number(line) };
        assert.equal(await ask(form, socket, address), "ONE\nTWO\nBYE\n");
        const { transport: _, ...remote } = socket.remoteAddr as Deno.NetAddr;
        assert.deepEqual(remote, address);
        socket.close();
        assert.equal((await program.end()).code, 0);
      }
    }, { needs: [peer] });

    test(`${languages[peer]} is answered by us over ${kind}, awaited and not`, async () => {
      using directory = new Directory();
      for (const form of Object.values(forms)) {
        const { ours, theirs } = somewhere(place, directory);
        using socket = Socket.open(family, type);
        socket.bind(ours);
        if (type !== "datagram") socket.listen();
        const { port } = socket.localAddr as Deno.NetAddr;
        const asked = run(speak("ask", family, type, theirs, `${port ?? ""}`));
        await answer(form, socket);
        assert.equal(await asked, "ONE\nTWO\nBYE\n");
      }
    }, { needs: [peer] });
  }
}
