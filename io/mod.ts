/**
 * One way to wait: descriptors in the reactor, calls that have none parked; and what is built on them.
 *
 * @module
 */
export { Collector, readAll } from "./collector.ts";
export { concatenate } from "./concatenate.ts";
export { Fd, type FdOptions, PIPE_BUF, type WriteOptions } from "./fd.ts";
export { type FileLock, type LockOptions } from "./lock.ts";
export { type OpenOptions } from "./file.ts";
export { feed, type Input, requireInput } from "./feed.ts";
export { enterFork, keepFromForks, misuseInFork } from "./forked.ts";
export { lineNames, type LineOptions, lines, lineWaitNames, textOf } from "./lines.ts";
export { mayRunAll, requireRun, requireRunAll, requireRunAny } from "./permission.ts";
export { type Pipe, pipe } from "./pipe.ts";
export { pollAll, pollOne } from "./poll.ts";
export { poll, pollSync, type Readiness } from "./select.ts";
export { abandonReactor, forget, whenReady } from "./reactor.ts";
export { sleep } from "./sleep.ts";
export { identityAt, refer, statusOf } from "./status.ts";
export { passingChunks, readableOf } from "./streams.ts";
export { together } from "./together.ts";
export * from "./waiting.ts";
export { withPatience } from "./wait.ts";
