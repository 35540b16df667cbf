/**
 * Shared memory segments.
 */
import {
  Attachment,
  bytes,
  check,
  checked,
  describe,
  integer,
  type OptionNames,
  platform,
  shmget,
  type structs,
  SyscallError,
} from "../libc/basic.ts";
import { carve } from "./carve.ts";
import { Handle } from "./handle.ts";
import { keyNumber, keyOrPrivate, modeBits, modeNames, type ModeOption } from "./key.ts";
import { segmentKind } from "./kind.ts";
import { type OwnershipChange, ownershipNames, permissionFields } from "./ownership.ts";
import { type SegmentStat, segmentStat } from "./stat.ts";

/** How a segment is attached. */
export interface AttachOptions {
  /** Attaches for reading only, which needs no permission to write. Default false. */
  readOnly?: boolean;
}

/** How a segment is made. */
export interface SegmentOptions extends ModeOption {
  /** Its size in bytes, from 1 to the system's `shmmax`. */
  size: number;
}

const attachNames: OptionNames<AttachOptions> = { readOnly: true };
const segmentNames: OptionNames<SegmentOptions> = { size: true, ...modeNames };

/** A class whose objects show a piece of memory, such as `Int32Array` or `DataView`. */
export interface ViewClass<T> {
  /** Shows `length` elements of `buffer` from the byte `byteOffset` on. */
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
  /** The size of one element; absent where it is a byte. */
  readonly BYTES_PER_ELEMENT?: number;
}

/**
 * A System V shared memory segment: bytes that all processes see which have attached it, in any language.
 *
 * It is attached at first use. `read` and `write` copy; `view` is the memory itself, as a typed array, on
 * which `Atomics` work between processes. Nothing here makes others wait: guard it with a
 * {@linkcode SemaphoreSet} or with `Atomics`.
 *
 * Disposing detaches it: views become empty. The segment itself stays, as System V segments do, until
 * somebody calls `remove`; but one made "private", which nobody else can find, is removed.
 *
 * Methods throw {@linkcode SyscallError}: EIDRM when the segment has been removed before it was attached,
 * EACCES when its mode does not allow us to. Used after `detach` or disposal they throw a
 * TypeError. All need `--allow-ffi`, limited to the C library's path or not, except `view`.
 *
 * @example
 * ```ts
 * import { SharedMemory } from "@deno-ipc/ipc/sysv";
 *
 * using memory = SharedMemory.create("private", { size: 2000 });
 * memory.write("Message #1", 0, 60); // the rest of the 60 bytes becomes zero
 * console.log(memory.readText(0, 60)); // Message #1
 *
 * const counters = memory.view(Int32Array, 64, 4);
 * Atomics.add(counters, 0, 1);
 * ```
 *
 * @see https://man7.org/linux/man-pages/man7/sysvipc.7.html
 */
export class SharedMemory implements Disposable {
  readonly #handle: Handle<typeof structs.shmid_ds>;
  readonly #readOnly: boolean;
  #size: number | undefined;
  #attachment: Attachment | undefined;
  #detached = false;

  private constructor(id: number, readOnly = false, temporary = false, size?: number) {
    this.#handle = new Handle(segmentKind, id, temporary);
    this.#readOnly = readOnly;
    this.#size = size;
  }

  /**
   * Makes a new segment of `size` bytes, all zero.
   *
   * @param key The key under which other programs find it, a 32-bit integer but 0, signed or not; or
   * "private" for one that is found only by its `id`.
   * @throws {SyscallError} EEXIST if the key is taken, EINVAL if `size` is above the system's `shmmax`,
   * ENOSPC or ENOMEM if a limit of the system is reached.
   * @see https://man7.org/linux/man-pages/man2/shmget.2.html
   */
  static create(key: number | "private", options: SegmentOptions): SharedMemory {
    const { size, mode } = checked(options, segmentNames);
    const flags = platform.IPC_CREAT | platform.IPC_EXCL | modeBits(mode);
    const number = keyOrPrivate(key);
    const id = check("shmget", shmget(number, requireSize(size), flags), { key: number, size });
    return new SharedMemory(id, false, key === "private", size);
  }

