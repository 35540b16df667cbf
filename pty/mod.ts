/**
 * Terminals: programs that insist on one are started in a pseudo-terminal, and talked to as a person would, with
 * `expect`. Rows 35 and 36 of the perlipc page.
 *
 * Take this for a program that buffers what it prints into a pipe, asks for a password, edits lines or draws on the
 * screen. For all others a pipe is simpler and faster, and says where their errors are: see `pipes`.
 *
 * ```ts
 * import { spawnTerminal } from "@deno-ipc/ipc/pty";
 *
 * const asks = 'printf "Number: "; read -r number; echo "Half of it is $((number / 2))"';
 * await using program = spawnTerminal("sh", ["-c", asks], { timeout: 10_000 });
 * await program.expect("Number: ");
 * await program.sendLine("84");
 * const { captures } = await program.expect(/^Half of it is (\d+)\r$/m);
 * console.log(captures[0]); // 42
 * ```
 *
 * Needs `--allow-ffi`, and `--allow-run` for the program as `Deno.Command` does.
 *
 * @module
 */
export {
  Fd,
  type FileLock,
  type LineOptions,
  type LockOptions,
  type WaitOptions,
  type WriteOptions,
} from "../io/mod.ts";
export { hasCode, SyscallError, type SyscallTarget } from "../libc/mod.ts";
export {
  Child,
  type ChildDescriptor,
  type ChildDescriptors,
  type ChildStatus,
  type EndOptions,
  type EnvironmentOptions,
  type SpawnOptions,
} from "../process/mod.ts";
export { type Answer, converse, type Step } from "./converse.ts";
export { Dialogue, type DialogueOptions } from "./dialogue.ts";
export { EndOfFileError, ExpectTimeoutError } from "./errors.ts";
export { expectAny, type Expectation } from "./expect_any.ts";
export type { Interaction, InteractOptions } from "./interact.ts";
export { EOF, type Match, type Pattern, type Patterns, TIMEOUT, type Which } from "./patterns.ts";
export { openPty, Pty, type PtyOptions } from "./pty.ts";
export {
  isTerminal,
  noEcho,
  raw,
  type TerminalDescriptor,
  type TerminalModes,
  type TerminalSize,
  terminalSize,
  ttyName,
} from "./settings.ts";
export { spawnTerminal, Terminal, type TerminalOptions } from "./terminal.ts";
export type { Transcript, TranscriptEntry } from "./transcript.ts";
export type { SendOptions } from "./typing.ts";
