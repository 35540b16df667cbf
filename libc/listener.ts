/**
 * Listeners of the runtime, added so that what else is done on signals stays as it is.
 */
import { close, pipe2 } from "./descriptors.ts";
import { disposition, isHandled, isIdle, isIgnored, setDisposition } from "./disposition.ts";
import { check } from "./error.ts";
import { platform } from "./platform.ts";
import { signalNumber } from "./signals.ts";

/**
 * Adds a listener as `Deno.addSignalListener` does. With the first one of any signal the runtime handles these three
 * as well, to put the terminal in order before they end the program: what was ignored, as by `nohup`, would end it now.
 *
 * @throws {SyscallError} EMFILE if the first one finds no descriptors left.
 */
export function addListener(name: string, listener: () => void): void {
  const others = ["SIGHUP", "SIGINT", "SIGTERM"].filter((other) => other !== name).map(
    signalNumber,
  );
  if (!others.some((other) => runtimeHandler(other))) requireRoom();
  const before = others.map(disposition);
  const signal = signalNumber(name);
  if (!runtimeHandler(signal)) first.add(signal);
  Deno.addSignalListener(name as Deno.Signal, listener);
  others.forEach((other, i) => {
    if (isIgnored(before[i]) && runtimeHandler(other)) setDisposition(other, before[i]);
  });
  const handler = runtimeHandler(signal);
  if (handler && !isRuntimes(signal, disposition(signal))) setDisposition(signal, handler);
}

/** Throws unless there are two descriptors left: the runtime's first listener needs them, and it ends the program without. */
function requireRoom(): void {
  const ends = new Int32Array(2);
  check("pipe2", pipe2(ends, platform.O_CLOEXEC));
  ends.forEach(close);
}

/** The handler that the runtime has installed. It does so once, and never looks whether it is still there. */
export function runtimeHandler(signal: number): Uint8Array<ArrayBuffer> | undefined {
  const current = disposition(signal);
  if (isRuntimes(signal, current)) handlers.set(signal, current);
  return handlers.get(signal);
}

// SIGURG may have the handler by which waits are ended, of which the runtime hears nothing.
function isRuntimes(signal: number, action: Uint8Array<ArrayBuffer>): boolean {
  return isHandled(action) && !(signal === platform.SIGURG && isIdle(action));
}

const handlers = new Map<number, Uint8Array<ArrayBuffer>>();

/** Whether nobody had listened to the signal before we did: that the runtime handles it says nothing of others then. */
export function listenedFirst(signal: number): boolean {
  return first.has(signal);
}

const first = new Set<number>();
