/**
 * Every function and method that takes options, called with those that it is given.
 */
import * as fifo from "../fifo/mod.ts";
import * as pipes from "../pipes/mod.ts";
import * as process from "../process/mod.ts";
import * as pty from "../pty/mod.ts";
import * as signals from "../signals/mod.ts";
import * as sockets from "../sockets/mod.ts";
import * as sysv from "../sysv/mod.ts";

/** Calls something with options that need not be any. */
export type Call = (options: never) => unknown;

const buffer = new Uint8Array(10);
const KEY = 0x0b7105; // nothing is made under it

/** Of System V. */
export function sysvCalls(
  queue: sysv.MessageQueue,
  set: sysv.SemaphoreSet,
  memory: sysv.SharedMemory,
): Record<string, Call> {
  return {
    "MessageQueue.create": (options) => sysv.MessageQueue.create("private", options),
    "MessageQueue.openOrCreate": (options) => sysv.MessageQueue.openOrCreate(KEY, options),
    "MessageQueue.send": (options) => queue.send("ours", options),
    "MessageQueue.sendSync": (options) => queue.sendSync("ours", options),
    "MessageQueue.trySend": (options) => queue.trySend("ours", options),
    "MessageQueue.receive": (options) => queue.receive(options),
    "MessageQueue.receiveSync": (options) => queue.receiveSync(options),
    "MessageQueue.tryReceive": (options) => queue.tryReceive(options),
    "MessageQueue.messages": (options) => queue.messages(options).next(),
    "MessageQueue.set": (options) => queue.set(options),
    "SemaphoreSet.create": (options) => sysv.SemaphoreSet.create("private", options),
    "SemaphoreSet.openOrCreate": (options) => sysv.SemaphoreSet.openOrCreate(KEY, options),
    "SemaphoreSet.operate": (options) => set.operate([{ delta: -1 }], options),
    "SemaphoreSet.operateSync": (options) => set.operateSync([{ delta: -1 }], options),
    "SemaphoreSet.acquire": (options) => set.acquire(options),
    "SemaphoreSet.acquireSync": (options) => set.acquireSync(options),
    "SemaphoreSet.tryAcquire": (options) => set.tryAcquire(options),
    "SemaphoreSet.release": (options) => set.release(options),
    "SemaphoreSet.lock": (options) => set.lock(options),
    "SemaphoreSet.lockSync": (options) => set.lockSync(options),
    "SemaphoreSet.tryLock": (options) => set.tryLock(options),
    "SemaphoreSet.set": (options) => set.set(options),
    "SharedMemory.create": (options) => sysv.SharedMemory.create("private", options),
    "SharedMemory.open": (options) => sysv.SharedMemory.open(KEY, options),
    "SharedMemory.openOrCreate": (options) => sysv.SharedMemory.openOrCreate(KEY, options),
    "SharedMemory.fromId": (options) => sysv.SharedMemory.fromId(memory.id, options),
    "SharedMemory.set": (options) => memory.set(options),
    "lease": (options) => sysv.lease(KEY, options),
  };
}

/** Of descriptors and FIFOs; nothing is at `path`. */
export function fileCalls(fd: process.Fd, path: string): Record<string, Call> {
  return {
    "Fd.from": (options) => process.Fd.from(fd.number, options),
    "Fd.open": (options) => process.Fd.open(path, options),
    "Fd.read": (options) => fd.read(buffer, options),
    "Fd.write": (options) => fd.write("ours", options),
    "Fd.writeSync": (options) => fd.writeSync("ours", options),
    "Fd.lock": (options) => fd.lock(options),
    "Fd.lockSync": (options) => fd.lockSync(options),
    "Fd.tryLock": (options) => fd.tryLock(options),
    "Fd.lines": (options) => fd.lines(options),
    "mkfifo": (options) => fifo.mkfifo(path, options),
    "openFifo": (options) => fifo.openFifo(path, "r", options),
    "openFifoSync": (options) => fifo.openFifoSync(path, "r", options),
    "serveFifo": (options) => fifo.serveFifo(path, () => "ours", options),
    "poll": (options) => pipes.poll({ read: [fd] }, options),
    "pollSync": (options) => pipes.pollSync({ read: [fd] }, options),
  };
}

/** Of processes, of which `child` is one. */
export function processCalls(child: process.Child): Record<string, Call> {
  const reader = new pipes.CommandReader(child, child.fd(1));
  const writer = new pipes.CommandWriter(child, child.fd(0), "cat");
  const twoWay = new pipes.TwoWay(child);
  return {
    "spawn": (options) => process.spawn("true", [], options),
    "spawnModule": (options) => process.spawnModule("file:///nowhere.ts", [], options),
    "background": (options) => process.background("true", [], options),
    "capture": (options) => process.capture("true", [], options),
    "exec": (options) => process.exec("true", [], options),
    "daemonize": (options) => process.daemonize(options),
    "retrying": (options) => process.retrying(() => process.spawn("true"), options),
    "communicate": (options) => process.communicate(child, "ours", options),
    "Child.wait": (options) => child.wait(options),
    "Child.waitSync": (options) => child.waitSync(options),
    "Child.end": (options) => child.end(options),
    "readFrom": (options) => pipes.readFrom("true", [], options),
    "CommandReader.read": (options) => reader.read(buffer, options),
    "CommandReader.lines": (options) => reader.lines(options).next(),
    "CommandReader.bytes": (options) => reader.bytes(options),
    "CommandReader.text": (options) => reader.text(options),
    "CommandReader.close": (options) => reader.close(options),
    "writeTo": (options) => pipes.writeTo("true", [], options),
    "CommandWriter.write": (options) => writer.write("ours", options),
    "CommandWriter.close": (options) => writer.close(options),
    "open2": (options) => pipes.open2("true", [], options),
    "open3": (options) => pipes.open3("true", [], options),
    "TwoWay.communicate": (options) => twoWay.communicate("ours", options),
    "TwoWay.close": (options) => twoWay.close(options),
    "inputLines": (options) => pipes.inputLines([["true"]], options).next(),
    "pipeline": (options) => pipes.pipeline([["true"]], options),
    "killGroup": (options) => signals.killGroup("TERM", options),
    "listen": (options) => signals.listen("TERM", options),
    "signalInfo": (options) => signals.signalInfo("TERM", options),
    "sigwait": (options) => signals.sigwait("TERM", options),
    "sigwaitSync": (options) => signals.sigwaitSync("TERM", options),
  };
}