  /**
   * Opens the segment that is there.
   *
   * @throws {SyscallError} ENOENT if there is none.
   */
  static open(key: number, options: AttachOptions = {}): SharedMemory {
    const { readOnly } = checked(options, attachNames);
    const number = keyNumber(key);
    const id = check("shmget", shmget(number, 0, 0), { key: number });
    return new SharedMemory(id, readOnly);
  }

  /**
   * Opens the segment under `key`, or makes it if there is none.
   *
   * @throws {SyscallError} EINVAL if the segment that is there has fewer than `size` bytes.
   */
  static openOrCreate(key: number | "private", options: SegmentOptions): SharedMemory {
    const { size, mode } = checked(options, segmentNames);
    const flags = platform.IPC_CREAT | modeBits(mode);
    const number = keyOrPrivate(key);
    const id = check("shmget", shmget(number, requireSize(size), flags), { key: number, size });
    return new SharedMemory(id, false, key === "private");
  }

  /**
   * The segment with this identifier, as `ipcs` shows it or another process passed it on. Whether there
   * is one shows when it is used.
   */
  static fromId(id: number, options: AttachOptions = {}): SharedMemory {
    const { readOnly } = checked(options, attachNames);
    return new SharedMemory(integer("Identifier", id, 0, 0x7fff_ffff), readOnly);
  }

  /** The segment's identifier, by which any process can use it. */
  get id(): number {
    return this.#handle.id;
  }

  /** How many bytes the segment has. */
  get size(): number {
    this.#size ??= this.#handle.stat().shm_segsz;
    return this.#size;
  }

  /** Copies `length` bytes from `offset` on, by default all, out of the segment. */
  read(offset = 0, length?: number): Uint8Array<ArrayBuffer> {
    const size = this.#range(offset, length);
    const attachment = this.#attached();
    const result = carve(size);
    attachment.read(result, offset);
    return result;
  }

  /** Reads `length` bytes from `offset` on as UTF-8 text that ends before the first zero byte. */
  readText(offset = 0, length?: number): string {
    const read = this.read(offset, length);
    const end = read.indexOf(0);
    return decoder.decode(end < 0 ? read : read.subarray(0, end));
  }

