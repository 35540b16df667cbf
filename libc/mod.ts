/**
 * The boundary to C, and the only place that knows it: signatures, errno, constants, layouts. What
 * leaves this folder are thin functions that return what C returns, and `check`, which turns −1 into
 * an error.
 *
 * @module
 */
export * from "./basic.ts";
export * from "./descriptors.ts";
export * from "./epoll.ts";
export { chdir, execute, type ExecutionPlan } from "./execute.ts";
export {
  blockSignals,
  defaultSignals,
  exitNow,
  fork,
  handledSignals,
  isSingleThreaded,
} from "./fork.ts";
export { becomeUser, ftruncate, umask, unsetenv } from "./daemon.ts";
export {
  defaulted,
  disposition,
  ignored,
  isDefault,
  isHandled,
  isIdle,
  isIgnored,
  setDisposition,
} from "./disposition.ts";
export { addListener, listenedFirst, runtimeHandler } from "./listener.ts";
export * from "./fifo.ts";
export * from "./lock.ts";
export { isBlocked, setSignalMask } from "./mask.ts";
export * from "./signalling.ts";
export { childrenOf, commandLine, executable, openDescriptors, pathOf } from "./proc.ts";
export { type Credentials, withCredentials } from "./credentials.ts";
export {
  absolutePath,
  beginning,
  textualPath,
  whyNotDirectory,
  whyNotExecutable,
} from "./files.ts";
export { environment, getenv } from "./environment.ts";
export * from "./process.ts";
export { isInSet, signalName, signalNames, signalNumber, signalSet } from "./signals.ts";
export * from "./rights.ts";
export * from "./services.ts";
export * from "./socket_address.ts";
export * from "./sockets.ts";
export { posixSpawn, type SpawnPlan } from "./spawn.ts";
export * from "./terminal.ts";