/** Of a pipeline. */
export function pipelineCalls(line: pipes.Pipeline): Record<string, Call> {
  return {
    "Pipeline.lines": (options) => line.lines(options).next(),
    "Pipeline.bytes": (options) => line.bytes(options),
    "Pipeline.text": (options) => line.text(options),
    "Pipeline.statuses": (options) => line.statuses(options),
    "Pipeline.status": (options) => line.status(options),
  };
}

/** Of terminals. */
export function terminalCalls(terminal: pty.Terminal): Record<string, Call> {
  return {
    "openPty": (options) => pty.openPty(options),
    "new Pty": (options) => new pty.Pty(options),
    "Pty.read": (options) => terminal.pty.read(buffer, options),
    "Pty.write": (options) => terminal.pty.write("ours", options),
    "spawnTerminal": (options) => pty.spawnTerminal("true", [], options),
    "new Terminal": (options) => new pty.Terminal(terminal.child, terminal.pty, options),
    "Terminal.wait": (options) => terminal.wait(options),
    "Terminal.close": (options) => terminal.close(options),
    "new Dialogue": (options) => new pty.Dialogue(terminal.pty, options),
    "Dialogue.expect": (options) => terminal.expect("x", options),
    "Dialogue.expectSync": (options) => terminal.expectSync("x", options),
    "Dialogue.send": (options) => terminal.send("ours", options),
    "Dialogue.sendLine": (options) => terminal.sendLine("ours", options),
    "Dialogue.sendControl": (options) => terminal.sendControl("D", options),
    "Dialogue.sendEof": (options) => terminal.sendEof(options),
    "Dialogue.waitNoEcho": (options) => terminal.waitNoEcho(options),
    "Dialogue.read": (options) => terminal.read(buffer, options),
    "Dialogue.lines": (options) => terminal.lines(options),
    "Dialogue.interact": (options) => terminal.interact(options),
    "converse": (options) => pty.converse(terminal, [["x"]], options),
    "expectAny": (options) => pty.expectAny([[terminal, "x"]], options),
  };
}

/** Of sockets; nothing is at `path`. */
export function socketCalls(
  listener: sockets.Listener,
  connection: sockets.Connection,
  socket: sockets.Socket,
  path: string,
): Record<string, Call> {
  return {
    "connectTcp": (options) => sockets.connectTcp("localhost:1", options),
    "listenTcp": (options) => sockets.listenTcp("localhost:0", options),
    "connectUnix": (options) => sockets.connectUnix(path, options),
    "listenUnix": (options) => sockets.listenUnix(path, options),
    "udp": (options) => sockets.udp(0, options),
    "connectUdp": (options) => sockets.connectUdp("localhost:1", options),
    "askAll": (options) => sockets.askAll(["localhost:1"], "ours", options),
    "getaddrinfo": (options) => sockets.getaddrinfo("localhost", options),
    "getnameinfo": (options) => sockets.getnameinfo("127.0.0.1", options),
    "getprotobyname": (options) => sockets.getprotobyname("tcp", options),
    "getprotobynumber": (options) => sockets.getprotobynumber(6, options),
    "getservbyname": (options) => sockets.getservbyname("http", "tcp", options),
    "getservbyport": (options) => sockets.getservbyport(80, "tcp", options),
    "serve": (options) => sockets.serve(listener, () => {}, options),
    "serveProcesses": (options) => sockets.serveProcesses(listener, ["true"], options),
    "Listener.accept": (options) => listener.accept(options),
    "Connection.read": (options) => connection.read(buffer, options),
    "Connection.readByte": (options) => connection.readByte(options),
    "Connection.readLine": (options) => connection.readLine(options),
    "Connection.lines": (options) => connection.lines(options).next(),
    "Connection.readMessage": (options) => connection.readMessage(options),
    "Connection.write": (options) => connection.write("ours", options),
    "Connection.writeLine": (options) => connection.writeLine("ours", options),
    "Connection.writeMessage": (options) => connection.writeMessage(["ours"], options),
    "receiveFds": (options) => sockets.receiveFds(socket, options),
    "receiveFdsSync": (options) => sockets.receiveFdsSync(socket, options),
    "sendFds": (options) => sockets.sendFds(socket, [], options),
    "sendFdsSync": (options) => sockets.sendFdsSync(socket, [], options),
    "Socket.accept": (options) => socket.accept(options),
    "Socket.connect": (options) => socket.connect({ path }, options),
    "Socket.read": (options) => socket.read(buffer, options),
    "Socket.write": (options) => socket.write("ours", options),
    "Socket.send": (options) => socket.send("ours", options),
    "Socket.sendSync": (options) => socket.sendSync("ours", options),
    "Socket.trySend": (options) => socket.trySend("ours", options),
    "Socket.receive": (options) => socket.receive(options),
    "Socket.receiveSync": (options) => socket.receiveSync(options),
    "Socket.tryReceive": (options) => socket.tryReceive(options),
  };
}