  /**
   * Copies `data`, where text is sent as UTF-8, into the segment from `offset` on, and zeros behind it
   * until `length` bytes are written; by default none.
   *
   * @throws {RangeError} If `data` has more than `length` bytes, or it would not fit in the segment.
   */
  write(data: string | Uint8Array, offset = 0, length?: number): void {
    if (this.#readOnly) throw new TypeError("Cannot write to shared memory attached as read-only");
    const source = bytes("Data", data);
    const whole = this.#range(offset, length ?? source.length);
    if (source.length > whole) {
      throw new RangeError(`Data must be at most ${whole} bytes, got ${source.length}`);
    }
    this.#attached().write(source.length === whole ? source : padded(source, whole), offset);
  }

  /**
   * The memory itself, as a typed array of another class if one is given: what one process writes, all
   * others see. Becomes empty on `detach`.
   *
   * @param View The class, such as `Int32Array` or `DataView`. Default `Uint8Array`.
   * @param offset Where it begins in bytes, a multiple of the size of an element. Default 0.
   * @param length Its length in elements. Default as many as there are.
   * @throws {TypeError} If the segment is attached as read-only: the first write would kill the program.
   * @throws {Deno.errors.NotCapable} If `--allow-ffi` is limited to a path, which does not allow memory
   * of C to be shown.
   */
  view(): Uint8Array<ArrayBuffer>;
  /** The memory itself, as a typed array of another class. */
  view<T>(View: ViewClass<T>, offset?: number, length?: number): T;
  view(View: ViewClass<unknown> = Uint8Array, offset = 0, length?: number): unknown {
    if (this.#readOnly) throw new TypeError("Cannot view shared memory attached as read-only");
    requireUnscoped();
    requireViewClass(View);
    const { BYTES_PER_ELEMENT: step = 1 } = View;
    if (length !== undefined) integer("Length", length, 0, Number.MAX_SAFE_INTEGER);
    const whole = this.#range(offset, length === undefined ? undefined : length * step);
    const buffer = this.#attached().buffer(this.size);
    return new View(buffer, offset, Math.floor(whole / step));
  }

  /** Returns `length`, by default what is left from `offset` on, if that range lies in the segment. */
  #range(offset: number, length?: number): number {
    void this.id; // throws once closed
    if (this.#detached) throw new TypeError("SharedMemory is detached");
    const largest = Number.MAX_SAFE_INTEGER;
    integer("Offset", offset, 0, this.#size ?? largest); // misuse before the first system call
    integer("Length", length ?? 0, 0, this.#size ?? largest);
    integer("Offset", offset, 0, this.size);
    return integer("Length", length ?? this.size - offset, 0, this.size - offset);
  }

  #attached(): Attachment {
    const { id } = this.#handle;
    return this.#attachment ??= this.#attach(id);
  }

  #attach(id: number): Attachment {
    try {
      return new Attachment(id, this.#readOnly);
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      throw this.#handle.failure("shmat", error.code);
    }
  }

  /**
   * Detaches the segment: views become empty, and `read`, `write` and `view` throw a TypeError from now
   * on. It stays in the system, and `stat`, `set` and `remove` still work on it. Wait first for whatever is
   * using a view on another thread, such as a pending write of it to a file.
   *
   * @throws {TypeError} If the buffer of a view was transferred, to a worker for example: it cannot be
   * taken back, so the segment stays attached until this process ends.
   * @see https://man7.org/linux/man-pages/man2/shmop.2.html
   */
  detach(): void {
    this.#detached = true;
    const attachment = this.#attachment;
    this.#attachment = undefined;
    attachment?.detach();
  }

  /** What the kernel keeps about the segment. */
  stat(): SegmentStat {
    return segmentStat(this.#handle.stat());
  }

  /**
   * Changes the segment's owner or permissions.
   *
   * @throws {SyscallError} EPERM if we are neither owner nor creator, EACCES if we may not read it,
   * as changing one field takes knowing the others.
   */
  set(change: OwnershipChange): void {
    this.#handle.set(permissionFields(checked(change, ownershipNames)));
  }

  /**
   * Removes the segment. Nobody finds it any more, but those who have attached it, we too, can use it
   * until they detach it.
   *
   * @throws {SyscallError} EPERM if we are neither owner nor creator.
   */
  remove(): void {
    this.#handle.remove();
  }

  /** Detaches the segment and ends our use of it; removes it if this process has made it "private". */
  [Symbol.dispose](): void {
    try {
      this.detach();
    } finally {
      this.#handle.close();
    }
  }
}

const decoder = new TextDecoder();

function padded(source: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(length);
  result.set(source);
  return result;
}

function requireSize(size: number): number {
  return integer("Size", size, 1, Number.MAX_SAFE_INTEGER);
}

function requireUnscoped(): void {
  if (Deno.permissions.querySync({ name: "ffi" }).state === "granted") return;
  throw new Deno.errors.NotCapable(
    "A view of shared memory requires ffi access that is not limited to a path, run again with " +
      "--allow-ffi; read and write do without",
  );
}

function requireViewClass(View: ViewClass<unknown>): void {
  if (typeof View === "function") return;
  throw new TypeError(
    `View must be a class, such as Int32Array or DataView, got ${describe(View)}`,
  );
}
