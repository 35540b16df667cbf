/**
 * Pipes, and programs at their other end: reading what one prints, writing what one reads, both at once, and
 * several one behind the other. Rows 19–35 and 37 of the perlipc page.
 *
 * `Deno.Command` starts a program as well. Take this where the end matters: nothing that was started stays
 * behind, a full pipe blocks nobody for ever, and an error says which program it was.
 *
 * ```ts
 * import { pipeline, readFrom } from "@deno-ipc/ipc/pipes";
 *
 * await using found = readFrom("find", ["/usr/lib", "-name", "*.so*"]);
 * for await (const path of found.lines()) {
 *   if (path.includes("/libc.so")) break; // ends find, and reaps it
 * }
 *
 * await using counted = pipeline([["sort"], ["uniq", "-c"]], { input: "b\na\nb\n" });
 * console.log(await counted.text());
 * ```
 *
 * Needs `--allow-ffi`, and `--allow-run` as `Deno.Command` does.
 *
 * @module
 */
export {
  Fd,
  type FdOptions,
  type FileLock,
  type LineOptions,
  type LockOptions,
  type Pipe,
  pipe,
  PIPE_BUF,
  poll,
  pollSync,
  type Readiness,
  type WaitOptions,
  type WriteOptions,
} from "../io/mod.ts";
export { hasCode, SyscallError, type SyscallTarget } from "../libc/mod.ts";
export {
  Child,
  type ChildDescriptor,
  type ChildDescriptors,
  type ChildStatus,
  communicate,
  type CommunicateOptions,
  type Communication,
  CommunicationError,
  type EndOptions,
  ensureForkable,
  type EnvironmentOptions,
  forkable,
  type Input,
  type SpawnOptions,
} from "../process/mod.ts";
export { BrokenPipeError } from "./broken.ts";
export { CommandReader, forkReader, readFrom } from "./command_reader.ts";
export { CommandWriter, forkWriter, writeTo } from "./command_writer.ts";
export { inputLines, type InputSource } from "./inputs.ts";
export { Pipeline, pipeline, type PipelineOptions } from "./pipeline.ts";
export { open2, open3, type Open3Options, TwoWay } from "./two_way.ts";
