/**
 * Starting a program: one call that says everything a child needs, over `posix_spawn` and its helpers.
 */
import { stringArray } from "./address.ts";
import { environ } from "./environment.ts";
import { nameOfError, SyscallError, type SyscallTarget } from "./error.ts";
import { libc } from "./library.ts";
import { platform, structs } from "./platform.ts";
import { allSignals } from "./signals.ts";
import { allocate } from "./struct.ts";
import { cString } from "./text.ts";

type Buffer = Uint8Array<ArrayBuffer>;

/** What a child is to become. All is checked already. */
export interface SpawnPlan {
  /** The program's absolute path. */
  readonly path: string;
  /** Its arguments, from `argv[0]` on. */
  readonly argv: readonly Uint8Array[];
  /** Its environment as `NAME=value`; ours where it is absent. */
  readonly environment?: readonly Uint8Array[];
  /** Its descriptors in the order in which they are made: a copy of one, or a file opened for reading and writing. */
  readonly descriptors: readonly { readonly target: number; readonly source: number | string }[];
  /** From which number on, and at which numbers, nothing is open. */
  readonly closed: { readonly from: number; readonly also: readonly number[] };
  /** Its working directory, if not ours. */
  readonly directory?: string;
  /** The process group: 0 for one of its own, absent for ours. */
  readonly processGroup?: number;
  /** Whether it leads a new session. */
  readonly session: boolean;
  /** The set of signals that are blocked; none where it is absent. No signal is handled or ignored. */
  readonly signalMask?: Buffer;
}

/**
 * Starts the program and returns its process number.
 *
 * @see https://man7.org/linux/man-pages/man3/posix_spawn.3.html
 */
export function posixSpawn(plan: SpawnPlan): number {
  const c = libc("spawn");
  const path = cString(plan.path, "Path");
  const argv = stringArray(plan.argv);
  const directory = plan.directory === undefined ? undefined : cString(plan.directory, "Directory");
  const attributes = isUsual(plan) ? usual ??= spawnAttributes(plan) : spawnAttributes(plan);
  const kept = hasOurs(plan);
  const actions = kept ? ours ??= fileActions(plan, directory) : fileActions(plan, directory);
  try {
    const code = plan.environment === undefined
      ? c.posix_spawnInherit(pid, path, actions, attributes, argv, environ())
      : c.posix_spawn(pid, path, actions, attributes, argv, stringArray(plan.environment));
    succeed(code, { path: plan.path });
  } finally {
    if (!kept) c.posix_spawn_file_actions_destroy(actions);
  }
  return pid[0];
}

const pid = new Int32Array(new ArrayBuffer(8));

// Most children differ from us in nothing that attributes say, and many have our standard descriptors and no
// others: what says so is made once.
let usual: Buffer | undefined;
let ours: Buffer | undefined;

function isUsual({ processGroup, session, signalMask }: SpawnPlan): boolean {
  return processGroup === undefined && !session && signalMask === undefined;
}

function hasOurs({ descriptors, closed, directory }: SpawnPlan): boolean {
  return directory === undefined && closed.from === 3 && descriptors.length === 3 &&
    descriptors.every(({ target, source }) => target === source);
}

// These functions return the number of the error.
function succeed(code: number, target: SyscallTarget): void {
  if (code !== 0) throw new SyscallError("posix_spawn", nameOfError(code), target);
}

function fileActions(plan: SpawnPlan, directory: Buffer | undefined): Buffer {
  const c = libc("spawn");
  const actions = allocate(structs.posix_spawn_file_actions);
  c.posix_spawn_file_actions_init(actions);
  try {
    addFileActions(actions, plan, directory);
  } catch (error) {
    c.posix_spawn_file_actions_destroy(actions);
    throw error;
  }
  return actions;
}

function addFileActions(
  actions: Buffer,
  { descriptors, closed }: SpawnPlan,
  directory: Buffer | undefined,
): void {
  const c = libc("spawn");
  for (const { target, source } of descriptors) {
    const code = typeof source === "string"
      ? c.posix_spawn_file_actions_addopen(
        actions,
        target,
        cString(source, "Path"),
        platform.O_RDWR,
        0,
      )
      : c.posix_spawn_file_actions_adddup2(actions, source, target);
    succeed(code, { fd: target });
  }
  for (const fd of closed.also) succeed(c.posix_spawn_file_actions_addclose(actions, fd), { fd });
  succeed(c.posix_spawn_file_actions_addclosefrom_np(actions, closed.from), {});
  if (directory !== undefined) {
    succeed(c.posix_spawn_file_actions_addchdir_np(actions, directory), {});
  }
}

function spawnAttributes(plan: SpawnPlan): Buffer {
  const c = libc("spawn");
  const attributes = allocate(structs.posix_spawnattr);
  c.posix_spawnattr_init(attributes);
  c.posix_spawnattr_setsigmask(attributes, plan.signalMask ?? allocate(structs.sigset));
  c.posix_spawnattr_setsigdefault(attributes, allSignals());
  let flags = platform.POSIX_SPAWN_SETSIGMASK | platform.POSIX_SPAWN_SETSIGDEF;
  if (plan.processGroup !== undefined) {
    c.posix_spawnattr_setpgroup(attributes, plan.processGroup);
    flags |= platform.POSIX_SPAWN_SETPGROUP;
  }
  if (plan.session) flags |= platform.POSIX_SPAWN_SETSID;
  c.posix_spawnattr_setflags(attributes, flags);
  return attributes;
}
